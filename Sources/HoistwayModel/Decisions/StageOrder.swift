extension Project {
    /// Upstream stages before the stages that take freight from them; otherwise by name.
    ///
    /// Settings with a cycle are refused when they are read; here the stages of a cycle come last.
    package var stagesInOrder: [Stage] {
        var done: Set<String> = []
        var ordered: [Stage] = []
        var left = stages.values.sorted { $0.key.name < $1.key.name }
        while !left.isEmpty {
            let ready = left.filter { stage in
                stage.requestedFreight.allSatisfy { request in
                    request.stages.allSatisfy { done.contains($0) || stages[$0] == nil }
                }
            }
            guard !ready.isEmpty else { return ordered + left }
            ordered += ready
            done.formUnion(ready.map(\.key.name))
            left.removeAll { done.contains($0.key.name) }
        }
        return ordered
    }
}

extension Pipelines {
    /// All stages, by project, upstream first.
    package var stagesInOrder: [Stage] {
        projects.values.sorted { $0.name < $1.name }.flatMap(\.stagesInOrder)
    }
}
