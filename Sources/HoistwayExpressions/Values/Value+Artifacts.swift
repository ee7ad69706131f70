package import HoistwayModel

extension Value {
    /// The artifacts that texts, numbers and flags of it come from, by their place.
    package func artifacts() -> [ConfigPath: Set<ArtifactOrigin>] {
        var found: [ConfigPath: Set<ArtifactOrigin>] = [:]
        collect(at: ConfigPath(), into: &found)
        return found
    }

    private func collect(at path: ConfigPath, into found: inout [ConfigPath: Set<ArtifactOrigin>]) {
        guard let marks, !marks.artifacts.isEmpty else { return }
        switch content {
        case .array(let array):
            for (index, element) in array.elements.enumerated() { element.collect(at: path[index], into: &found) }
        case .map(let map):
            for (key, entry) in map.entries { entry.collect(at: path[key.value.goText.string], into: &found) }
        default: found[path] = marks.artifacts
        }
    }
}
