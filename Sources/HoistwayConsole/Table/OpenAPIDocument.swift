import HoistwayModel
import HoistwayPorts

/// The table as an OpenAPI 3.1 document.
enum OpenAPIDocument {
    /// The document, and the types whose shape is unknown: a test checks that the list is empty.
    ///
    /// - Parameter base: the path of `console.publicURL`.
    static func make(version: String, base: String = "") -> (document: ConfigValue, failures: [String]) {
        let reader = ShapeReader()
        var paths: [String: [String: ConfigValue]] = [:]
        for operation in Operation.all {
            paths["/api/v1/\(operation.path)", default: [:]][operation.method.rawValue.lowercased()] =
                describe(operation, reader)
        }
        _ = reader.shape(of: ProblemBody.self)
        let document = ConfigValue.map([
            "openapi": .string("3.1.0"),
            "info": .map([
                "title": .string("Hoistway"), "version": .string(version),
                "description": .string(
                    "Which version is in which stage, what is on its way, and why. Errors are problems of RFC 9457 "
                        + "with a stable `code`."
                ),
            ]),
            "servers": .list([.map(["url": .string(base.isEmpty ? "/" : base)])]),
            "paths": .map(paths.mapValues { .map($0) }),
            "components": .map([
                "schemas": .map(reader.components.mapValues(schema)),
                "securitySchemes": .map(["token": .map(["type": .string("http"), "scheme": .string("bearer")])]),
            ]),
        ])
        return (document, reader.failures)
    }

    private static func describe(_ operation: Operation, _ reader: ShapeReader) -> ConfigValue {
        var fields: [String: ConfigValue] = [
            "operationId": .string(operation.id.rawValue),
            "summary": .string(operation.summary),
            "security": .list(operation.role == nil ? [] : [.map(["token": .list([])])]),
            "responses": .map(responses(of: operation, reader)),
        ]
        let parameters =
            operation.pathParameters.map { parameter($0, in: "path") }
            + operation.query.map { parameter($0, in: "query") } + headers(of: operation)
        if !parameters.isEmpty { fields["parameters"] = .list(parameters) }
        if let body = operation.body {
            let isRequired = body.fields.contains(where: \.isRequired) || !body.exactlyOne.isEmpty
            fields["requestBody"] = .map([
                "required": .bool(isRequired), "content": content("application/json", schema(.object(body))),
            ])
        }
        if let successor = operation.successor {
            fields["deprecated"] = .bool(true)
            fields["description"] = .string("Use \(successor.rawValue); this route works for one more version.")
        }
        if let role = operation.role { fields["x-role"] = .string(role.rawValue) }
        return .map(fields)
    }

    private static func parameter(_ parameter: Operation.Parameter, in place: String) -> ConfigValue {
        var fields: [String: ConfigValue] = [
            "name": .string(parameter.name), "in": .string(place), "required": .bool(parameter.isRequired),
            "schema": schema(parameter.shape), "description": .string(parameter.summary),
        ]
        if parameter.isDeprecated { fields["deprecated"] = .bool(true) }
        return .map(fields)
    }

    private static func headers(of operation: Operation) -> [ConfigValue] {
        guard operation.method == .post else { return [] }
        let key = Operation.Parameter(
            name: IdempotencyKey.header,
            shape: IdempotencyKey.shape,
            summary: "For 24 hours, the same key with the same request gives the first answer again."
        )
        return [parameter(key, in: "header")]
    }

    private static func responses(of operation: Operation, _ reader: ShapeReader) -> [String: ConfigValue] {
        var responses: [String: ConfigValue] = [:]
        var good: [String: ConfigValue] = ["description": .string("It was done.")]
        switch operation.answer {
        case .view(let type): good["content"] = content("application/json", schema(reader.shape(of: type)))
        case .items(let type):
            good["content"] = content("application/json", schema(items(reader.shape(of: type), isPage: false)))
        case .page(let type, let order):
            good["description"] = .string("A page, in this order: \(order).")
            good["content"] = content("application/json", schema(items(reader.shape(of: type), isPage: true)))
        case .various: good["content"] = content("application/json", schema(.map(.any)))
        case .events:
            good["description"] = .string("Events: hello, changed, removed, reset, bye.")
            good["content"] = content("text/event-stream", schema(.text(Shape.Text())))
        case .document: good["content"] = content("application/json", schema(.map(.any)))
        }
        if operation.status != 200, case .view = operation.answer {
            good["headers"] = .map([
                "Location": .map([
                    "description": .string("The path of what was made."), "schema": schema(.text(Shape.Text())),
                ])
            ])
        }
        if !operation.links.isEmpty { good["links"] = .map(links(of: operation)) }
        responses["\(operation.status)"] = .map(good)
        if case .pipelines = operation.tag {
            responses["304"] = .map(["description": .string("It has the ETag of If-None-Match.")])
        }
        let problem = content("application/problem+json", schema(.named("ProblemBody")))
        for (status, codes) in Dictionary(grouping: operation.codes, by: \.status) {
            let text = codes.map { "\($0.rawValue): \($0.title)" }.joined(separator: "; ")
            responses["\(status)"] = .map(["description": .string(text), "content": problem])
        }
        return responses
    }

    private static func links(of operation: Operation) -> [String: ConfigValue] {
        var links: [String: ConfigValue] = [:]
        for (id, keys) in operation.links {
            links[id.rawValue] = .map([
                "operationId": .string(id.rawValue),
                "parameters": .map(keys.mapValues { .string("$response.body#/\($0)") }),
            ])
        }
        return links
    }

    private static func items(_ item: Shape, isPage: Bool) -> Shape {
        var fields = [Shape.Field(name: "items", shape: .list(item, count: nil), isRequired: true)]
        if isPage {
            fields.append(Shape.Field(name: "next", shape: .text(Shape.Text()), isRequired: false))
            fields.append(Shape.Field(name: "revision", shape: .text(Shape.Text()), isRequired: true))
        }
        return .object(Shape.Fields(fields: fields))
    }

    private static func content(_ type: String, _ schema: ConfigValue) -> ConfigValue {
        .map([type: .map(["schema": schema])])
    }

    // MARK: Schemas

    static func schema(_ shape: Shape) -> ConfigValue {
        switch shape {
        case .any: .map([:])
        case .boolean: .map(["type": .string("boolean")])
        case .yes: .map(["const": .bool(true)])
        case .number: .map(["type": .string("number")])
        case .named(let name): .map(["$ref": .string("#/components/schemas/\(name)")])
        case .integer(let range):
            .map([
                "type": .string("integer"), "minimum": .number(Double(range.lowerBound)),
                "maximum": .number(Double(range.upperBound)),
            ])
        case .text(let rule): .map(schema(rule))
        case .list(let item, let count):
            .map(
                ["type": .string("array"), "items": schema(item)].merging(
                    count.map {
                        ["minItems": .number(Double($0.lowerBound)), "maxItems": .number(Double($0.upperBound))]
                    }
                        ?? [:]
                ) { first, _ in first }
            )
        case .map(let item): .map(["type": .string("object"), "additionalProperties": schema(item)])
        case .object(let fields): .map(schema(fields))
        }
    }

    private static func schema(_ rule: Shape.Text) -> [String: ConfigValue] {
        var fields: [String: ConfigValue] = ["type": .string("string")]
        if let values = rule.values { fields["enum"] = .list(values.map { .string($0) }) }
        if let count = rule.count {
            fields["minLength"] = .number(Double(count.lowerBound))
            fields["maxLength"] = .number(Double(count.upperBound))
        }
        if let pattern = rule.pattern { fields["pattern"] = .string(pattern.rawValue) }
        if let format = rule.format { fields["format"] = .string(format) }
        return fields
    }

    private static func schema(_ rule: Shape.Fields) -> [String: ConfigValue] {
        var properties: [String: ConfigValue] = [:]
        for field in rule.fields {
            var made = schema(field.shape)
            // A reference must be alone for tools that read older versions.
            if let summary = field.summary, !summary.isEmpty, case .map(var entries) = made, entries["$ref"] == nil {
                entries["description"] = .string(summary)
                made = .map(entries)
            }
            properties[field.name] = made
        }
        var fields: [String: ConfigValue] = ["type": .string("object"), "properties": .map(properties)]
        let required = rule.fields.filter(\.isRequired).map { ConfigValue.string($0.name) }
        if !required.isEmpty { fields["required"] = .list(required) }
        if rule.isClosed { fields["additionalProperties"] = .bool(false) }
        if !rule.exactlyOne.isEmpty {
            fields["oneOf"] = .list(rule.exactlyOne.map { .map(["required": .list([.string($0)])]) })
        }
        return fields
    }
}
