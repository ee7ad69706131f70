package import HoistwayModel

/// The value of a YAML, JSON or TOML file: for `yaml-parse`, `json-parse` and `toml-parse`.
///
/// Numbers are floating-point numbers, as in the outputs of Kargo's steps.
package indirect enum DocumentValue: Equatable, Sendable {
    package struct Member: Equatable, Sendable {
        package var key: String
        package var value: DocumentValue

        package init(_ key: String, _ value: DocumentValue) {
            self.key = key
            self.value = value
        }
    }

    case null
    case bool(Bool)
    /// Finite.
    case number(Double)
    case string(String)
    case list([DocumentValue])
    /// In the file's order; each key once, compared by its bytes.
    case map([Member])

    package subscript(key: String) -> DocumentValue? {
        guard case .map(let members) = self else { return nil }
        return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// The same value as configuration; of keys that are equal in Unicode, the last one is used.
    package var configValue: ConfigValue {
        switch self {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .number(let number): .number(number)
        case .string(let text): .string(text)
        case .list(let items): .list(items.map(\.configValue))
        case .map(let members):
            .map(Dictionary(members.map { ($0.key, $0.value.configValue) }) { _, last in last })
        }
    }
}

/// Reads whole files within limits: 4 MiB, 64 levels (128 in JSON), 200,000 values (aliases count at each use).
package enum DocumentReader {
    /// The first document of a YAML file, as in Kargo's `yaml-parse`; `null` where it has only comments.
    package static func yaml(_ bytes: [UInt8]) throws(UpdateFailure) -> DocumentValue {
        guard !bytes.isEmpty else {
            throw .unreadable("the file is empty", at: nil, hint: "check that the path is right")
        }
        var reader = YAMLValueReader(try UpdateKeys.source(bytes))
        return try reader.document()
    }

    /// All documents of a YAML file; a document with only comments is `null`.
    package static func yamlDocuments(_ bytes: [UInt8]) throws(UpdateFailure) -> [DocumentValue] {
        var reader = YAMLValueReader(try UpdateKeys.source(bytes))
        return try reader.documents()
    }

    /// Times become texts in RFC 3339 format.
    package static func toml(_ bytes: [UInt8]) throws(UpdateFailure) -> DocumentValue {
        guard !bytes.isEmpty else {
            throw .unreadable("the file is empty", at: nil, hint: "check that the path is right")
        }
        return try TOMLTree(UpdateKeys.source(bytes)).value()
    }

    package static func json(_ bytes: [UInt8]) throws(UpdateFailure) -> DocumentValue {
        let source = try UpdateKeys.source(bytes)
        let tree = try JSONTree(source)
        return try value(tree.root, of: tree, source)
    }

    private static func value(
        _ node: Int,
        of tree: JSONTree,
        _ source: SourceText
    ) throws(UpdateFailure) -> DocumentValue {
        switch tree.nodes[node].content {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .string(let text): return .string(text)
        case .number(let text):
            guard let number = Double(text), number.isFinite else {
                var counter = PlaceCounter(source)
                throw .unreadable(
                    "a number is too large",
                    at: counter.place(of: tree.nodes[node].range?.lowerBound ?? 0),
                    hint: "write it as a text"
                )
            }
            return .number(number)
        case .array(let items):
            var values: [DocumentValue] = []
            for item in items { values.append(try value(item, of: tree, source)) }
            return .list(values)
        case .object(let members):
            var map = MemberList()
            for member in members { map.set(member.key, try value(member.value, of: tree, source)) }
            return .map(map.members)
        }
    }
}

/// Members in their order; if a key occurs twice, the last one is used.
struct MemberList {
    private(set) var members: [DocumentValue.Member] = []
    private var places: [KeyPath.Part: Int] = [:]

    mutating func set(_ key: String, _ value: DocumentValue, overriding: Bool = true) {
        let part = KeyPath.Part(text: key, isKey: false)
        if let place = places[part] {
            if overriding { members[place].value = value }
            return
        }
        places[part] = members.count
        members.append(DocumentValue.Member(key, value))
    }
}
