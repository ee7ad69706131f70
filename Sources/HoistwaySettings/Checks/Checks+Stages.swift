import HoistwayModel

extension Checks {
    /// Each stage asks for freight of warehouses and stages that are there.
    func checkReferences() {
        for project in projects {
            for stage in stages(of: project) {
                for request in stage.requestedFreight { check(request, of: stage, in: project) }
            }
        }
    }

    private func check(_ request: FreightRequest, of stage: Stage, in project: Project) {
        if !request.warehouse.isEmpty, project.warehouses[request.warehouse] == nil {
            problems.error(
                stage.place,
                "the stage \(stage.key.name) asks for freight of the warehouse \(Quoted.text(request.warehouse)), "
                    + "which the project \(project.name) does not have",
                hint: Spelling.hint(for: request.warehouse, among: project.warehouses.keys.sorted())
            )
        }
        for name in request.stages {
            guard let upstream = project.stages[name] else {
                problems.error(
                    stage.place,
                    "the stage \(stage.key.name) takes freight from the stage \(Quoted.text(name)), "
                        + "which the project \(project.name) does not have",
                    hint: Spelling.hint(for: name, among: project.stages.keys.sorted())
                )
                continue
            }
            guard !request.warehouse.isEmpty,
                !upstream.requestedFreight.contains(where: { $0.warehouse == request.warehouse })
            else { continue }
            problems.warning(
                stage.place,
                "the stage \(stage.key.name) waits for freight of \(request.warehouse) from \(name), "
                    + "which does not ask for it: none ever comes"
            )
        }
    }

    /// No stage waits for itself, by whatever way.
    func checkCycles() {
        for project in projects {
            var done: Set<String> = []
            for stage in stages(of: project) {
                guard let cycle = cycle(from: stage.key.name, in: project, path: [], done: &done) else { continue }
                let first = cycle.first.flatMap { project.stages[$0] }
                problems.error(
                    first?.place ?? stage.place,
                    "stages wait for each other in a circle: \((cycle + cycle.prefix(1)).joined(separator: " → "))",
                    hint: "let one of them take freight directly from the warehouse"
                )
            }
        }
    }

    /// The stages of a circle, in the order in which freight would go.
    private func cycle(
        from name: String,
        in project: Project,
        path: [String],
        done: inout Set<String>
    ) -> [String]? {
        if let start = path.firstIndex(of: name) { return path[start...].reversed() }
        guard !done.contains(name), let stage = project.stages[name] else { return nil }
        for upstream in stage.requestedFreight.flatMap(\.stages) {
            if let found = cycle(from: upstream, in: project, path: path + [name], done: &done) {
                done.formUnion(found)
                return found
            }
        }
        done.insert(name)
        return nil
    }
}
