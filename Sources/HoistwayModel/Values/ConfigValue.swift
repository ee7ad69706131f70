/// A value of a step's configuration: the types that YAML and JSON share.
package indirect enum ConfigValue: Hashable, Sendable, Codable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case list([ConfigValue])
    case map([String: ConfigValue])

    package subscript(key: String) -> ConfigValue? {
        guard case .map(let entries) = self else { return nil }
        return entries[key]
    }

    package var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// Whether it is a text with an expression, so that its value is not known.
    package var isUnknown: Bool { string?.opensExpression ?? false }

    package var bool: Bool? {
        guard case .bool(let flag) = self else { return nil }
        return flag
    }

    package var list: [ConfigValue]? {
        guard case .list(let items) = self else { return nil }
        return items
    }

    package var map: [String: ConfigValue]? {
        guard case .map(let entries) = self else { return nil }
        return entries
    }
}
