import HoistwayModel

extension ManifestReader {
    /// The limit for one stage, with tasks replaced by their steps; see `maxStepsOfAll` for all stages.
    static let maxSteps = 1_000
    static let maxStepsOfAll = 500_000

    func readTask(_ manifest: Manifest, isClusterWide: Bool) {
        defer { manifest.fields.finish() }
        guard let spec = spec(of: manifest) else { return }
        let task = WrittenTask(
            manifest: manifest,
            variables: variables(spec),
            steps: writtenSteps(spec, of: manifest.kind),
            isFromGit: manifest.isFromGit
        )
        spec.finish()
        keep(task, isClusterWide: isClusterWide)
    }

    func keep(_ task: WrittenTask, isClusterWide: Bool) {
        let key = TaskKey(project: isClusterWide ? "" : task.manifest.namespace, name: task.manifest.name)
        guard !task.manifest.isLeftOut else { return }
        tasks[key] = task
    }

    /// The task that a step of the project calls.
    func task(_ reference: TaskReference, project: String) -> WrittenTask? {
        let key = TaskKey(project: reference.isClusterWide ? "" : project, name: reference.name)
        guard let task = tasks[key] else { return nil }
        calledTasks.insert(key)
        // Anyone who may push the task there controls what this project does.
        if task.isFromGit, !project.isEmpty { pipelines.projectsFromGit.insert(project) }
        return task
    }

    func taskNames(isClusterWide: Bool, project: String) -> [String] {
        tasks.keys.filter { $0.project == (isClusterWide ? "" : project) }.map(\.name).sorted()
    }

    /// Tasks that no stage calls are checked alone: stages that call them may be added later.
    func checkUncalledTasks() {
        for (key, task) in tasks.sorted(by: { ($0.key.project, $0.key.name) < ($1.key.project, $1.key.name) })
        where !calledTasks.contains(key) {
            let caller = "task"
            let steps = task.steps.compactMap { step -> InlinedStep? in
                guard case .step(let uses, let place) = step.action else { return nil }
                return InlinedStep(
                    written: step,
                    uses: uses,
                    usesPlace: place,
                    alias: "\(caller)::\(step.alias)",
                    task: caller,
                    variables: task.variables + step.variables
                )
            }
            _ = StepCompiler(nil, reader: expressions, schemas: schemas).steps(steps)
        }
    }

    /// The steps that the stage runs, tasks replaced by their steps.
    ///
    /// - Parameter variables: of the stage and its promotion template.
    /// - Returns: `nil` where a task may be in a part that could not be read.
    func inlined(
        _ steps: [WrittenStep],
        variables: [WrittenVariable],
        project: String
    ) -> [InlinedStep]? {
        var inlined: [InlinedStep] = []
        defer { stepsLeft -= inlined.count }
        for step in steps {
            switch step.action {
            case .step(let uses, let place):
                inlined.append(
                    InlinedStep(
                        written: step,
                        uses: uses,
                        usesPlace: place,
                        alias: step.alias,
                        variables: step.variables
                    )
                )
            case .task(let reference):
                guard let task = task(reference, project: project) else {
                    guard isComplete, !unplaced.contains(reference.name) else { return nil }
                    tellMissing(reference, project: project)
                    continue
                }
                // A few calls can add very many steps.
                guard inlined.count + task.steps.count <= min(Self.maxSteps, stepsLeft) else {
                    problems.error(
                        reference.place,
                        "with the steps of its tasks the stage has more than \(Self.maxSteps) steps, or all stages together "
                            + "more than \(Self.maxStepsOfAll)",
                        hint: "call fewer tasks, or tasks of fewer steps"
                    )
                    continue
                }
                inlined += self.inlined(task, by: step, reference, variables: variables)
            }
        }
        return inlined
    }

    private func inlined(
        _ task: WrittenTask,
        by caller: WrittenStep,
        _ reference: TaskReference,
        variables: [WrittenVariable]
    ) -> [InlinedStep] {
        let isSet = { (name: String, all: [WrittenVariable]) in all.contains { $0.name == name && !$0.text.isEmpty } }
        for required in task.variables where required.text.isEmpty {
            guard !isSet(required.name, variables), !isSet(required.name, caller.variables) else { continue }
            problems.error(
                reference.place,
                "the task \(reference.name) needs a value for its variable \(required.name), and neither this step nor the "
                    + "stage gives one",
                hint: "add it to the vars of this step"
            )
        }
        // A variable of the stage overrides the task's default.
        let defaults = task.variables.filter { !$0.text.isEmpty && !isSet($0.name, variables) }
        return task.steps.compactMap { step in
            guard case .step(let uses, let place) = step.action else { return nil }
            return InlinedStep(
                written: step,
                uses: uses,
                usesPlace: place,
                alias: "\(caller.alias)::\(step.alias)",
                task: caller.alias,
                variables: defaults + caller.variables + step.variables
            )
        }
    }

    private func tellMissing(_ reference: TaskReference, project: String) {
        let others = taskNames(isClusterWide: reference.isClusterWide, project: project)
        let isOther = taskNames(isClusterWide: !reference.isClusterWide, project: project).contains(reference.name)
        let place = reference.isClusterWide ? "there is no" : "the project \(project) has no"
        problems.error(
            reference.place,
            "\(place) \(reference.kind) \(ShownText.text(reference.name))",
            hint: isOther
                ? (reference.isClusterWide
                    ? "there is a PromotionTask of that name: take the kind out"
                    : "there is a ClusterPromotionTask of that name: `kind: ClusterPromotionTask` beside the name")
                : Spelling.hint(for: reference.name, among: others) ?? "add its manifest to the files under manifests"
        )
    }
}
