/// Why automatic promotion to a stage is paused until a person has checked it, in one word.
package enum PauseCause: String, Sendable {
    case lostState = "lost_state"
    case twoWriters = "two_writers"
    /// A branch that it writes was forced, reset, deleted or recreated: promotions to it are refused.
    case drift

    /// `branches`: the branches that the stage writes.
    package static func all(of stage: Stage, branches: [BranchKey], on state: PipelineState) -> [PauseCause] {
        var causes: [PauseCause] = []
        for pause in state.stages[stage.key]?.pauses ?? [] {
            switch pause.kind {
            case .lostState: causes.append(.lostState)
            case .twoWriters: causes.append(.twoWriters)
            // The next look ends this pause.
            case .notLooked: break
            }
        }
        let hasDrifted = branches.contains { state.branches[$0]?.drift != nil }
        if hasDrifted, stage.foreignCommits != .overwrite { causes.append(.drift) }
        return causes
    }
}
