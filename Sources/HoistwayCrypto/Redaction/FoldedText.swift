/// The form of a text in which secrets are searched: in lower case, without separators and line breaks, and if needed
/// with its escapes decoded.
///
/// For each byte it has the range of its source in the text, so that this can be hidden.
struct FoldedText {
    private(set) var bytes: [UInt8] = []
    /// For each byte: the begin and the end of its source in the text.
    private(set) var starts: [Int] = []
    private(set) var ends: [Int] = []

    /// The text, unchanged.
    init(_ text: [UInt8]) {
        bytes = text
        starts = Array(text.indices)
        ends = text.indices.map { $0 + 1 }
    }

    private init() {}

    /// Without white space, control characters, `;`, `:`, `=` and `+`, and in lower case.
    ///
    /// So it finds a secret that was wrapped, dumped as `6d:61` or `6d 61`, or sent as a form, where a space is a plus.
    var folded: FoldedText {
        var folded = FoldedText()
        folded.reserve(bytes.count)
        for index in bytes.indices where !Self.isLeftOut(bytes[index]) {
            let byte = bytes[index]
            let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            folded.append(isUpper ? byte | 0x20 : byte, from: starts[index], to: ends[index])
        }
        return folded
    }

    private static func isLeftOut(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == 0x7F || byte == UInt8(ascii: ";") || byte == UInt8(ascii: ":")
            || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "+")
    }

    /// The escapes of URLs (`%41`), of JSON and of programming languages (`\u0041`, `\x41`, `\"`) and of HTML (`&#65;`,
    /// `&amp;`), decoded once.
    var unescaped: FoldedText {
        var plain = FoldedText()
        plain.reserve(bytes.count)
        var position = 0
        while position < bytes.count {
            guard let (made, length) = escape(at: position) else {
                plain.append(bytes[position], from: starts[position], to: ends[position])
                position += 1
                continue
            }
            for byte in made { plain.append(byte, from: starts[position], to: ends[position + length - 1]) }
            position += length
        }
        return plain
    }

    var hasEscapes: Bool {
        bytes.contains { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "&") }
    }

    private mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
        starts.reserveCapacity(count)
        ends.reserveCapacity(count)
    }

    private mutating func append(_ byte: UInt8, from start: Int, to end: Int) {
        bytes.append(byte)
        starts.append(start)
        ends.append(end)
    }

    /// The decoded bytes of an escape, and its length; `nil` if no escape begins here.
    private func escape(at position: Int) -> (made: [UInt8], length: Int)? {
        switch bytes[position] {
        case UInt8(ascii: "%"): number(from: position + 1, digits: 2).map { ([UInt8(truncatingIfNeeded: $0)], 3) }
        case UInt8(ascii: "\\"): backslash(at: position)
        case UInt8(ascii: "&"): entity(at: position)
        default: nil
        }
    }

    private func backslash(at position: Int) -> (made: [UInt8], length: Int)? {
        guard position + 1 < bytes.count else { return nil }
        switch bytes[position + 1] {
        case UInt8(ascii: "u"):
            guard let first = number(from: position + 2, digits: 4) else { return nil }
            // Two of them are one character beyond the first 65,536.
            if first & 0xFC00 == 0xD800, position + 11 < bytes.count, bytes[position + 6] == UInt8(ascii: "\\"),
                bytes[position + 7] == UInt8(ascii: "u"), let second = number(from: position + 8, digits: 4),
                second & 0xFC00 == 0xDC00
            {
                return (Self.utf8(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF), 12)
            }
            return (Self.utf8(first), 6)
        case UInt8(ascii: "x"):
            return number(from: position + 2, digits: 2).map { ([UInt8(truncatingIfNeeded: $0)], 4) }
        case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "b"), UInt8(ascii: "f"):
            return ([UInt8(ascii: " ")], 2)
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return ([bytes[position + 1]], 2)
        default: return nil
        }
    }

    private static let entities: [(name: [UInt8], made: UInt8)] = [
        ("amp;", "&"), ("lt;", "<"), ("gt;", ">"), ("quot;", "\""), ("apos;", "'"),
    ].map { (Array($0.0.utf8), UInt8(ascii: $0.1)) }

    private func entity(at position: Int) -> (made: [UInt8], length: Int)? {
        let rest = bytes[(position + 1)...].prefix(10)
        for (name, made) in Self.entities where rest.starts(with: name) { return ([made], name.count + 1) }
        guard rest.first == UInt8(ascii: "#"), let end = rest.firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let digits = rest[(position + 2)..<end]
        let isHexadecimal = digits.first.map { $0 | 0x20 } == UInt8(ascii: "x")
        let text = String(decoding: isHexadecimal ? digits.dropFirst() : digits, as: UTF8.self)
        return Int(text, radix: isHexadecimal ? 16 : 10).map { (Self.utf8($0), end - position + 1) }
    }

    private func number(from position: Int, digits: Int) -> Int? {
        guard position + digits <= bytes.count else { return nil }
        let part = bytes[position..<(position + digits)]
        guard part.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }) else { return nil }
        return Int(String(decoding: part, as: UTF8.self), radix: 16)
    }

    private static func utf8(_ number: Int) -> [UInt8] {
        guard let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init) else { return [UInt8(ascii: "?")] }
        return Array(String(Character(scalar)).utf8)
    }
}
