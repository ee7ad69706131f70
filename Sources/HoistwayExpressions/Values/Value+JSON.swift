/// Writes values like Go's `encoding/json`: keys sorted, `<`, `>` and `&` escaped.
package struct JSONWriter {
    private var output: [UInt8] = []
    private let indent: Bool
    private var depth = 0

    /// Largest output, in bytes.
    static let maxBytes = 16 << 20
    static let maxDepth = 200

    /// - Parameter indent: indents each level by two spaces, as in `toJSON`.
    package static func text(_ value: Value, indent: Bool = false) throws(ExpressionError) -> ByteText {
        var writer = JSONWriter(indent: indent)
        try writer.write(value)
        return ByteText(writer.output)
    }

    private init(indent: Bool) { self.indent = indent }

    private mutating func put(_ text: String) { output.append(contentsOf: text.utf8) }

    private mutating func newline() {
        guard indent else { return }
        put("\n" + String(repeating: "  ", count: depth))
    }

    private mutating func write(_ value: Value) throws(ExpressionError) {
        guard output.count <= Self.maxBytes else { throw ExpressionError(.limit, "the JSON is larger than 16 MiB") }
        switch value.content {
        case .null: put("null")
        case .bool(let flag): put(flag ? "true" : "false")
        case .int(let number), .duration(let number): put(String(number))
        case .double(let number):
            guard let text = GoFloat.json(number) else {
                throw ExpressionError(.evaluation, "JSON has no form for \(GoFloat.text(number))")
            }
            put(text)
        case .string(let text): write(text)
        case .bytes(let bytes): put("\"" + Base64.encode(bytes) + "\"")
        case .array(let array) where array.isNil: put("null")
        case .array(let array): try writeList(array.elements.map { ("", $0) }, "[", "]")
        case .map(let map):
            try writeList(try entries(of: map), "{", "}")
        case .time(let moment):
            guard (0...9999).contains(moment.civil.year) else {
                throw ExpressionError(.evaluation, "JSON has no form for a time in the year \(moment.civil.year)")
            }
            put("\"" + moment.rfc3339 + "\"")
        case .zone: put("{}")
        case .calendar(let number): put(String(number.number))
        case .object(let object):
            if let text = object.type.jsonText { return write(text(object)) }
            let fields = zip(object.type.fields, object.fields).filter { !$0.omitsEmpty || !$1.isEmptyInJSON }
            try writeList(fields.map { (ByteText($0.jsonName), $1) }, "{", "}")
        case .function: throw ExpressionError(.evaluation, "JSON has no form for a function")
        }
    }

    /// Sorted by key; whole numbers are valid keys too, as in Go 1.27 (1.26 refuses every map of `groupBy`).
    private func entries(of map: MapValue) throws(ExpressionError) -> [(key: ByteText, value: Value)] {
        var entries: [(key: ByteText, value: Value)] = []
        for (key, value) in map.sorted {
            switch key {
            case .text(let text): entries.append((text, value))
            case .int(let number), .duration(let number): entries.append((ByteText(String(number)), value))
            case .time(let moment): entries.append((ByteText(moment.rfc3339), value))
            default: throw ExpressionError(.evaluation, "JSON has no form for a key that is \(key.value.kindName)")
            }
        }
        if !map.isStringKeyed { entries.sort { $0.key < $1.key } }
        return entries
    }

    private mutating func writeList(
        _ entries: [(key: ByteText, value: Value)],
        _ open: String,
        _ close: String
    ) throws(ExpressionError) {
        guard depth < Self.maxDepth else { throw ExpressionError(.limit, "the value is nested too deep for JSON") }
        put(open)
        depth += 1
        for (index, entry) in entries.enumerated() {
            if index > 0 { put(",") }
            newline()
            if open == "{" {
                write(entry.key)
                put(indent ? ": " : ":")
            }
            try write(entry.value)
        }
        depth -= 1
        if !entries.isEmpty { newline() }
        put(close)
    }

    private mutating func write(_ text: ByteText) {
        output.append(UInt8(ascii: "\""))
        for rune in RuneReader.runes(of: text.bytes) {
            switch rune.scalar {
            case "\"": put("\\\"")
            case "\\": put("\\\\")
            case "\n": put("\\n")
            case "\r": put("\\r")
            case "\t": put("\\t")
            case "\u{8}": put("\\b")
            case "\u{C}": put("\\f")
            case "<", ">", "&", "\u{2028}", "\u{2029}", "\u{0}"..."\u{1F}":
                let digits = String(rune.scalar.value, radix: 16)
                put("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            default: put(String(Character(rune.scalar)))
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}

extension Value {
    var isEmptyInJSON: Bool {
        switch content {
        case .null: true
        case .string(let text): text.isEmpty
        case .array(let array): array.elements.isEmpty
        case .map(let map): map.entries.isEmpty
        default: false
        }
    }
}

extension Moment {
    /// RFC 3339, with all significant digits of the second.
    var rfc3339: String { GoLayout.format(self, "2006-01-02T15:04:05.999999999Z07:00") }
}

/// Base64 of RFC 4648, with padding.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for index in 0..<3 { bits = bits << 8 | (index < group.count ? UInt32(group[start + index]) : 0) }
            for index in 0..<4 {
                let shift = UInt32(18 - 6 * index)
                output.append(index <= group.count ? alphabet[Int(bits >> shift & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    static func decode(_ text: [UInt8]) -> [UInt8]? {
        let clean = text.filter { $0 != 0x0A && $0 != 0x0D }
        guard clean.count % 4 == 0 else { return nil }
        let padding = clean.suffix(2).count { $0 == UInt8(ascii: "=") }
        var output: [UInt8] = []
        var bits: UInt32 = 0
        for (index, byte) in clean.enumerated() {
            let isPadding = index >= clean.count - padding && byte == UInt8(ascii: "=")
            guard let value = isPadding ? 0 : alphabet.firstIndex(of: byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            if index % 4 == 3 {
                output += [UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
                bits = 0
            }
        }
        if clean.suffix(2).first == UInt8(ascii: "="), clean.last != UInt8(ascii: "=") { return nil }
        return Array(output.dropLast(padding))
    }
}
