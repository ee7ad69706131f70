package import HoistwayEdits

/// A second, simple implementation of updates: tests and fuzzers compare the editors with it.
extension DocumentValue {
    package init(_ value: ScalarValue) {
        switch value {
        case .string(let text): self = .string(text)
        case .number(let number): self = .number(number)
        case .bool(let flag): self = .bool(flag)
        }
    }

    /// `nil` where there is no value at the path.
    package func value(at path: ArraySlice<String>) -> DocumentValue? {
        guard let part = path.first else { return self }
        if case .list(let items) = self {
            return Int(part).flatMap { items.indices.contains($0) ? items[$0].value(at: path.dropFirst()) : nil }
        }
        return self[part]?.value(at: path.dropFirst())
    }

    /// The same with another value at the path; unchanged where there is no value.
    package func setting(_ path: ArraySlice<String>, to value: DocumentValue) -> DocumentValue {
        guard let part = path.first else { return value }
        switch self {
        case .list(var items):
            guard let index = Int(part), items.indices.contains(index) else { return self }
            items[index] = items[index].setting(path.dropFirst(), to: value)
            return .list(items)
        case .map(var members):
            // By bytes: names that look the same may differ.
            guard let index = members.firstIndex(where: { $0.key.utf8.elementsEqual(part.utf8) }) else { return self }
            members[index].value = members[index].value.setting(path.dropFirst(), to: value)
            return .map(members)
        default: return self
        }
    }
}
