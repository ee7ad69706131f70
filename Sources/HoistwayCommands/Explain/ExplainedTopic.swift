/// One thing that `hoistway explain` found: a key, a step or a function.
struct ExplainedTopic: Encodable, Equatable {
    struct Field: Encodable, Equatable {
        var name: String
        var type: String?
        var isRequired = false
        /// In plain text; `nil`: nothing counts where it is absent.
        var defaultText: String?
        var meaning: String
    }

    /// What sort of thing it is: `configuration`, `Stage`, `step`, `function`.
    var scope: String
    var name: String
    var field: Field
    /// The keys below it.
    var keys: [Field] = []
    /// Further lines: outputs of a step, an example.
    var more: [String] = []

    var text: String {
        var lines = ["\(name)  (\(scope))"]
        lines += Self.about(field).map { "  " + $0 }
        if !keys.isEmpty {
            lines += ["", "KEYS"]
            for key in keys {
                lines.append("  \(key.name)")
                lines += Self.about(key).map { "      " + $0 }
            }
        }
        if !more.isEmpty { lines += [""] + more }
        return SafeText.lines(lines.joined(separator: "\n"))
    }

    private static func about(_ field: Field) -> [String] {
        let parts = [
            field.type, field.isRequired ? "required" : nil, field.defaultText.map { "default \($0)" },
        ].compactMap(\.self)
        return (parts.isEmpty ? [] : Wrapping.lines(parts.joined(separator: ", "), columns: 74))
            + Wrapping.lines(field.meaning, columns: 74)
    }
}
