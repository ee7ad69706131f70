/// Writes values as YAML: block style, two spaces for each level, quotes where a reader could misread a text.
package enum YAMLText {
    package static func text(of value: DocumentValue) -> String {
        var writer = YAMLWriter()
        writer.write(document: merge(value))
        return writer.text
    }

    private static let nowhere = TextPlace(line: 1, column: 1)

    private static func merge(_ value: DocumentValue) -> MergeValue {
        switch value {
        case .null: .scalar("null", isPlain: true, nowhere)
        case .bool(let flag): .scalar(flag ? "true" : "false", isPlain: true, nowhere)
        case .number(let number): .scalar(ScalarValue.text(of: number), isPlain: true, nowhere)
        case .string(let text): .scalar(text, isPlain: isPlain(text), nowhere)
        case .list(let items): .list(items.map(merge), nowhere)
        case .map(let members):
            .map(
                members.map { MergeValue.Member(key: $0.key, isPlainKey: isPlain($0.key), value: merge($0.value)) },
                nowhere
            )
        }
    }

    private static func isPlain(_ text: String) -> Bool { ScalarRules.written(text) == text && !text.isEmpty }
}
