package import HoistwayModel

extension Value {
    /// A value of a manifest in expressions: numbers are floats, as when Go reads YAML and JSON.
    package init(_ configuration: ConfigValue) {
        switch configuration {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .number(let number): self = .double(number)
        case .string(let text): self = .string(text)
        case .list(let items): self = .array(items.map(Value.init))
        case .map(let entries): self = .map(entries.mapValues(Value.init))
        }
    }

    /// The value in a form for manifests; a value that only JSON can represent is converted through JSON.
    package func configuration() throws(ExpressionError) -> ConfigValue {
        switch content {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .int(let number): return .number(Double(number))
        case .double(let number): return .number(number)
        case .string(let text): return .string(text.string)
        case .array(let array) where array.isNil: return .null
        case .array(let array):
            var items: [ConfigValue] = []
            for element in array.elements { items.append(try element.configuration()) }
            return .list(items)
        case .map(let map) where map.isStringKeyed:
            var entries: [String: ConfigValue] = [:]
            for case (.text(let key), let value) in map.entries { entries[key.string] = try value.configuration() }
            return .map(entries)
        case .bytes, .map, .time, .duration, .zone, .calendar, .object, .function:
            guard let value = JSONReader.value(of: try JSONWriter.text(self)) else {
                throw ExpressionError(.evaluation, "\(kindName) has no form in a manifest")
            }
            return try value.configuration()
        }
    }
}
