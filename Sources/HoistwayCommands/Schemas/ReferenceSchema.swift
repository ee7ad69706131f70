import HoistwayModel
import HoistwaySettings

/// JSON Schema of a tree of keys, as the reference has them.
///
/// A schema accepts everything that the reader accepts; what only the reader can know, such as whether a file exists, it
/// leaves to `hoistway check`.
struct ReferenceSchema {
    private final class Node {
        var key: ReferenceKey?
        var members: [String: Node] = [:]
        /// Of a list: what each item is.
        var item: Node?
    }

    private let root = Node()
    /// What a mapping at a path gets besides, such as the rules of steps.
    private let additions: [String: [String: ConfigValue]]

    /// - Parameter additions: by the path of a mapping or of an item, `spec.steps[]`.
    init(_ keys: [ReferenceKey], additions: [String: [String: ConfigValue]] = [:]) {
        self.additions = additions
        for key in keys { node(at: key.path).key = key }
    }

    private func node(at path: String) -> Node {
        var node = root
        for part in path.split(separator: ".") {
            let isItem = part.hasSuffix("[]")
            node = Self.child(&node.members[isItem ? String(part.dropLast(2)) : String(part)])
            if isItem { node = Self.child(&node.item) }
        }
        return node
    }

    private static func child(_ place: inout Node?) -> Node {
        let found = place ?? Node()
        place = found
        return found
    }

    /// Of the document itself.
    var object: [String: ConfigValue] { object(root, at: "") }

    private func object(_ node: Node, at path: String) -> [String: ConfigValue] {
        var schema: [String: ConfigValue] = ["type": .string("object")]
        if let any = node.members["NAME"] {
            schema["additionalProperties"] = self.schema(any, at: path.isEmpty ? "NAME" : path + ".NAME")
            return schema
        }
        var properties: [String: ConfigValue] = [:]
        for (name, member) in node.members {
            properties[name] = self.schema(member, at: path.isEmpty ? name : "\(path).\(name)")
        }
        schema["properties"] = .map(properties)
        schema["additionalProperties"] = .bool(false)
        let required = node.members.filter { $0.value.key?.isRequired == true }.keys.sorted()
        if !required.isEmpty { schema["required"] = .list(required.map { .string($0) }) }
        if Set(node.members.keys) == ["file", "credential", "env"] {
            // A secret comes from one place.
            schema["minProperties"] = .number(1)
            schema["maxProperties"] = .number(1)
        }
        return schema.merging(additions[path] ?? [:]) { $1 }
    }

    private func schema(_ node: Node, at path: String) -> ConfigValue {
        var schema = value(node, at: path)
        guard let key = node.key else { return .map(schema) }
        if !key.meaning.isEmpty { schema["description"] = .string(PlainMarkdown.text(key.meaning)) }
        if let value = key.defaultValue { schema["default"] = value }
        return .map(schema)
    }

    private func value(_ node: Node, at path: String) -> [String: ConfigValue] {
        let isOpen = node.members.isEmpty
        switch node.key?.type ?? (node.item == nil ? .mapping : .items(of: nil, atLeast: 0)) {
        case .mapping: return isOpen ? Self.type("object") : object(node, at: path)
        case .items(_, let least):
            var schema = Self.type("array")
            if let item = node.item { schema["items"] = self.schema(item, at: path + "[]") }
            if least > 0 { schema["minItems"] = .number(Double(least)) }
            return schema
        case .textOrMapping: return Self.anyOf(Self.type("string"), object(node, at: path))
        case .textsOrMappings:
            let item = node.item.map { object($0, at: path + "[]") } ?? Self.type("object")
            return Self.list(of: Self.anyOf(Self.type("string"), item))
        case let type: return Self.scalar(type)
        }
    }

    // MARK: Values without keys below

    private static func scalar(_ type: ReferenceType) -> [String: ConfigValue] {
        switch type {
        case .text, .path, .expression: Self.type("string")
        case .flag: Self.type("boolean")
        case .wholeNumber(let range): whole(range)
        case .bytes: anyOf(whole(0...Int.max), pattern(#"^[0-9]+(\.[0-9]+)? ?([KMG]iB)?$"#))
        case .duration: duration
        case .time: Self.type("string").merging(["format": .string("date-time")]) { $1 }
        case .choice(let words): choice(words)
        case .choices(let words): list(of: choice(words))
        case .texts: list(of: Self.type("string"))
        case .textOrTexts: anyOf(Self.type("string"), list(of: Self.type("string")))
        case .allOrTexts: anyOf(choice(["all"]), list(of: Self.type("string")))
        case .textMap: map(of: Self.type("string"))
        case .textLists: map(of: list(of: Self.type("string")))
        case .any: [:]
        case .mapping, .textOrMapping, .items, .textsOrMappings: preconditionFailure("it has keys below")
        }
    }

    static func type(_ name: String) -> [String: ConfigValue] { ["type": .string(name)] }

    static func pattern(_ text: String) -> [String: ConfigValue] {
        type("string").merging(["pattern": .string(text)]) { $1 }
    }

    static func choice(_ words: [String]) -> [String: ConfigValue] { ["enum": .list(words.map { .string($0) })] }

    static func list(of item: [String: ConfigValue]) -> [String: ConfigValue] {
        type("array").merging(["items": .map(item)]) { $1 }
    }

    static func map(of value: [String: ConfigValue]) -> [String: ConfigValue] {
        type("object").merging(["additionalProperties": .map(value)]) { $1 }
    }

    static func anyOf(_ schemas: [String: ConfigValue]...) -> [String: ConfigValue] {
        ["anyOf": .list(schemas.map { .map($0) })]
    }

    static func whole(_ range: ClosedRange<Int>) -> [String: ConfigValue] {
        var schema = type("integer")
        if range.lowerBound != Int.min { schema["minimum"] = .number(Double(range.lowerBound)) }
        if range.upperBound != Int.max { schema["maximum"] = .number(Double(range.upperBound)) }
        return schema
    }

    /// As Go writes it, and days; `0` needs no unit.
    static let duration = anyOf(
        pattern(#"^[+-]?(0|([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h|d))+$"#),
        ["const": .number(0)]
    )
}

extension ReferenceKey {
    /// The default as a value, where its text is one: `` `promote` ``, `300`, `5 MiB`.
    var defaultValue: ConfigValue? {
        guard var text = defaultText else { return nil }
        let isCode = text.hasPrefix("`") && text.hasSuffix("`") && text.count > 2
        if isCode { text = String(text.dropFirst().dropLast()) }
        guard !text.contains("`") else { return nil }
        switch type {
        case .flag: return ["true": true, "false": false][text].map { .bool($0) }
        case .wholeNumber: return Double(text).map { .number($0) }
        case .bytes: return text.hasSuffix("iB") ? .string(text) : nil
        case .choice(let words): return words.contains(text) ? .string(text) : nil
        case .text, .path, .duration: return isCode && !text.contains(" ") ? .string(text) : nil
        default: return nil
        }
    }
}
