/// Why nothing goes to a stage by itself until a person has looked, in one word.
package enum PauseCause: String, Sendable {
    case lostState = "lost_state"
    case twoWriters = "two_writers"
    /// A branch that it writes was forced, put back, deleted or made anew: promotions to it are refused.
    case drift

    /// `branches`: those that the stage writes.
    package static func all(of stage: Stage, branches: [BranchKey], on state: PipelineState) -> [PauseCause] {
        var causes: [PauseCause] = []
        for pause in state.stages[stage.key]?.pauses ?? [] {
            switch pause.kind {
            case .lostState: causes.append(.lostState)
            case .twoWriters: causes.append(.twoWriters)
            // It is looked again by itself.
            case .notLooked: break
            }
        }
        let hasDrifted = branches.contains { state.branches[$0]?.drift != nil }
        if hasDrifted, stage.foreignCommits != .overwrite { causes.append(.drift) }
        return causes
    }
}
