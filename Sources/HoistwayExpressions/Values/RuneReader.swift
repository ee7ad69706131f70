/// Reads UTF-8 like Go's `utf8.DecodeRune`: a byte that does not begin a valid sequence is one U+FFFD of one byte.
struct RuneReader {
    struct Rune {
        var scalar: Unicode.Scalar
        /// In bytes, 1 to 4.
        var width: Int
        var isValid: Bool
    }

    static let replacement: Unicode.Scalar = "\u{FFFD}"

    /// - Precondition: `place` is inside `bytes`.
    static func rune(in bytes: [UInt8], at place: Int) -> Rune {
        let first = bytes[place]
        if first < 0x80 { return Rune(scalar: Unicode.Scalar(first), width: 1, isValid: true) }
        let width: Int
        var value: UInt32
        switch first {
        case 0xC2...0xDF: (width, value) = (2, UInt32(first & 0x1F))
        case 0xE0...0xEF: (width, value) = (3, UInt32(first & 0x0F))
        case 0xF0...0xF4: (width, value) = (4, UInt32(first & 0x07))
        default: return invalid
        }
        guard place + width <= bytes.count else { return invalid }
        for next in bytes[place + 1..<place + width] {
            guard next & 0xC0 == 0x80 else { return invalid }
            value = value << 6 | UInt32(next & 0x3F)
        }
        let smallest: [UInt32] = [0, 0, 0x80, 0x800, 0x10000]
        guard value >= smallest[width], let scalar = Unicode.Scalar(value) else { return invalid }
        return Rune(scalar: scalar, width: width, isValid: true)
    }

    private static let invalid = Rune(scalar: replacement, width: 1, isValid: false)

    static func runes(of bytes: [UInt8]) -> [Rune] {
        var runes: [Rune] = []
        runes.reserveCapacity(bytes.count)
        var place = 0
        while place < bytes.count {
            let rune = rune(in: bytes, at: place)
            runes.append(rune)
            place += rune.width
        }
        return runes
    }

    static func count(of bytes: [UInt8]) -> Int {
        var count = 0
        var place = 0
        while place < bytes.count {
            place += bytes[place] < 0x80 ? 1 : rune(in: bytes, at: place).width
            count += 1
        }
        return count
    }

    /// The rune that ends at `end`, read like Go's `utf8.DecodeLastRune`.
    ///
    /// - Precondition: `start < end`.
    static func lastRune(in bytes: [UInt8], before end: Int, from start: Int) -> Rune {
        for width in 1...4 where end - width >= start {
            let rune = rune(in: bytes, at: end - width)
            if rune.isValid, rune.width == width { return rune }
            if bytes[end - width] & 0xC0 != 0x80 { break }
        }
        return invalid
    }

    static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
        default: return false
        }
    }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return ("0"..."9").contains(scalar) }
        return scalar.properties.generalCategory == .decimalNumber
    }

    /// Go's `unicode.IsSpace`.
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0x85, 0xA0: true
        case 0..<0x100: false
        default: scalar.properties.isWhitespace
        }
    }

    /// A character of a name: a letter, a digit, `_` or `$`.
    static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar == "$" || isLetter(scalar) || isDigit(scalar)
    }
}
