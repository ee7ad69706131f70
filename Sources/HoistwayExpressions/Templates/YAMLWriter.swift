/// Writes values with the defaults of Go's `yaml.v3`: indented by 4, keys in natural order.
struct YAMLWriter {
    private var output = ""
    private var depth = 0

    static let maxBytes = 16 << 20

    static func text(_ value: Value) throws(ExpressionError) -> ByteText {
        var writer = YAMLWriter()
        try writer.write(value, indent: 0, isInline: true)
        return ByteText(writer.output)
    }

    /// - Parameter isInline: whether the value begins on a line with other text: after `- `, or at the very start.
    private mutating func write(_ value: Value, indent: Int, isInline: Bool) throws(ExpressionError) {
        guard output.utf8.count <= Self.maxBytes else {
            throw ExpressionError(.limit, "the YAML is larger than 16 MiB")
        }
        switch value.content {
        case .map(let map):
            try writeEntries(
                map.entries.map { (Self.key($0.key), $0.value) }.sorted { Self.isBefore($0.0, $1.0) },
                indent,
                isInline
            )
        case .object(let object) where object.type.jsonText == nil:
            // Fields have no YAML names, so Go's library writes their names in lower case.
            let fields = zip(object.type.fields, object.fields).map { ($0.name.lowercased(), $1) }
            try writeEntries(fields, indent, isInline)
        case .array, .bytes: try writeList(value.listElements ?? [], indent, isInline)
        default:
            if !isInline { output += " " }
            output += try scalar(value, indent) + "\n"
        }
    }

    private mutating func writeEntries(
        _ entries: [(key: String, value: Value)],
        _ indent: Int,
        _ isInline: Bool
    ) throws(ExpressionError) {
        guard !entries.isEmpty else {
            output += (isInline ? "" : " ") + "{}\n"
            return
        }
        if !isInline { output += "\n" }
        for (index, entry) in entries.enumerated() {
            if index > 0 || !isInline { output += String(repeating: " ", count: indent) }
            output += Self.plainOrQuoted(entry.key) + ":"
            // After the `- ` of a list, the next multiple of four is only two columns away, as in yaml.v3.
            try write(entry.value, indent: 4 * ((indent + 4) / 4), isInline: false)
        }
    }

    private mutating func writeList(_ items: [Value], _ indent: Int, _ isInline: Bool) throws(ExpressionError) {
        guard !items.isEmpty else {
            output += (isInline ? "" : " ") + "[]\n"
            return
        }
        if !isInline { output += "\n" }
        for (index, item) in items.enumerated() {
            if index > 0 || !isInline { output += String(repeating: " ", count: indent) }
            output += "- "
            try write(item, indent: indent + 2, isInline: true)
        }
    }

    // MARK: Scalars

    private static func key(_ key: MapKey) -> String {
        if case .text(let text) = key { return text.string }
        return key.value.goText.string
    }

    private func scalar(_ value: Value, _ indent: Int) throws(ExpressionError) -> String {
        switch value.content {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .int(let number): return String(number)
        case .double(let number):
            if number.isNaN { return ".nan" }
            return number.isInfinite ? (number < 0 ? "-.inf" : ".inf") : GoFloat.yaml(number)
        case .string(let text):
            return text.bytes.contains(UInt8(ascii: "\n"))
                ? block(text.string, indent) : Self.plainOrQuoted(text.string)
        case .duration(let number): return GoDuration.text(number)
        case .time(let moment): return moment.rfc3339
        case .calendar(let number): return String(number.number)
        case .object(let object): return Self.plainOrQuoted(object.type.jsonText?(object).string ?? "")
        default: throw ExpressionError(.evaluation, "YAML has no form for \(value.kindName)")
        }
    }

    /// A literal block, with the indicator that keeps its final line ends.
    private func block(_ text: String, _ indent: Int) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let first = lines.first, !lines.contains(where: { $0.hasSuffix(" ") && !$0.isEmpty }),
            !text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
        else { return GoQuote.quoted(ByteText(text)).string }
        var mark = "|"
        if first.hasPrefix(" ") || first.isEmpty { mark += "4" }
        if !text.hasSuffix("\n") { mark += "-" } else if text.hasSuffix("\n\n") || text == "\n" { mark += "+" }
        let body = (text.hasSuffix("\n") ? Array(lines.dropLast()) : lines)
            .map { $0.isEmpty ? "" : String(repeating: " ", count: max(4, indent)) + $0 }
        return mark + "\n" + body.joined(separator: "\n")
    }

    /// Double quotes for a text that looks like another type, single quotes for one that YAML would parse differently.
    static func plainOrQuoted(_ text: String) -> String {
        if readsAsAnother(text) { return "\"" + text + "\"" }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            return GoQuote.quoted(ByteText(text)).string
        }
        guard isPlain(text) else { return "'" + text.replacing("'", with: "''") + "'" }
        return text
    }

    private static let words: Set<String> = [
        "", "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE", "y", "Y", "yes", "Yes",
        "YES",
        "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", ".inf", ".Inf", ".INF", "+.inf", "+.Inf",
        "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN", "<<",
    ]

    private static func readsAsAnother(_ text: String) -> Bool {
        if words.contains(text) { return true }
        guard let first = text.utf8.first, "0123456789+-.".utf8.contains(first) else { return false }
        let clean = text.replacing("_", with: "")
        let unsigned = clean.first == "-" || clean.first == "+" ? clean.dropFirst() : clean[...]
        let isNumber = unsigned.utf8.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        if isNumber, unsigned.allSatisfy({ "0123456789.eE+-".contains($0) }), Double(clean) != nil { return true }
        for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] where unsigned.hasPrefix(prefix) {
            if UInt64(unsigned.dropFirst(2), radix: radix) != nil { return true }
        }
        return isBase60(text) || isDate(text)
    }

    /// `12:30`, which YAML 1.1 reads as a number.
    private static func isBase60(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first else { return false }
        let head = first.first == "-" || first.first == "+" ? first.dropFirst() : first
        return !head.isEmpty && head.allSatisfy { $0.isNumber || $0 == "_" }
            && parts.dropFirst().allSatisfy { (1...2).contains($0.count) && (Int($0).map { $0 < 60 } ?? false) }
    }

    private static func isDate(_ text: String) -> Bool {
        ["2006-1-2", "2006-1-2T15:4:5.999999999Z07:00", "2006-1-2 15:4:5.999999999"].contains {
            GoLayout.parse(text, $0, in: .utc) != nil
        }
    }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, !text.hasPrefix(" "), !text.hasSuffix(" "),
            !text.hasPrefix("---"), !text.hasPrefix("..."), !text.contains(": "), !text.contains(" #"),
            !text.hasSuffix(":")
        else { return false }
        if "#,[]{}&*!|>'\"%@`".unicodeScalars.contains(first) { return false }
        if first == "-" || first == "?" || first == ":" {
            guard let second = text.unicodeScalars.dropFirst().first, second != " " else { return false }
        }
        return true
    }

    /// Numbers inside keys are compared as numbers.
    private static func isBefore(_ left: String, _ right: String) -> Bool {
        let (one, other) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
        var index = 0
        while index < one.count, index < other.count, one[index] == other[index] { index += 1 }
        guard index < one.count, index < other.count else { return one.count < other.count }
        let isDigit: (Unicode.Scalar) -> Bool = { ("0"..."9").contains($0) }
        var start = index
        while start > 0, isDigit(one[start - 1]) { start -= 1 }
        let (first, second) = (one[start...].prefix(while: isDigit), other[start...].prefix(while: isDigit))
        if !first.isEmpty, !second.isEmpty, first.count != second.count { return first.count < second.count }
        let (letter, another) = (RuneReader.isLetter(one[index]), RuneReader.isLetter(other[index]))
        if letter != another { return another }
        return one[index] < other[index]
    }
}

extension GoFloat {
    /// In the format of `yaml.v3`: `%g` with the shortest digits.
    static func yaml(_ number: Double) -> String {
        let decimal = shortest(number)
        let exponent = decimal.digits.isEmpty ? 0 : decimal.exponent - 1
        return exponent < -4 || exponent >= 21 ? text(number) : json(number) ?? text(number)
    }
}
