import HoistwayEdits

/// A value of a manifest that `kubectl` has rendered.
struct RenderedObject: Equatable {
    private let value: DocumentValue

    /// All documents of a text.
    static func all(_ text: String) throws -> [RenderedObject] {
        try DocumentReader.yamlDocuments(Array(text.utf8)).map(RenderedObject.init(value:))
    }

    subscript(key: String) -> RenderedObject? { value[key].map(RenderedObject.init(value:)) }

    subscript(index: Int) -> RenderedObject? {
        guard let items = sequence, items.indices.contains(index) else { return nil }
        return items[index]
    }

    var sequence: [RenderedObject]? {
        if case .list(let items) = value { items.map(RenderedObject.init(value:)) } else { nil }
    }

    var mapping: [(key: String, value: RenderedObject)]? {
        if case .map(let members) = value { members.map { ($0.key, RenderedObject(value: $0.value)) } } else { nil }
    }

    var string: String? {
        if case .string(let text) = value { text } else { nil }
    }

    var int: Int? {
        if case .number(let number) = value { Int(exactly: number) } else { nil }
    }

    var bool: Bool? {
        if case .bool(let flag) = value { flag } else { nil }
    }
}
