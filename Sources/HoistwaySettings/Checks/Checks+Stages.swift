import HoistwayModel

extension Checks {
    /// Each stage requests freight from warehouses and stages that exist.
    func checkReferences() {
        guard isComplete else { return }
        for reference in references {
            guard let project = pipelines.projects[reference.stage.project] else { continue }
            switch reference.target {
            case .warehouse(let name):
                guard project.warehouses[name] == nil, !unplaced.contains(name) else { continue }
                tellMissing("warehouse", name, reference, among: Array(project.warehouses.keys))
            case .stage(let name, let warehouse):
                guard let upstream = project.stages[name] else {
                    if unplaced.contains(name) { continue }
                    tellMissing("stage", name, reference, among: Array(project.stages.keys))
                    continue
                }
                if let warehouse { check(upstream, carries: warehouse, for: reference) }
            }
        }
    }

    private func tellMissing(_ kind: String, _ name: String, _ reference: StageReference, among known: [String]) {
        problems.error(
            reference.place,
            "the stage \(reference.stage.name) takes freight from the \(kind) \(ShownText.text(name)), "
                + "which the project \(reference.stage.project) does not have",
            hint: Spelling.hint(for: name, among: known.sorted())
        )
    }

    private func check(_ upstream: Stage, carries warehouse: String, for reference: StageReference) {
        guard !upstream.requestedFreight.contains(where: { $0.warehouse == warehouse }) else { return }
        problems.warning(
            reference.place,
            "the stage \(reference.stage.name) waits for freight of \(warehouse) from \(upstream.key.name), "
                + "which does not ask for it: none ever comes"
        )
    }

    /// No stage depends on itself, directly or through other stages.
    func checkCycles() {
        for project in projects {
            var done: Set<String> = []
            for stage in stages(of: project) {
                forEachCycle(from: stage.key.name, in: project, path: [], done: &done) { cycle in
                    let first = cycle.first.flatMap { project.stages[$0] }
                    problems.error(
                        first?.place ?? stage.place,
                        "stages wait for each other in a circle: \((cycle + cycle.prefix(1)).joined(separator: " → "))",
                        hint: "let one of them take freight directly from the warehouse"
                    )
                }
            }
        }
    }

    /// Calls its parameter with the stages of each cycle, in the order in which freight would move; follows each
    /// request once.
    private func forEachCycle(
        from name: String,
        in project: Project,
        path: [String],
        done: inout Set<String>,
        _ tell: ([String]) -> Void
    ) {
        if let start = path.firstIndex(of: name) { return tell(path[start...].reversed()) }
        guard !done.contains(name), let stage = project.stages[name] else { return }
        for upstream in stage.requestedFreight.flatMap(\.stages) {
            forEachCycle(from: upstream, in: project, path: path + [name], done: &done, tell)
        }
        done.insert(name)
    }
}
