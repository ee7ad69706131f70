import HoistwayModel

/// Checks a document against a JSON Schema, as far as our own schemas use the language.
///
/// A keyword that it does not know is a mistake, so that no rule goes unchecked.
struct SchemaValidator {
    private let root: ConfigValue

    init(_ root: ConfigValue) { self.root = root }

    func mistakes(in value: ConfigValue) -> [String] { mistakes(value, root, at: "#") }

    private static let notes: Set = ["$schema", "$defs", "title", "description", "default", "format"]

    private func mistakes(_ value: ConfigValue, _ schema: ConfigValue, at path: String) -> [String] {
        guard case .map(let rules) = schema else { return ["\(path): a schema is a mapping"] }
        return rules.sorted { $0.key < $1.key }.flatMap { name, rule -> [String] in
            Self.notes.contains(name) ? [] : mistakes(value, name, rule, rules, at: path)
        }
    }

    private func mistakes(
        _ value: ConfigValue,
        _ keyword: String,
        _ rule: ConfigValue,
        _ rules: [String: ConfigValue],
        at path: String
    ) -> [String] {
        func expect(_ holds: Bool) -> [String] { holds ? [] : ["\(path): \(keyword)"] }
        switch keyword {
        case "type": return expect(Self.isOf(rule.string ?? "", value))
        case "enum": return expect(rule.list?.contains(value) == true)
        case "const": return expect(rule == value)
        case "minimum", "maximum":
            guard case .number(let number) = value, case .number(let bound) = rule else { return [] }
            return expect(keyword == "minimum" ? number >= bound : number <= bound)
        case "pattern":
            guard case .string(let text) = value, let pattern = rule.string else { return [] }
            guard let expression = try? Regex(pattern) else { return ["\(path): \(pattern) is no pattern"] }
            return expect(text.contains(expression))
        case "required":
            guard case .map(let members) = value else { return [] }
            return (rule.list ?? []).filter { members[$0.string ?? ""] == nil }.map {
                "\(path): \($0.string ?? "") is missing"
            }
        case "properties":
            guard case .map(let members) = value else { return [] }
            return members.flatMap { name, member in
                rule[name].map { mistakes(member, $0, at: "\(path)/\(name)") } ?? []
            }
        case "additionalProperties":
            guard case .map(let members) = value else { return [] }
            let others = members.filter { rules["properties"]?[$0.key] == nil }
            if rule == .bool(false) { return others.keys.map { "\(path): unknown key \($0)" } }
            return others.flatMap { mistakes($0.value, rule, at: "\(path)/\($0.key)") }
        case "minProperties", "maxProperties":
            guard case .map(let members) = value, case .number(let bound) = rule else { return [] }
            return expect(keyword == "minProperties" ? members.count >= Int(bound) : members.count <= Int(bound))
        case "items":
            guard case .list(let items) = value else { return [] }
            return items.enumerated().flatMap { mistakes($1, rule, at: "\(path)/\($0)") }
        case "minItems":
            guard case .list(let items) = value, case .number(let bound) = rule else { return [] }
            return expect(items.count >= Int(bound))
        case "anyOf": return expect((rule.list ?? []).contains { mistakes(value, $0, at: path).isEmpty })
        case "allOf": return (rule.list ?? []).flatMap { mistakes(value, $0, at: path) }
        case "if": return []
        case "then":
            guard let condition = rules["if"], mistakes(value, condition, at: path).isEmpty else { return [] }
            return mistakes(value, rule, at: path)
        case "$ref":
            guard let name = rule.string?.dropFirst("#/$defs/".count), let found = root["$defs"]?[String(name)] else {
                return ["\(path): \(rule) leads nowhere"]
            }
            return mistakes(value, found, at: path)
        default: return ["\(path): \(keyword) is not known to this validator"]
        }
    }

    private static func isOf(_ type: String, _ value: ConfigValue) -> Bool {
        switch (type, value) {
        case ("object", .map), ("array", .list), ("string", .string), ("boolean", .bool), ("null", .null): true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }
}
