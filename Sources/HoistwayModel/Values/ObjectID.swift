/// The id of a Git object: a SHA-1 of 20 bytes.
package struct ObjectID: Hashable, Sendable {
    private var first: UInt64
    private var second: UInt64
    private var third: UInt32

    /// Git's id for "no object": forty zeros.
    package static let zero = ObjectID(first: 0, second: 0, third: 0)

    private init(first: UInt64, second: UInt64, third: UInt32) {
        self.first = first
        self.second = second
        self.third = third
    }

    /// `nil` unless there are exactly 20 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 20 else { return nil }
        var first: UInt64 = 0
        var second: UInt64 = 0
        var third: UInt32 = 0
        for (index, byte) in bytes.enumerated() {
            switch index {
            case 0..<8: first = first << 8 | UInt64(byte)
            case 8..<16: second = second << 8 | UInt64(byte)
            default: third = third << 8 | UInt32(byte)
            }
        }
        self.init(first: first, second: second, third: third)
    }

    /// `nil` unless there are exactly 20 bytes.
    ///
    /// Not generic, since trees have tens of thousands of ids and other modules cannot specialise the initializer
    /// above.
    package init?(raw bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 20 else { return nil }
        self.init(
            first: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
            second: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
            third: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
        )
    }

    /// `nil` unless the text is exactly 40 hexadecimal digits of either case.
    package init?(_ hex: some StringProtocol) {
        let digits = Array(hex.utf8)
        guard let id = digits.withUnsafeBytes({ ObjectID(digits: $0) }) else { return nil }
        self = id
    }

    /// `nil` unless the bytes are exactly 40 hexadecimal digits of either case.
    package init?(digits: UnsafeRawBufferPointer) {
        guard digits.count == 40, let first = Self.word(digits[0..<16]), let second = Self.word(digits[16..<32]),
            let third = Self.word(digits[32..<40])
        else { return nil }
        self.init(first: first, second: second, third: UInt32(third))
    }

    /// `nil` where one of the bytes is no hexadecimal digit.
    private static func word(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt64? {
        var word: UInt64 = 0
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            word = word << 4 | UInt64(value)
        }
        return word
    }

    package var isZero: Bool { self == .zero }

    /// An id is already a hash, so a part of it is enough.
    package func hash(into hasher: inout Hasher) { hasher.combine(first) }

    package var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(20)
        for shift in stride(from: 56, through: 0, by: -8) { result.append(UInt8(truncatingIfNeeded: first >> shift)) }
        for shift in stride(from: 56, through: 0, by: -8) { result.append(UInt8(truncatingIfNeeded: second >> shift)) }
        for shift in stride(from: 24, through: 0, by: -8) { result.append(UInt8(truncatingIfNeeded: third >> shift)) }
        return result
    }

    /// Forty lower-case digits.
    package var hex: String {
        let alphabet = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(40)
        for byte in bytes {
            text.append(alphabet[Int(byte >> 4)])
            text.append(alphabet[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The first seven digits, the usual short form.
    package var short: String { String(hex.prefix(7)) }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension ObjectID: Comparable {
    package static func < (left: ObjectID, right: ObjectID) -> Bool {
        (left.first, left.second, left.third) < (right.first, right.second, right.third)
    }
}

extension ObjectID: CustomStringConvertible {
    package var description: String { hex }
}

extension ObjectID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = ObjectID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a SHA-1 object id")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
