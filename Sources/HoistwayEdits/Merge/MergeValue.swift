/// A value in a merge: scalars keep their text from the file, so that `1.10` stays `1.10`.
indirect enum MergeValue {
    struct Member {
        var key: String
        /// Whether the key is not quoted: readers may take `1` and `yes` for other types than text.
        var isPlainKey: Bool
        var value: MergeValue
    }

    case scalar(String, isPlain: Bool, TextPlace)
    case list([MergeValue], TextPlace)
    case map([Member], TextPlace)

    /// Applies merge keys; if a key occurs twice, the last one is used.
    init(_ tree: YAMLTree) throws(YAMLTree.Failure) {
        switch tree.content {
        case .scalar(let text, let isPlain): self = .scalar(text, isPlain: isPlain, tree.place)
        case .sequence(let items):
            var list: [MergeValue] = []
            for item in items { list.append(try MergeValue(item)) }
            self = .list(list, tree.place)
        case .mapping(let pairs):
            var members = MergeMembers()
            var merged: [Member] = []
            for pair in pairs {
                guard case .scalar(let key, let isPlain) = pair.key.content else {
                    throw YAMLTree.Failure(line: pair.key.line, problem: "a key is a list or a mapping")
                }
                let value = try MergeValue(pair.value)
                if isPlain, key == "<<" {
                    merged += try Self.merged(value)
                } else {
                    members.set(Member(key: key, isPlainKey: isPlain, value: value))
                }
            }
            for member in merged where members[member.key] == nil { members.set(member) }
            self = .map(members.list, tree.place)
        }
    }

    private static func merged(_ value: MergeValue) throws(YAMLTree.Failure) -> [Member] {
        switch value {
        case .map(let members, _): return members
        case .list(let items, let place):
            var all: [Member] = []
            for item in items {
                guard case .map(let members, _) = item else {
                    throw YAMLTree.Failure(line: place.line, problem: "a merge key (<<) takes mappings")
                }
                all += members
            }
            return all
        case .scalar(_, _, let place):
            throw YAMLTree.Failure(line: place.line, problem: "a merge key (<<) takes mappings")
        }
    }

    var place: TextPlace {
        switch self {
        case .scalar(_, _, let place), .list(_, let place), .map(_, let place): place
        }
    }

    var isNull: Bool {
        if case .scalar(let text, isPlain: true, _) = self { ScalarRules.nullWords.contains(text) } else { false }
    }

    /// The kind of value, for messages.
    var kind: String {
        switch self {
        case .scalar: "a single value"
        case .list: "a list"
        case .map: "a mapping"
        }
    }

    /// The text of a scalar that is not null.
    var text: String? {
        if case .scalar(let text, _, _) = self, !isNull { text } else { nil }
    }

    subscript(key: String) -> MergeValue? {
        guard case .map(let members, _) = self else { return nil }
        return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    func isSame(as other: MergeValue) -> Bool {
        switch (self, other) {
        case (.scalar(let left, let leftPlain, _), .scalar(let right, let rightPlain, _)):
            (isNull && other.isNull)
                || left.utf8.elementsEqual(right.utf8)
                    && (leftPlain == rightPlain || PlainScalar(left) == .string && !ScalarRules.isAmbiguous(left))
        case (.list(let left, _), .list(let right, _)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        case (.map(let left, _), .map(let right, _)):
            left.count == right.count
                && zip(left, right).allSatisfy { left, right in
                    left.key.utf8.elementsEqual(right.key.utf8) && left.value.isSame(as: right.value)
                }
        default: false
        }
    }
}

/// Members of a mapping, found by the bytes of their keys.
struct MergeMembers {
    private(set) var list: [MergeValue.Member] = []
    private var places: [KeyPath.Part: Int] = [:]

    init(_ list: [MergeValue.Member] = []) {
        for member in list { set(member) }
    }

    subscript(key: String) -> MergeValue.Member? {
        places[KeyPath.Part(text: key, isKey: false)].map { list[$0] }
    }

    mutating func set(_ member: MergeValue.Member) {
        let part = KeyPath.Part(text: member.key, isKey: false)
        if let place = places[part] {
            list[place].value = member.value
        } else {
            places[part] = list.count
            list.append(member)
        }
    }
}
