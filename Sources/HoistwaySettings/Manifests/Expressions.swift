import HoistwayModel

/// The door by which expressions will enter: the one place that turns a step's YAML into its configuration.
///
/// Today every scalar is taken literally, and one with `${{` or `${%` in it is refused. An evaluator will get the
/// template as it stands, and the steps what comes out of it.
enum Expressions {
    static let notYet = "expressions are not supported yet"

    /// Whether a text holds the opening of an expression, in either of its spellings.
    static func isTemplate(_ text: String) -> Bool { text.opensExpression }

    /// The value of a node, with each expression in it told as an error.
    static func literal(_ node: YamlNode, problems: ProblemList) -> ConfigValue {
        switch node.content {
        case .list(let items): return .list(items.map { literal($0, problems: problems) })
        case .map(let entries):
            var map: [String: ConfigValue] = [:]
            for entry in entries { map[entry.key] = literal(entry.value, problems: problems) }
            return .map(map)
        case .scalar(let scalar):
            guard !scalar.isTold else { return .null }
            if isTemplate(scalar.text) {
                problems.error(node.place, notYet, hint: Self.hint(for: scalar.text))
            }
            return switch scalar.value {
            case .null: .null
            case .bool(let flag): .bool(flag)
            case .number(let number): .number(number)
            case .text(let text): .string(text)
            }
        }
    }

    /// A text as a value in an expression, whatever it holds.
    static func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    private static func hint(for text: String) -> String {
        text.contains("commitFrom(")
            ? "a checkout with `fromFreight: true` in place of `commit` takes the freight's commit"
            : "write the value itself"
    }
}
