import HoistwayModel

/// Reports what a step's schema finds wrong, each problem at its line of the YAML.
struct StepProblems {
    let problems: ProblemList

    func tell(_ found: [ConfigProblem], in node: YamlNode) {
        for problem in found {
            problems.error(place(of: problem.path, in: node), problem.message, hint: hint(for: problem, in: node))
        }
    }

    /// The place of the value, or of the deepest existing value above it.
    private func place(of path: ConfigPath, in node: YamlNode) -> SourcePlace {
        var node = node
        var place = node.place
        for part in path.parts {
            switch part {
            case .key(let key):
                guard let entry = node.entries?.first(where: { $0.key == key }) else {
                    let path = place.path.isEmpty ? key : "\(place.path).\(key)"
                    return SourcePlace(file: place.file, line: place.line, path: path)
                }
                place = entry.place
                node = entry.value
            case .index(let index):
                guard let items = node.items, items.indices.contains(index) else { return place }
                node = items[index]
                place = node.place
            }
        }
        return place
    }

    private func hint(for problem: ConfigProblem, in node: YamlNode) -> String? {
        guard case .key(let key) = problem.path.parts.last else { return problem.hint }
        switch problem.cause {
        case .unknownKey(let known):
            return Spelling.hint(for: key, among: known.sorted())
                ?? "known here: \(known.sorted().joined(separator: ", "))"
        case .missing:
            let keys = self.node(at: problem.path.parts.dropLast(), in: node)?.entries ?? []
            let written = keys.first { Spelling.nearMiss(of: $0.key, among: [key]) != nil }
            return written.map { "line \($0.place.line) has \(ShownText.text($0.key))" } ?? problem.hint
        case .refused, .wrong: return problem.hint
        }
    }

    private func node(at parts: some Sequence<ConfigPath.Part>, in node: YamlNode) -> YamlNode? {
        var node = node
        for part in parts {
            let next: YamlNode? =
                switch part {
                case .key(let key): node[key]
                case .index(let index): node.items.flatMap { $0.indices.contains(index) ? $0[index] : nil }
                }
            guard let next else { return nil }
            node = next
        }
        return node
    }
}
