import HoistwayModel
import HoistwaySteps

/// JSON Schema of the configuration of a promotion step.
///
/// Every value may be an expression in place of what it is to be: the schema takes a text with `${{` anywhere.
enum StepConfigSchema {
    private static let expression = ReferenceSchema.pattern(#"\$(\{\{|\{%)"#)

    /// By the step's name: what `config` may hold.
    static var definitions: [String: ConfigValue] {
        Dictionary(
            uniqueKeysWithValues: StepRegistry.schemas.values.map { schema in
                var config = schema.config.map { mapping($0) } ?? ReferenceSchema.type("object")
                config["description"] = .string(schema.summary)
                return (definition(of: schema.name), .map(config))
            }
        )
    }

    /// What an item of `steps` gets besides its keys: the names of the steps, and the rules for `config` of each.
    static func rules(definitionsAt place: String) -> [String: ConfigValue] {
        let names = StepRegistry.schemas.keys.sorted()
        let rules = names.map { name -> ConfigValue in
            .map([
                "if": .map([
                    "properties": .map(["uses": .map(["const": .string(name)])]), "required": .list([.string("uses")]),
                ]),
                "then": .map([
                    "properties": .map(["config": .map(["$ref": .string("\(place)\(definition(of: name))")])])
                ]),
            ])
        }
        return ["allOf": .list(rules)]
    }

    private static func definition(of step: String) -> String { "step-\(step)" }

    private static func mapping(_ mapping: StepSchema.Mapping) -> [String: ConfigValue] {
        var schema = ReferenceSchema.type("object")
        schema["properties"] = .map(
            Dictionary(uniqueKeysWithValues: mapping.fields.map { ($0.name, .map(field($0))) })
        )
        schema["additionalProperties"] = .bool(false)
        let required = mapping.fields.filter(\.isRequired).map(\.name).sorted()
        if !required.isEmpty { schema["required"] = .list(required.map { .string($0) }) }
        return schema
    }

    private static func field(_ field: StepSchema.Field) -> [String: ConfigValue] {
        var schema = value(field.type)
        schema["description"] = .string(field.summary)
        if let value = field.defaultValue { schema["default"] = value }
        return schema
    }

    private static func value(_ type: StepSchema.FieldType) -> [String: ConfigValue] {
        switch type {
        case .any, .scalar: [:]
        case .flag: orExpression(ReferenceSchema.type("boolean"))
        case .wholeNumber(let range): orExpression(ReferenceSchema.whole(range))
        case .choice(let words): orExpression(ReferenceSchema.choice(words))
        case .duration: orExpression(ReferenceSchema.duration)
        case .list(let item, let least):
            orExpression(
                ReferenceSchema.list(of: value(item))
                    .merging(least > 0 ? ["minItems": .number(Double(least))] : [:]) { $1 }
            )
        case .mapping(let mapping): orExpression(self.mapping(mapping))
        case .anyMapping, .textMapping: orExpression(ReferenceSchema.type("object"))
        case .text, .path, .newFile, .fileMode, .expression, .repository, .branch, .tag, .commit, .email, .artifact,
            .artifactTag, .sha256:
            // `check` reports numbers without quotes: it knows how each step reads them.
            ReferenceSchema.type("string")
        }
    }

    private static func orExpression(_ schema: [String: ConfigValue]) -> [String: ConfigValue] {
        ReferenceSchema.anyOf(schema, expression)
    }
}
