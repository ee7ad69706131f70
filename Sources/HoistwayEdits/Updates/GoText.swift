/// Go's verb `%q`: <https://pkg.go.dev/strconv#Quote>.
enum GoQuoted {
    static func text(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if let escape = TextEscape.short(scalar) {
                result += escape
            } else if isPrinted(scalar) {
                result.unicodeScalars.append(scalar)
            } else if scalar.value < 0x80 {
                result += "\\x" + TextEscape.hexadecimal(scalar.value, digits: 2)
            } else if scalar.value < 0x10000 {
                result += "\\u" + TextEscape.hexadecimal(scalar.value, digits: 4)
            } else {
                result += "\\U" + TextEscape.hexadecimal(scalar.value, digits: 8)
            }
        }
        return result + "\""
    }

    private static func isPrinted(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }
}

/// Checks which texts Go's `strconv.ParseFloat` accepts: <https://pkg.go.dev/strconv#ParseFloat>.
enum GoNumber {
    static func isFloat(_ text: String) -> Bool {
        var rest = Array(text.lowercased().utf8)[...]
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest = rest.dropFirst() }
        if ["inf", "infinity", "nan"].contains(String(decoding: rest, as: UTF8.self)) {
            // Go accepts no sign before nan.
            return !(rest.first == UInt8(ascii: "n") && rest.count < text.utf8.count)
        }
        guard rest.starts(with: "0x".utf8) else {
            // Underscores are allowed only after a base prefix.
            return isNumber(rest, exponent: UInt8(ascii: "e"), needsExponent: false, isDigit: isDecimal)
                && !overflows(text)
        }
        guard let digits = withoutUnderscores(rest.dropFirst(2)) else { return false }
        return isNumber(digits[...], exponent: UInt8(ascii: "p"), needsExponent: true) { byte in
            isDecimal(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
    }

    private static func isDecimal(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Go refuses a number that is too large for a float64.
    private static func overflows(_ text: String) -> Bool { Double(text).map(\.isInfinite) ?? false }

    /// An underscore may be after the base prefix and between digits.
    private static func withoutUnderscores(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var previous = UInt8(ascii: "x")
        var result: [UInt8] = []
        for byte in text {
            if byte == UInt8(ascii: "_") {
                let isBetween = previous == UInt8(ascii: "x") ? result.isEmpty : isHexadecimal(previous)
                guard isBetween else { return nil }
            } else {
                guard previous != UInt8(ascii: "_") || isHexadecimal(byte) else { return nil }
                result.append(byte)
            }
            previous = byte
        }
        return previous == UInt8(ascii: "_") ? nil : result
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDecimal(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func isNumber(
        _ text: ArraySlice<UInt8>,
        exponent: UInt8,
        needsExponent: Bool,
        isDigit: (UInt8) -> Bool
    ) -> Bool {
        var rest = text
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        var digits = whole.count
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            digits += fraction.count
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard digits > 0 else { return false }
        guard let mark = rest.first else { return !needsExponent }
        guard mark == exponent else { return false }
        rest = rest.dropFirst()
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest = rest.dropFirst() }
        return !rest.isEmpty && rest.allSatisfy(isDecimal)
    }
}
