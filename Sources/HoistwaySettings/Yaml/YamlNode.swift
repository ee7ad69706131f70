import HoistwayModel

/// One node of a document, with the place where it was written.
///
/// Aliases and merge keys are resolved already; explicit tags other than `!!str` are not kept.
struct YamlNode: Sendable {
    enum Content: Sendable {
        case scalar(YamlScalar)
        case list([YamlNode])
        case map([YamlEntry])
    }

    var content: Content
    var place: SourcePlace

    var isNull: Bool {
        guard case .scalar(let scalar) = content else { return false }
        return scalar.isNull
    }

    var entries: [YamlEntry]? {
        guard case .map(let entries) = content else { return nil }
        return entries
    }

    var items: [YamlNode]? {
        guard case .list(let items) = content else { return nil }
        return items
    }

    var scalar: YamlScalar? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar
    }

    /// Whether it holds a value with a reported problem.
    var hasReportedProblem: Bool {
        switch content {
        case .scalar(let scalar): scalar.hasReportedProblem
        case .list(let items): items.contains(where: \.hasReportedProblem)
        case .map(let entries): entries.contains { $0.value.hasReportedProblem }
        }
    }

    /// Whether one of its values holds a name as a separate word: `commit` is not one in `commitFrom`.
    func holds(word: String) -> Bool {
        switch content {
        case .scalar(let scalar):
            scalar.text.ranges(of: word).contains { range in
                let around = [scalar.text[..<range.lowerBound].last, scalar.text[range.upperBound...].first]
                return !around.contains { $0.map { $0.isLetter || $0.isNumber || "_-".contains($0) } ?? false }
            }
        case .list(let items): items.contains { $0.holds(word: word) }
        case .map(let entries): entries.contains { $0.value.holds(word: word) }
        }
    }

    /// The line of each key and item below it, by its path.
    var lines: [String: Int] {
        var lines: [String: Int] = [:]
        collect(into: &lines)
        return lines
    }

    private func collect(into lines: inout [String: Int]) {
        switch content {
        case .scalar: return
        case .list(let items):
            for item in items {
                lines[item.place.path] = item.place.line
                item.collect(into: &lines)
            }
        case .map(let entries):
            for entry in entries {
                lines[entry.place.path] = entry.place.line
                entry.value.collect(into: &lines)
            }
        }
    }

    subscript(key: String) -> YamlNode? {
        entries?.first { $0.key == key }?.value
    }

    /// The node's type, for a message about a wrong type.
    var kind: String {
        switch content {
        case .scalar(let scalar): scalar.kind
        case .list: "a list"
        case .map: "a mapping"
        }
    }
}

struct YamlEntry: Sendable {
    var key: String
    /// The place of the key.
    var place: SourcePlace
    var value: YamlNode
}
