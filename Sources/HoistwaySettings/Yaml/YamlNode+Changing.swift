import HoistwayModel

extension YamlNode {
    /// The node with other scalars; `nil` where all stay, so that a tree that does not change is not copied.
    ///
    /// Keys do not count as scalars here.
    ///
    /// - Parameters:
    ///   - key: the nearest key above the node.
    ///   - left: keys below which nothing changes.
    ///   - change: gets a scalar, its place and its nearest key; `nil`: no change.
    func changingScalars(
        below key: String = "",
        leaving left: Set<String> = [],
        _ change: (YamlScalar, SourcePlace, String) -> YamlScalar?
    ) -> YamlNode? {
        switch content {
        case .scalar(let scalar):
            return change(scalar, place, key).map { YamlNode(content: .scalar($0), place: place) }
        case .list(let items):
            var changed: [YamlNode]?
            for (index, item) in items.enumerated() {
                guard let other = item.changingScalars(below: key, leaving: left, change) else { continue }
                if changed == nil { changed = items }
                changed?[index] = other
            }
            return changed.map { YamlNode(content: .list($0), place: place) }
        case .map(let entries):
            var changed: [YamlEntry]?
            for (index, entry) in entries.enumerated() where !left.contains(entry.key) {
                guard let other = entry.value.changingScalars(below: entry.key, leaving: left, change) else { continue }
                if changed == nil { changed = entries }
                changed?[index].value = other
            }
            return changed.map { YamlNode(content: .map($0), place: place) }
        }
    }
}
