extension Lexer {
    // MARK: Numbers

    mutating func readNumber() throws(ExpressionError) {
        let start = place
        var digits = Self.decimal
        if peek() == UInt8(ascii: "0") {
            place += 1
            switch peek() {
            case UInt8(ascii: "x"), UInt8(ascii: "X"): (digits, place) = (Self.hexadecimal, place + 1)
            case UInt8(ascii: "o"), UInt8(ascii: "O"): (digits, place) = (Self.octal, place + 1)
            case UInt8(ascii: "b"), UInt8(ascii: "B"): (digits, place) = (Self.binary, place + 1)
            default: break
            }
        }
        skip(digits)
        let end = place
        if peek() == UInt8(ascii: ".") {
            place += 1
            if peek() == UInt8(ascii: ".") {  // `1..2` is a range
                place = end
                return emit(.number, from: start)
            }
            skip(digits)
        }
        if let byte = peek(), byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            place += 1
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { place += 1 }
            skip(digits)
        }
        if place < bytes.count, RuneReader.isAlphanumeric(RuneReader.rune(in: bytes, at: place).scalar) {
            throw error("bad number syntax", at: start..<place + 1)
        }
        emit(.number, from: start)
    }

    private mutating func skip(_ digits: Set<UInt8>) {
        while let byte = peek(), digits.contains(byte) { place += 1 }
    }

    private static let decimal = Set("0123456789_".utf8)
    private static let hexadecimal = Set("0123456789abcdefABCDEF_".utf8)
    private static let octal = Set("01234567_".utf8)
    private static let binary = Set("01_".utf8)

    // MARK: Strings

    /// Two backquotes mean one.
    mutating func readRaw() throws(ExpressionError) -> [UInt8] {
        let start = place
        let quote = UInt8(ascii: "`")
        var content: [UInt8] = []
        place += 1
        while let byte = peek() {
            place += 1
            if byte == quote {
                guard peek() == quote else { return content }
                place += 1
            }
            content.append(byte)
        }
        throw error("literal not terminated", at: start..<start + 1)
    }

    mutating func readQuoted(asBytes: Bool) throws(ExpressionError) -> [UInt8] {
        let start = place
        let quote = bytes[place]
        var content: [UInt8] = []
        place += 1
        while let byte = peek(), byte != UInt8(ascii: "\n") {
            switch byte {
            case quote:
                place += 1
                return content
            case UInt8(ascii: "\\"): try readEscape(quote, asBytes, into: &content)
            case UInt8(ascii: "\r"):  // expr-lang normalises line ends within strings
                place += 1
                content.append(UInt8(ascii: "\n"))
            case 0x80... where asBytes:
                // ⚠ expr-lang keeps the code point's UTF-8 here: the bytes do not change.
                content.append(byte)
                place += 1
            default:
                content.append(byte)
                place += 1
            }
        }
        throw error("literal not terminated", at: start..<place)
    }

    private mutating func readEscape(
        _ quote: UInt8,
        _ asBytes: Bool,
        into content: inout [UInt8]
    ) throws(ExpressionError) {
        let start = place
        place += 1
        guard let letter = peek() else { throw error("literal not terminated", at: start..<place) }
        place += 1
        switch letter {
        case UInt8(ascii: "a"): content.append(0x07)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "v"): content.append(0x0B)
        case UInt8(ascii: "\\"), quote: content.append(letter)
        case UInt8(ascii: "x"): try append(hexadecimal(2, from: start), asBytes, start, to: &content)
        case UInt8(ascii: "u") where !asBytes && peek() == UInt8(ascii: "{"):
            try append(bracedHexadecimal(from: start), false, start, to: &content)
        case UInt8(ascii: "u") where !asBytes:
            try append(hexadecimal(4, from: start), false, start, to: &content)
        case UInt8(ascii: "U") where !asBytes:
            try append(hexadecimal(8, from: start), false, start, to: &content)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            var value = UInt32(letter - UInt8(ascii: "0"))
            for _ in 0..<2 {
                guard let digit = peek(), (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else {
                    throw error("invalid character escape", at: start..<place)
                }
                value = value * 8 + UInt32(digit - UInt8(ascii: "0"))
                place += 1
            }
            try append(value, asBytes, start, to: &content)
        default: throw error("invalid character escape", at: start..<place)
        }
    }

    private func append(
        _ value: UInt32,
        _ asByte: Bool,
        _ start: Int,
        to content: inout [UInt8]
    ) throws(ExpressionError) {
        if asByte {
            content.append(UInt8(truncatingIfNeeded: value))
        } else {
            guard value <= 0x10FFFF else { throw error("invalid character escape", at: start..<place) }
            // A surrogate is not a character; Go writes the replacement character instead.
            content.append(contentsOf: String(Unicode.Scalar(value) ?? RuneReader.replacement).utf8)
        }
    }

    private mutating func hexadecimal(_ count: Int, from start: Int) throws(ExpressionError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = peek(), let number = Self.value(ofHexadecimal: digit) else {
                throw error("invalid character escape", at: start..<place)
            }
            value = value << 4 | number
            place += 1
        }
        return value
    }

    private mutating func bracedHexadecimal(from start: Int) throws(ExpressionError) -> UInt32 {
        place += 1
        var value: UInt32 = 0
        var count = 0
        while let digit = peek(), let number = Self.value(ofHexadecimal: digit), count < 6 {
            value = value << 4 | number
            count += 1
            place += 1
        }
        guard count > 0, peek() == UInt8(ascii: "}") else {
            throw error("invalid character escape", at: start..<place)
        }
        place += 1
        return value
    }

    static func value(ofHexadecimal digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(digit - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(digit - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
