/// Writes values as YAML in block style: two spaces for each level, lists not indented below their key.
struct YAMLWriter {
    private(set) var text = ""

    mutating func write(document: MergeValue) {
        switch document {
        case .map(let members, _) where !members.isEmpty: write(members, indent: "", isFirstOnLine: false)
        case .list(let items, _) where !items.isEmpty: write(items, indent: "", isFirstOnLine: false)
        default: text += inline(document, indent: "") + "\n"
        }
    }

    /// - Parameter isFirstOnLine: whether the first key comes after a dash.
    private mutating func write(_ members: [MergeValue.Member], indent: String, isFirstOnLine: Bool) {
        for (number, member) in members.enumerated() {
            if number > 0 || !isFirstOnLine { text += indent }
            text += scalar(member.key, isPlain: member.isPlainKey, isKey: true, indent: "") + ":"
            switch member.value {
            case .map(let children, _) where !children.isEmpty:
                text += "\n"
                write(children, indent: indent + "  ", isFirstOnLine: false)
            case .list(let items, _) where !items.isEmpty:
                text += "\n"
                write(items, indent: indent, isFirstOnLine: false)
            default: text += " " + inline(member.value, indent: indent) + "\n"
            }
        }
    }

    private mutating func write(_ items: [MergeValue], indent: String, isFirstOnLine: Bool) {
        for (number, item) in items.enumerated() {
            if number > 0 || !isFirstOnLine { text += indent }
            text += "- "
            switch item {
            case .map(let members, _) where !members.isEmpty:
                write(members, indent: indent + "  ", isFirstOnLine: true)
            case .list(let children, _) where !children.isEmpty:
                write(children, indent: indent + "  ", isFirstOnLine: true)
            default: text += inline(item, indent: indent) + "\n"
            }
        }
    }

    private func inline(_ value: MergeValue, indent: String) -> String {
        switch value {
        case .scalar(let text, let isPlain, _): scalar(text, isPlain: isPlain, isKey: false, indent: indent)
        case .list: "[]"
        case .map: "{}"
        }
    }

    private func scalar(_ text: String, isPlain: Bool, isKey: Bool, indent: String) -> String {
        if isPlain, !text.utf8.contains(where: SourceText.isBreak) { return text.isEmpty ? "null" : text }
        if !isKey, Self.isBlock(text) { return block(text, indent: indent + "  ") }
        return ScalarRules.written(text, like: .doubleQuoted)
    }

    /// Whether a literal block can contain the text unchanged: it ends with one line break and has no unusual spaces.
    private static func isBlock(_ text: String) -> Bool {
        guard text.utf8.count > 1, text.hasSuffix("\n"), !text.hasSuffix("\n\n"), !text.hasPrefix(" "),
            !text.hasPrefix("\n")
        else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            scalar == "\n" || (0x20..<0x7f).contains(scalar.value) || (0xa0..<0xd800).contains(scalar.value)
        } && !text.unicodeScalars.contains("\u{2028}") && !text.unicodeScalars.contains("\u{2029}")
    }

    private func block(_ text: String, indent: String) -> String {
        let lines = text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
        return "|\n" + lines.map { $0.isEmpty ? "" : indent + $0 }.joined(separator: "\n")
    }
}
