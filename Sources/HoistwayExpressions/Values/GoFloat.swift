/// Go's text forms of floating-point numbers: `strconv.FormatFloat`, `encoding/json`, `strconv.ParseFloat`.
package enum GoFloat {
    /// The shortest digits that read back as the same number: 0.DIGITS × 10^exponent.
    struct Decimal {
        var isNegative: Bool
        var digits: [UInt8]
        var exponent: Int
    }

    /// - Precondition: the number is finite.
    static func shortest(_ number: Double) -> Decimal {
        var digits: [UInt8] = []
        var exponent = 0
        var sawPoint = false
        var text = Array(number.magnitude.description.utf8)
        if let mark = text.firstIndex(of: UInt8(ascii: "e")) {
            exponent = Int(String(decoding: text[(mark + 1)...], as: UTF8.self)) ?? 0
            text.removeSubrange(mark...)
        }
        for byte in text {
            if byte == UInt8(ascii: ".") { sawPoint = true; continue }
            digits.append(byte)
            if !sawPoint { exponent += 1 }
        }
        let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(zeros)
        exponent -= zeros
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        if digits.isEmpty { exponent = 0 }
        return Decimal(isNegative: number.sign == .minus, digits: digits, exponent: exponent)
    }

    /// `%v`: with an exponent below 1e-4, and from 1e6 up.
    static func text(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        let decimal = shortest(number)
        let exponent = decimal.digits.isEmpty ? 0 : decimal.exponent - 1
        return exponent < -4 || exponent >= 6 ? scientific(decimal, shortExponent: false) : plain(decimal)
    }

    /// In the format of `encoding/json`; `nil` for a number that JSON cannot contain.
    static func json(_ number: Double) -> String? {
        guard number.isFinite else { return nil }
        let decimal = shortest(number)
        let size = number.magnitude
        return size != 0 && (size < 1e-6 || size >= 1e21)
            ? scientific(decimal, shortExponent: true) : plain(decimal)
    }

    private static func plain(_ decimal: Decimal) -> String {
        let digits = decimal.digits.map { Character(Unicode.Scalar($0)) }
        let point = decimal.exponent
        var text = decimal.isNegative ? "-" : ""
        if digits.isEmpty { return text + "0" }
        if point <= 0 {
            text += "0." + String(repeating: "0", count: -point) + String(digits)
        } else if point >= digits.count {
            text += String(digits) + String(repeating: "0", count: point - digits.count)
        } else {
            text += String(digits[..<point]) + "." + String(digits[point...])
        }
        return text
    }

    /// `d.ddde±xx`: at least two digits of exponent, except that JSON writes `e-9`.
    private static func scientific(_ decimal: Decimal, shortExponent: Bool) -> String {
        let digits = decimal.digits.map { Character(Unicode.Scalar($0)) }
        var text = decimal.isNegative ? "-" : ""
        text.append(digits.first ?? "0")
        if digits.count > 1 { text += "." + String(digits[1...]) }
        let exponent = decimal.digits.isEmpty ? 0 : decimal.exponent - 1
        text += exponent < 0 ? "e-" : "e+"
        let size = String(exponent.magnitude)
        let isPadded = size.count < 2 && !(shortExponent && exponent < 0)
        return text + (isPadded ? "0" + size : size)
    }

    /// `strconv.ParseFloat`: decimal and hexadecimal, underscores between digits of hexadecimal numbers, `Inf`,
    /// `NaN`; `nil` also where the number is too large.
    package static func parse(_ text: ByteText) -> Double? {
        guard text.bytes.count <= 4096 else { return nil }
        var reader = text.bytes[...]
        if reader.first == UInt8(ascii: "+") || reader.first == UInt8(ascii: "-") { reader.removeFirst() }
        let isNegative = text.bytes.first == UInt8(ascii: "-")
        switch String(decoding: reader, as: UTF8.self).lowercased() {
        case "inf", "infinity": return isNegative ? -Double.infinity : .infinity
        case "nan" where reader.count == text.bytes.count: return Double.nan
        default: break
        }
        let head = reader.prefix(2).map { $0 | 0x20 }
        let isHexadecimal = reader.count > 2 && head == [UInt8(ascii: "0") | 0x20, UInt8(ascii: "x")]
        guard isWellFormed(reader, isHexadecimal: isHexadecimal) else { return nil }
        let clean = String(decoding: text.bytes.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        guard let number = Double(clean), number.isFinite else { return nil }
        return number
    }

    private static func isWellFormed(_ text: ArraySlice<UInt8>, isHexadecimal: Bool) -> Bool {
        var rest = isHexadecimal ? text.dropFirst(2) : text
        var digits = 0
        var sawPoint = false
        while let byte = rest.first {
            let isDigit =
                isHexadecimal
                ? Lexer.value(ofHexadecimal: byte) != nil : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            if isDigit {
                digits += 1
            } else if byte == UInt8(ascii: "."), !sawPoint {
                sawPoint = true
            } else if byte != UInt8(ascii: "_") {
                break
            }
            rest.removeFirst()
        }
        guard digits > 0, hasGoodUnderscores(text, isHexadecimal: isHexadecimal) else { return false }
        let mark = isHexadecimal ? UInt8(ascii: "p") : UInt8(ascii: "e")
        guard let byte = rest.first else { return !isHexadecimal }
        guard byte | 0x20 == mark else { return false }
        rest.removeFirst()
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        guard let first = rest.first, first != UInt8(ascii: "_") else { return false }
        return rest.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_") }
    }

    /// Underscores must be between digits, or after the base prefix.
    private static func hasGoodUnderscores(_ text: ArraySlice<UInt8>, isHexadecimal: Bool) -> Bool {
        var previous: UInt8? = isHexadecimal ? UInt8(ascii: "0") : nil
        for byte in isHexadecimal ? text.dropFirst(2) : text {
            let isDigit = Lexer.value(ofHexadecimal: byte) != nil
            if byte == UInt8(ascii: "_") {
                guard let before = previous, Lexer.value(ofHexadecimal: before) != nil else { return false }
            } else if previous == UInt8(ascii: "_"), !isDigit {
                return false
            }
            previous = byte
        }
        return previous != UInt8(ascii: "_")
    }
}
