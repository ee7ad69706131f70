/// A value that is coded as plain JSON, without the names of its cases.
package struct PlainJSON: Sendable, Codable {
    package let value: ConfigValue

    package init(_ value: ConfigValue) { self.value = value }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            value = .null
        } else if let flag = try? container.decode(Bool.self) {
            value = .bool(flag)
        } else if let number = try? container.decode(Double.self) {
            value = .number(number)
        } else if let text = try? container.decode(String.self) {
            value = .string(text)
        } else if let items = try? container.decode([PlainJSON].self) {
            value = .list(items.map(\.value))
        } else {
            value = .map(try container.decode([String: PlainJSON].self).mapValues(\.value))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch value {
        case .null: try container.encodeNil()
        case .bool(let flag): try container.encode(flag)
        case .number(let number): try container.encode(number)
        case .string(let text): try container.encode(text)
        case .list(let items): try container.encode(items.map(PlainJSON.init))
        case .map(let entries): try container.encode(entries.mapValues(PlainJSON.init))
        }
    }
}
