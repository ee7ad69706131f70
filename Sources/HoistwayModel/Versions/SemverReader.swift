/// Reads the bytes of a version or of a constraint.
struct SemverReader {
    let bytes: [UInt8]
    private(set) var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { position == bytes.count }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    @discardableResult
    mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    /// Skips a text if all of it comes next.
    mutating func skip(_ text: StaticString) -> Bool {
        let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard bytes[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    /// Skips white space; returns whether there was any.
    @discardableResult
    mutating func skipSpace() -> Bool {
        let start = position
        while let byte = next, byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
        return position > start
    }

    mutating func rewind(to position: Int) {
        self.position = position
    }

    /// A decimal number of at most 64 bits; `nil` where there is no number or it is too large.
    mutating func number(leadingZeros: Bool) -> UInt64? {
        let digits = bytes[position...].prefix(while: Self.isDigit)
        guard let first = digits.first, leadingZeros || digits.count == 1 || first != UInt8(ascii: "0") else {
            return nil
        }
        var value: UInt64 = 0
        for digit in digits {
            let (product, carried) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowed) = product.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
            guard !carried && !overflowed else { return nil }
            value = sum
        }
        position += digits.count
        return value
    }

    /// The text after the numbers: `-` and prerelease, `+` and metadata; `nil` where one of them is malformed.
    mutating func suffix() -> (prerelease: [String], metadata: String?)? {
        var prerelease: [String] = []
        var metadata: String?
        if skip(UInt8(ascii: "-")) {
            guard let identifiers = identifiers(), identifiers.allSatisfy(Self.isPrereleaseIdentifier) else {
                return nil
            }
            prerelease = identifiers
        }
        if skip(UInt8(ascii: "+")) {
            guard let identifiers = identifiers() else { return nil }
            metadata = identifiers.joined(separator: ".")
        }
        return (prerelease, metadata)
    }

    /// Dot-separated words of letters, digits and `-`; `nil` where one is empty.
    private mutating func identifiers() -> [String]? {
        var words: [String] = []
        repeat {
            let word = bytes[position...].prefix(while: Self.isIdentifierByte)
            guard !word.isEmpty else { return nil }
            words.append(String(decoding: word, as: UTF8.self))
            position += word.count
        } while skip(UInt8(ascii: "."))
        return words
    }

    private static func isIdentifierByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "-")
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// A number in a prerelease has no leading zero.
    private static func isPrereleaseIdentifier(_ word: String) -> Bool {
        word.utf8.count == 1 || word.utf8.first != UInt8(ascii: "0") || !word.utf8.allSatisfy(isDigit)
    }
}
