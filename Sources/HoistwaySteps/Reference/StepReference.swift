package import HoistwayModel

/// What users read about steps: the page Steps of the documentation is made from the schemas and from these examples,
/// and a test checks every example with its schema.
package enum StepReference {
    /// The parts of a step's description that its schema does not have.
    package struct Entry: Sendable {
        /// The name of each output, and what it is.
        package let outputs: [(name: String, meaning: String)]
        /// A whole item of `steps`, as YAML.
        package let example: String

        init(_ example: String, outputs: [(name: String, meaning: String)] = []) {
            self.example = example
            self.outputs = outputs
        }
    }

    /// The list of all steps and a section for each, as Markdown.
    package static var markdown: String {
        let schemas = StepRegistry.schemas.values.sorted { $0.name < $1.name }
        return ([list(of: schemas)] + schemas.map(section)).joined(separator: "\n")
    }

    private static func list(of schemas: [StepSchema]) -> String {
        let rows = schemas.map { "| [`\($0.name)`](#\($0.name)) | \(cell(firstSentence(of: $0.summary))) |" }
        return (["| Step | Purpose |", "|---|---|"] + rows + [""]).joined(separator: "\n")
    }

    private static func section(_ schema: StepSchema) -> String {
        let entry = entries[schema.name]
        var lines = ["### `\(schema.name)`", "", sentence(schema.summary), ""]
        if let entry { lines += ["```yaml", entry.example, "```", ""] }
        if let config = schema.config {
            let rows = rows(of: config, under: "")
            if rows.isEmpty {
                lines += ["It has no keys.", ""]
            } else {
                lines += ["| Key | Type | Default | Required | Meaning |", "|---|---|---|---|---|"] + rows + [""]
            }
            let rules = rules(of: config, under: "")
            if !rules.isEmpty { lines += rules + [""] }
        } else {
            lines += ["It may have any keys. At least one is required.", ""]
        }
        if let timeout = schema.timeout {
            lines += ["The default of `retry.timeout` is \(timeout.components.seconds) seconds.", ""]
        }
        guard let entry else { return lines.joined(separator: "\n") }
        if entry.outputs.isEmpty {
            lines += ["It has no outputs.", ""]
        } else {
            lines += ["| Output | Meaning |", "|---|---|"]
            lines += entry.outputs.map { "| `\(cell($0.name))` | \(cell($0.meaning)) |" } + [""]
        }
        return lines.joined(separator: "\n")
    }

    // MARK: Keys

    private static func rows(of mapping: StepSchema.Mapping, under prefix: String) -> [String] {
        mapping.fields.flatMap { field in
            let name = prefix + field.name
            let value = field.defaultValue.map { "`\(cell(text(of: $0)))`" } ?? ""
            var meaning = sentence(field.summary)
            if let refusal = field.refusal {
                let hint = refusal.hint.map { " Hint: \($0)." } ?? ""
                meaning += " Refused: \(refusal.reason).\(hint)"
            }
            let row =
                "| `\(name)` | \(cell(type(field.type))) | \(value) | \(field.isRequired ? "yes" : "no") | \(cell(meaning)) |"
            guard let (inner, suffix) = inner(of: field.type) else { return [row] }
            return [row] + rows(of: inner, under: name + suffix + ".")
        }
    }

    /// The mapping of a value, or of each item of a list; `nil`: it has no keys of its own.
    package static func inner(of type: StepSchema.FieldType) -> (StepSchema.Mapping, suffix: String)? {
        switch type {
        case .mapping(let mapping): (mapping, "")
        case .list(let item, _): inner(of: item).map { ($0.0, "[]" + $0.suffix) }
        default: nil
        }
    }

    /// For people.
    package static func type(_ type: StepSchema.FieldType) -> String {
        switch type {
        case .anyMapping: "mapping"
        case .textMapping: "mapping of texts"
        case .text: "text"
        case .path, .newFile: "path"
        case .fileMode: "octal file mode"
        case .expression: "expression, without `${{ }}`"
        case .repository: "URL of a Git repository"
        case .branch: "branch"
        case .tag: "tag"
        case .commit: "id of a commit"
        case .email: "e-mail address"
        case .artifact: "artifact of a registry"
        case .artifactTag: "artifact of a registry, with a tag"
        case .sha256: "SHA-256 digest"
        case .flag: "true or false"
        case .wholeNumber(let range): "whole number from \(range.lowerBound) to \(range.upperBound)"
        case .choice(let choices): "one of " + choices.map { "`\($0)`" }.joined(separator: ", ")
        case .duration: "duration, such as `90s` or `1h30m`"
        case .list(let item, let least): "list of \(plural(item))" + (least > 0 ? ", at least \(least)" : "")
        case .mapping: "mapping"
        case .scalar: "text, number, or true or false"
        case .any: "any value"
        }
    }

    private static func plural(_ item: StepSchema.FieldType) -> String {
        switch item {
        case .mapping: "mappings"
        case .text: "texts"
        case .path, .newFile: "paths"
        default: "items: " + type(item)
        }
    }

    // MARK: Rules

    private static func rules(of mapping: StepSchema.Mapping, under prefix: String) -> [String] {
        mapping.rules.map { "- " + rule($0, under: prefix) }
            + mapping.fields.flatMap { field in
                inner(of: field.type).map { rules(of: $0.0, under: prefix + field.name + $0.suffix + ".") } ?? []
            }
    }

    private static func rule(_ rule: StepSchema.Rule, under prefix: String) -> String {
        func list(_ keys: [String]) -> String { keys.map { "`\(prefix)\($0)`" }.joined(separator: ", ") }
        return switch rule {
        case .atMostOne(let keys, _, _): "Set at most one of \(list(keys))."
        case .oneGivenIfWritten(let keys, _): "If \(list(keys)) are present, at least one of them must have a value."
        case .anyOf(let keys, _): "Set at least one of \(list(keys))."
        case .exactlyOne(let keys, _): "Set exactly one of \(list(keys))."
        case .needs(let key, let others, _): "`\(prefix)\(key)` requires \(list(others))."
        case .excludes(let key, let others, _): "Do not set `\(prefix)\(key)` together with \(list(others))."
        case .unique(let list, let keys):
            keys.isEmpty
                ? "No two items of `\(prefix)\(list)` may be the same."
                : "No two items of `\(prefix)\(list)` may have the same \(keys.map { "`\($0)`" }.joined(separator: " or "))."
        }
    }

    // MARK: Text

    /// A default, as it is shown.
    package static func text(of value: ConfigValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): Int(exactly: number).map(String.init) ?? String(number)
        case .string(let text): text
        case .list(let items): "[\(items.map(text).joined(separator: ", "))]"
        case .map(let entries):
            "{\(entries.sorted { $0.key < $1.key }.map { "\($0): \(text(of: $1))" }.joined(separator: ", "))}"
        }
    }

    private static func sentence(_ text: String) -> String { text.hasSuffix(".") ? text : text + "." }

    private static func firstSentence(of text: String) -> String {
        sentence(text.firstRange(of: ". ").map { String(text[..<$0.lowerBound]) } ?? text)
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
