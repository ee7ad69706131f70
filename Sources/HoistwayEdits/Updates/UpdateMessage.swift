/// The output `commitMessage` of the steps that update values of a file, with Kargo's text.
package enum UpdateMessage {
    /// `yaml-update`: texts that look like a number, a boolean or JSON get quotes.
    ///
    /// - Parameter path: as in the step's configuration.
    package static func yaml(path: String, updates: [ScalarUpdate]) -> String {
        text("Updated \(path)", updates.map { "\($0.key): \(quotedIfNecessary($0.value))" })
    }

    /// `json-update`: every text gets quotes.
    package static func json(path: String, updates: [ScalarUpdate]) -> String {
        text(
            "Updated \(path)",
            updates.map { update in
                if case .string(let text) = update.value { return "\(update.key): \(GoQuoted.text(text))" }
                return "\(update.key): \(update.value.text)"
            }
        )
    }

    /// `toml-update`: every value in TOML's format.
    package static func toml(path: String, updates: [ScalarUpdate]) -> String {
        text("Updated \(path)", updates.map { "\($0.key): \(TOMLToken.text(of: $0.value, in: .table))" })
    }

    static func text(_ title: String, _ lines: [String]) -> String {
        ([title, ""] + lines.map { "- " + $0 }).joined(separator: "\n")
    }

    private static func quotedIfNecessary(_ value: ScalarValue) -> String {
        guard case .string(let text) = value else { return value.text }
        return readsAsAnother(text) ? GoQuoted.text(text) : text
    }

    /// Whether Go's `ParseFloat` or `ParseBool`, or a JSON reader, accepts the text.
    private static func readsAsAnother(_ text: String) -> Bool {
        GoNumber.isFloat(text) || booleans.contains(text) || JSONText.isValid(Array(text.utf8))
    }

    private static let booleans: Set<String> = [
        "1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False",
    ]
}
