import HoistwayModel

/// The evaluated configuration and the outputs of a step, folded.
struct StepValues {
    let result: StepResult?

    /// The most lines of one step; the API returns all.
    private static let maxLines = 400

    func write(_ html: inout HTML) {
        guard let result else { return }
        if let config = result.config { values("Configuration", config, &html) }
        if !result.outputs.isEmpty { values("Outputs", .map(result.outputs), &html) }
        if let secrets = result.secrets, !secrets.isEmpty {
            html(.p, .class("quiet"), text: "Secrets went into it, shown as ***: \(secrets.joined(separator: ", ")).")
        }
    }

    private func values(_ title: String, _ value: ConfigValue, _ html: inout HTML) {
        let lines = ValueText.lines(of: value)
        guard !lines.isEmpty else { return }
        html(.details) { html in
            html(.summary, text: title)
            html(
                .pre,
                .class("values"),
                .tabindex(0),
                .role("group"),
                .aria("label", title),
                text: lines.prefix(Self.maxLines).joined(separator: "\n")
            )
            if lines.count > Self.maxLines {
                html(.p, .class("quiet"), text: "\(lines.count - Self.maxLines) more lines: the API gives all of it.")
            }
        }
    }
}

/// Values in a form like YAML; names in their order.
enum ValueText {
    static func lines(of value: ConfigValue, indent: String = "") -> [String] {
        switch value {
        case .map(let entries):
            entries.sorted { $0.key < $1.key }.flatMap { name, value in nested("\(name):", value, indent) }
        case .list(let items): items.flatMap { nested("-", $0, indent) }
        default: [indent + scalar(value)]
        }
    }

    private static func nested(_ head: String, _ value: ConfigValue, _ indent: String) -> [String] {
        switch value {
        case .map(let entries) where !entries.isEmpty: ["\(indent)\(head)"] + lines(of: value, indent: indent + "  ")
        case .list(let items) where !items.isEmpty: ["\(indent)\(head)"] + lines(of: value, indent: indent + "  ")
        case .string(let text) where text.contains("\n"):
            ["\(indent)\(head) |"]
                + text.split(separator: "\n", omittingEmptySubsequences: false).map { "\(indent)  \($0)" }
        default: ["\(indent)\(head) \(scalar(value))"]
        }
    }

    private static func scalar(_ value: ConfigValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number):
            number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
        case .string(let text): text.isEmpty ? "\"\"" : text
        case .list: "[]"
        case .map: "{}"
        }
    }
}
