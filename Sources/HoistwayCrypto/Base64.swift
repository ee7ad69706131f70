/// Base64 of RFC 4648, strict: no white space, no characters of the other alphabet, zero bits at the end.
package enum Base64 {
    package enum Alphabet: Sendable {
        /// `+` and `/`, padded with `=`.
        case standard
        /// `-` and `_`, without padding, as in JSON web tokens.
        case url
    }

    package static func encode(_ bytes: [UInt8], _ alphabet: Alphabet = .standard) -> String {
        let characters = alphabet.characters
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group = UInt32(bytes[start]) << 16
            if count > 1 { group |= UInt32(bytes[start + 1]) << 8 }
            if count > 2 { group |= UInt32(bytes[start + 2]) }
            for position in 0...count {
                text.append(characters[Int(group >> (18 - 6 * UInt32(position))) & 63])
            }
            if alphabet == .standard { text.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 3 - count)) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `nil` for any text that ``encode(_:_:)`` does not produce.
    package static func decode(_ text: some Collection<UInt8>, _ alphabet: Alphabet = .standard) -> [UInt8]? {
        var padding = 0
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        var group: UInt32 = 0
        var digits = 0
        for character in text {
            if character == UInt8(ascii: "="), alphabet == .standard {
                padding += 1
                continue
            }
            guard padding == 0, let value = alphabet.value(of: character) else { return nil }
            group = group << 6 | UInt32(value)
            digits += 1
            if digits.isMultiple(of: 4) { bytes.append(contentsOf: group.lastBytes(3)) }
        }
        return finish(bytes, group, digits: digits, padding: padding, alphabet)
    }

    package static func decode(_ text: String, _ alphabet: Alphabet = .standard) -> [UInt8]? {
        decode(text.utf8, alphabet)
    }

    private static func finish(
        _ whole: [UInt8],
        _ group: UInt32,
        digits: Int,
        padding: Int,
        _ alphabet: Alphabet
    ) -> [UInt8]? {
        let left = digits % 4
        let expected = alphabet == .standard ? (4 - left) % 4 : 0
        guard left != 1, padding == expected else { return nil }
        switch left {
        case 2: return group & 15 == 0 ? whole + (group >> 4).lastBytes(1) : nil
        case 3: return group & 3 == 0 ? whole + (group >> 2).lastBytes(2) : nil
        default: return whole
        }
    }
}

extension Base64.Alphabet {
    fileprivate var characters: [UInt8] {
        switch self {
        case .standard: Self.standardCharacters
        case .url: Self.urlCharacters
        }
    }

    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let standardCharacters = Array("\(letters)+/".utf8)
    private static let urlCharacters = Array("\(letters)-_".utf8)

    fileprivate func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case characters[62]: 62
        case characters[63]: 63
        default: nil
        }
    }
}

extension UInt32 {
    /// The lowest `count` bytes, most significant first.
    fileprivate func lastBytes(_ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: self >> (8 * UInt32($0))) }
    }
}
