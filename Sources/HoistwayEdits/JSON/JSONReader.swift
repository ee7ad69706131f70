/// Reads JSON by RFC 8259: <https://www.rfc-editor.org/rfc/rfc8259>.
struct JSONReader {
    static let depth = 128

    private let source: SourceText
    private let bytes: [UInt8]
    private var position: Int
    private var nodes: [JSONTree.Node] = []

    init(_ source: SourceText) {
        self.source = source
        bytes = source.bytes
        position = source.contentStart
    }

    /// Whether the file contains only white space.
    var isEmpty: Bool { bytes[position...].allSatisfy(Self.isSpace) }

    mutating func document() throws(UpdateFailure) -> (nodes: [JSONTree.Node], root: Int) {
        let root = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw failure("something stands behind the value") }
        return (nodes, root)
    }

    private func failure(_ problem: String) -> UpdateFailure {
        var counter = PlaceCounter(source)
        return .unreadable(
            "not valid JSON: \(problem)",
            at: counter.place(of: min(position, bytes.count)),
            hint: "correct the file; nothing was done with it"
        )
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
    }

    private mutating func skipSpace() {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }

    private func isAt(_ character: Unicode.Scalar) -> Bool {
        position < bytes.count && bytes[position] == UInt8(ascii: character)
    }

    private mutating func value(depth: Int) throws(UpdateFailure) -> Int {
        skipSpace()
        guard depth < Self.depth else { throw failure("nested deeper than \(Self.depth) levels") }
        guard position < bytes.count else { throw failure("a value is missing at the end") }
        guard nodes.count < YAMLLimits.nodes else { throw failure("more than \(YAMLLimits.nodes) values") }
        let start = position
        let number = nodes.count
        nodes.append(JSONTree.Node(content: .null))
        switch bytes[position] {
        case UInt8(ascii: "{"): try object(number, depth)
        case UInt8(ascii: "["): try array(number, depth)
        case UInt8(ascii: "\""): nodes[number].content = .string(try string())
        case UInt8(ascii: "t"): try word("true", .bool(true), number)
        case UInt8(ascii: "f"): try word("false", .bool(false), number)
        case UInt8(ascii: "n"): try word("null", .null, number)
        case UInt8(ascii: "/"): throw failure("a comment stands here")
        default: nodes[number].content = .number(try numberText())
        }
        nodes[number].range = start..<position
        return number
    }

    private mutating func word(_ text: String, _ content: JSONTree.Content, _ node: Int) throws(UpdateFailure) {
        guard bytes[position...].starts(with: text.utf8) else { throw failure("a value is missing here") }
        position += text.utf8.count
        nodes[node].content = content
    }

    private mutating func object(_ node: Int, _ depth: Int) throws(UpdateFailure) {
        position += 1
        var members: [JSONTree.Member] = []
        skipSpace()
        while !isAt("}") {
            if !members.isEmpty {
                guard isAt(",") else { throw failure("a comma or } is missing here") }
                position += 1
                skipSpace()
            }
            guard isAt("\"") else { throw failure("the name of a member is missing here") }
            let start = position
            let key = try string()
            let range = start..<position
            skipSpace()
            guard isAt(":") else { throw failure("a colon is missing here") }
            position += 1
            members.append(JSONTree.Member(key: key, keyRange: range, value: try value(depth: depth + 1)))
            skipSpace()
        }
        position += 1
        nodes[node].content = .object(members)
        nodes[node].writtenCount = members.count
    }

    private mutating func array(_ node: Int, _ depth: Int) throws(UpdateFailure) {
        position += 1
        var items: [Int] = []
        skipSpace()
        while !isAt("]") {
            if !items.isEmpty {
                guard isAt(",") else { throw failure("a comma or ] is missing here") }
                position += 1
            }
            items.append(try value(depth: depth + 1))
            skipSpace()
        }
        position += 1
        nodes[node].content = .array(items)
        nodes[node].writtenCount = items.count
    }

    private mutating func numberText() throws(UpdateFailure) -> String {
        let start = position
        if isAt("-") { position += 1 }
        let whole = digits()
        guard whole > 0 else { throw failure("a value is missing here") }
        let first = bytes[position - whole]
        guard whole == 1 || first != UInt8(ascii: "0") else {
            position -= whole
            throw failure("a number begins with 0")
        }
        if isAt(".") {
            position += 1
            guard digits() > 0 else { throw failure("a digit is missing here") }
        }
        if isAt("e") || isAt("E") {
            position += 1
            if isAt("+") || isAt("-") { position += 1 }
            guard digits() > 0 else { throw failure("a digit is missing here") }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() -> Int {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        return position - start
    }

    private mutating func string() throws(UpdateFailure) -> String {
        position += 1
        var text: [UInt8] = []
        while true {
            guard position < bytes.count else { throw failure("a quote is missing at the end") }
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return String(decoding: text, as: UTF8.self)
            }
            guard byte >= 0x20 else { throw failure("a control character stands in a text") }
            position += 1
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            try escape(into: &text)
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(UpdateFailure) {
        guard position < bytes.count else { throw failure("a quote is missing at the end") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += Array(String(Character(try scalar())).utf8)
        default:
            position -= 1
            throw failure("a backslash stands before a character that it does not escape")
        }
    }

    /// A code that is not a character becomes U+FFFD, as in Go's reader.
    private mutating func scalar() throws(UpdateFailure) -> Unicode.Scalar {
        let first = try unit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let start = position
        if (0xd800..<0xdc00).contains(first), bytes[position...].starts(with: "\\u".utf8) {
            position += 2
            let second = try unit()
            if (0xdc00..<0xe000).contains(second) {
                return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)) ?? "\u{fffd}"
            }
            position = start
        }
        return "\u{fffd}"
    }

    private mutating func unit() throws(UpdateFailure) -> UInt32 {
        let end = position + 4
        let digits = bytes[position..<min(end, bytes.count)]
        let isHexadecimal = digits.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"):
                true
            default: false
            }
        }
        guard end <= bytes.count, isHexadecimal, let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw failure("four hexadecimal digits are missing here") }
        position = end
        return value
    }
}
