import HoistwayModel

extension Checks {
    /// What would fail when a step runs, where nothing has been told of that step yet.
    func checkSteps(_ judge: @Sendable (StepTemplate) -> (any Diagnosable)?) {
        let told = Dictionary(grouping: problems.all.filter { $0.severity == .error }, by: \.place.file)
        inParts { part in
            for stage in part.projects.flatMap(part.stages(of:)) {
                guard case .steps(let steps) = stage.promotion else { continue }
                for step in steps where step.constantCondition != false {
                    let isTold = (told[step.place.file] ?? []).contains {
                        $0.place.line >= step.place.line && $0.place.path.hasPrefix(step.place.path)
                    }
                    guard !isTold, let failure = judge(step) else { continue }
                    part.problems.error(step.place, failure.message, hint: failure.hint)
                }
            }
        }
    }
}
