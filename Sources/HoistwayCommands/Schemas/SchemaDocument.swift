import HoistwayConsole
import HoistwayModel
import HoistwaySettings

/// The JSON Schemas that editors use: draft 2020-12.
enum SchemaDocument {
    private static let dialect = "https://json-schema.org/draft/2020-12/schema"
    private static let definitions = "#/$defs/"

    /// What `hoistway schema` takes: `config`, `manifest` (every kind), and each kind.
    static let names = ["config", "manifest"] + ManifestReference.kinds.map { $0.name.lowercased() }

    /// `nil` if no schema has this name.
    static func text(_ name: String) -> String? {
        schema(name).map { WrittenJSON.text(PlainJSON(.map($0))) }
    }

    static func schema(_ name: String) -> [String: ConfigValue]? {
        switch name {
        case "config": return config
        case "manifest": return manifest
        default:
            guard let kind = ManifestReference.kinds.first(where: { $0.name.lowercased() == name }) else { return nil }
            var schema = self.schema(of: kind)
            if schema.holdsSteps { schema["$defs"] = .map(StepConfigSchema.definitions) }
            return head(kind.name, kind.summary).merging(schema) { $1 }
        }
    }

    private static func head(_ title: String, _ description: String) -> [String: ConfigValue] {
        ["$schema": .string(dialect), "title": .string(title), "description": .string(description)]
    }

    private static var config: [String: ConfigValue] {
        head("hoistway.yaml", "The configuration of Hoistway").merging(
            ReferenceSchema(ConfigurationReference.keys).object
        ) { $1 }
    }

    /// One schema for all kinds: the value of `kind` decides.
    private static var manifest: [String: ConfigValue] {
        let kinds = ManifestReference.kinds
        var schema = head("Manifest", "A Kargo manifest, as Hoistway reads it")
        schema["type"] = .string("object")
        schema["required"] = .list([.string("apiVersion"), .string("kind")])
        schema["properties"] = .map(["kind": .map(ReferenceSchema.choice(kinds.map(\.name)))])
        schema["allOf"] = .list(
            kinds.map { kind in
                .map([
                    "if": .map(["properties": .map(["kind": .map(["const": .string(kind.name)])])]),
                    "then": .map(["$ref": .string(definitions + kind.name)]),
                ])
            }
        )
        schema["$defs"] = .map(
            StepConfigSchema.definitions.merging(kinds.map { ($0.name, .map(self.schema(of: $0))) }) { $1 }
        )
        return schema
    }

    private static func schema(of kind: ManifestReference.Kind) -> [String: ConfigValue] {
        let rules = StepConfigSchema.rules(definitionsAt: definitions)
        let hasSteps = kind.keys.contains { $0.path.hasSuffix("steps[].uses") }
        let paths = hasSteps ? [ManifestReference.stageSteps, ManifestReference.taskSteps] : []
        let additions = Dictionary(uniqueKeysWithValues: paths.map { ($0, rules) })
        var schema = ReferenceSchema(kind.keys, additions: additions).object
        var properties: [String: ConfigValue] = [:]
        if case .map(let known)? = schema["properties"] { properties = known }
        properties["apiVersion"] = .map(["const": .string(kind.apiVersion)])
        properties["kind"] = .map(["const": .string(kind.name)])
        properties["metadata"] = .map(metadata(isOfProject: kind.isOfProject))
        // Kargo writes it; it is read over.
        properties["status"] = .map([:])
        schema["properties"] = .map(properties)
        schema["required"] = .list(["apiVersion", "kind", "metadata"].map { .string($0) })
        return schema
    }

    /// Open: Kubernetes has more keys there.
    private static func metadata(isOfProject: Bool) -> [String: ConfigValue] {
        var properties: [String: ConfigValue] = [
            "name": .map(ReferenceSchema.type("string")),
            "labels": .map(ReferenceSchema.map(of: ReferenceSchema.type("string"))),
            "annotations": .map(ReferenceSchema.map(of: ReferenceSchema.type("string"))),
        ]
        if isOfProject {
            properties["namespace"] = .map(
                ReferenceSchema.type("string").merging(["description": .string("The name of the project")]) { $1 }
            )
        }
        return [
            "type": .string("object"), "required": .list([.string("name")]), "properties": .map(properties),
        ]
    }
}

extension [String: ConfigValue] {
    /// Whether a rule for a step stands in it.
    fileprivate var holdsSteps: Bool { WrittenJSON.text(PlainJSON(.map(self))).contains("#/$defs/step-") }
}
