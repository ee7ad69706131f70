import HoistwayModel

extension Checks {
    /// Reports steps that would fail when they run, unless there is a problem of that step already.
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
