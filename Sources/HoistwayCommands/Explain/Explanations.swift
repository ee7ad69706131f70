import HoistwayExpressions
import HoistwayModel
import HoistwaySettings
import HoistwaySteps

/// Finds what a word means: in the configuration, in manifests, among steps and functions.
enum Explanations {
    /// Everything of this name; several where a step is called like a key of the configuration.
    static func topics(_ name: String) -> [ExplainedTopic] {
        [configuration(name), manifest(name), step(name), function(name)].compactMap(\.self)
    }

    /// Names that can be explained, for a guess at what was meant: whole paths, steps, functions.
    static var names: [String] {
        let manifests = ManifestReference.kinds.flatMap { kind in
            let name = kind.name.lowercased()
            return [name] + kind.keys.map { "\(name).\($0.path.replacing("[]", with: ""))" }
        }
        return ConfigurationReference.keys.map { $0.path.replacing("[]", with: "") } + manifests
            + StepRegistry.schemas.keys.sorted() + FunctionReference.groups.flatMap { $0.rows.map(\.name) }
    }

    // MARK: Configuration and manifests

    private static func configuration(_ name: String) -> ExplainedTopic? {
        topic(KeyTree(ConfigurationReference.keys), Self.parts(name), scope: "configuration", shownAs: "")
    }

    /// `stage`, or `stage.spec.promotionTemplate`.
    private static func manifest(_ name: String) -> ExplainedTopic? {
        let parts = Self.parts(name)
        guard let first = parts.first?.lowercased(),
            let kind = ManifestReference.kinds.first(where: { $0.name.lowercased() == first })
        else { return nil }
        let tree = KeyTree(kind.keys)
        guard parts.count > 1 else {
            return ExplainedTopic(
                scope: "manifest",
                name: kind.name,
                field: ExplainedTopic.Field(name: kind.name, type: "kind of \(kind.apiVersion)", meaning: kind.summary),
                keys: tree.children(of: [])
                    + tree.children(of: ["spec"]).map { key in
                        var key = key
                        key.name = "spec.\(key.name)"
                        return key
                    }
            )
        }
        return topic(tree, Array(parts.dropFirst()), scope: "manifest", shownAs: kind.name.lowercased() + ".")
    }

    private static func topic(
        _ tree: KeyTree,
        _ parts: [String],
        scope: String,
        shownAs prefix: String
    ) -> ExplainedTopic? {
        let keys = tree.children(of: parts)
        guard let found = tree.key(at: parts) else {
            guard !keys.isEmpty, !parts.isEmpty else { return nil }
            let field = ExplainedTopic.Field(name: parts.last ?? "", type: "mapping", meaning: "")
            return ExplainedTopic(scope: scope, name: prefix + parts.joined(separator: "."), field: field, keys: keys)
        }
        return ExplainedTopic(
            scope: scope,
            name: prefix + found.path,
            field: ExplainedTopic.Field(found, named: parts.last ?? found.path),
            keys: keys
        )
    }

    private static func parts(_ name: String) -> [String] {
        name.replacing("[]", with: "").split(separator: ".").map(String.init)
    }

    // MARK: Steps and functions

    /// `git-push`, `git-push.path` or `git-push.config.path`.
    private static func step(_ name: String) -> ExplainedTopic? {
        var parts = Self.parts(name)
        guard let first = parts.first, let schema = StepRegistry.schemas[first] else { return nil }
        parts.removeFirst()
        if parts.first == "config" { parts.removeFirst() }
        var mapping = schema.config
        var field: StepSchema.Field?
        for part in parts {
            guard let next = mapping?.fields.first(where: { $0.name.lowercased() == part.lowercased() }) else {
                return nil
            }
            field = next
            mapping = StepReference.inner(of: next.type)?.0
        }
        let keys = (mapping?.fields ?? []).map { ExplainedTopic.Field($0) }
        if let field {
            return ExplainedTopic(
                scope: "key of the step \(schema.name)",
                name: ([schema.name] + parts).joined(separator: "."),
                field: ExplainedTopic.Field(field),
                keys: keys
            )
        }
        let entry = StepReference.entries[schema.name]
        let outputs = (entry?.outputs ?? []).flatMap { output in
            ["  \(output.name)"]
                + Wrapping.lines(PlainMarkdown.text(output.meaning), columns: 74).map { "      " + $0 }
        }
        let example = (entry?.example ?? "").split(separator: "\n").map { "  \($0)" }
        return ExplainedTopic(
            scope: "step",
            name: schema.name,
            field: ExplainedTopic.Field(name: schema.name, meaning: PlainMarkdown.text(schema.summary)),
            keys: keys,
            more: (outputs.isEmpty ? [] : ["OUTPUTS"] + outputs + [""])
                + (example.isEmpty ? [] : ["EXAMPLE"] + example)
        )
    }

    private static func function(_ name: String) -> ExplainedTopic? {
        let bare = name.hasSuffix("()") ? String(name.dropLast(2)) : name
        guard let row = FunctionReference.groups.flatMap(\.rows).first(where: { $0.name == bare }) else { return nil }
        return ExplainedTopic(
            scope: "function",
            name: row.form,
            field: ExplainedTopic.Field(name: row.name, meaning: PlainMarkdown.text(row.meaning)),
            more: ["EXAMPLE", "  \(row.example)"] + (row.result.map { ["  gives \($0)"] } ?? [])
        )
    }
}

/// Keys by their paths, where lists count like mappings and `NAME` stands for any name.
private struct KeyTree {
    private let keys: [(parts: [String], key: ReferenceKey)]

    init(_ keys: [ReferenceKey]) {
        self.keys = keys.map { ($0.path.replacing("[]", with: "").split(separator: ".").map(String.init), $0) }
    }

    func key(at parts: [String]) -> ReferenceKey? { keys.first { Self.is($0.parts, parts) }?.key }

    /// Directly below a path, those that are only named by what is below them included.
    func children(of parts: [String]) -> [ExplainedTopic.Field] {
        var fields: [ExplainedTopic.Field] = []
        for entry in keys where entry.parts.count > parts.count {
            guard Self.is(Array(entry.parts.prefix(parts.count)), parts) else { continue }
            let name = entry.parts[parts.count]
            guard !fields.contains(where: { $0.name == name }) else { continue }
            let own = key(at: parts + [name])
            fields.append(own.map { ExplainedTopic.Field($0, named: name) } ?? Self.mapping(name))
        }
        return fields
    }

    private static func mapping(_ name: String) -> ExplainedTopic.Field {
        ExplainedTopic.Field(name: name, type: "mapping", meaning: "")
    }

    private static func `is`(_ known: [String], _ asked: [String]) -> Bool {
        known.count == asked.count
            && zip(known, asked).allSatisfy { $0 == "NAME" || $0.lowercased() == $1.lowercased() }
    }
}

extension ExplainedTopic.Field {
    init(_ key: ReferenceKey, named name: String) {
        self.init(
            name: name,
            type: key.type.shown,
            isRequired: key.isRequired,
            defaultText: key.defaultText.map { PlainMarkdown.text($0) },
            meaning: PlainMarkdown.text(key.meaning)
        )
    }

    init(_ field: StepSchema.Field) {
        let refusal = field.refusal.map { " Refused: \($0.reason)\($0.hint.map { "; \($0)" } ?? "")." } ?? ""
        self.init(
            name: field.name,
            type: PlainMarkdown.text(StepReference.type(field.type)),
            isRequired: field.isRequired,
            defaultText: field.defaultValue.map { "`\(StepReference.text(of: $0))`" },
            meaning: PlainMarkdown.text(field.summary) + refusal
        )
    }
}
