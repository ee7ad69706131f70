import HoistwayModel
import HoistwaySteps

/// Which stages need a foreign program, and where that is written.
struct ProgramNeeds: Sendable {
    struct Need: Sendable {
        var program: ForeignProgram
        /// In the order of their names.
        var stages: [StageKey]
        /// The first step that runs it.
        var uses: String
        var place: SourcePlace

        /// `the stages test and prod`.
        var subject: String {
            "the stage\(stages.count == 1 ? "" : "s") \(Listing.text(stages.map(\.name), limit: 20))"
        }
    }

    /// One for each program that is needed.
    let needs: [Need]

    init(of pipelines: Pipelines) {
        var found: [ForeignProgram: Need] = [:]
        let stages = pipelines.projects.values.flatMap(\.stages.values).sorted {
            ($0.key.project, $0.key.name) < ($1.key.project, $1.key.name)
        }
        for stage in stages {
            guard case .steps(let steps) = stage.promotion else { continue }
            for step in steps where step.constantCondition != false {
                guard let program = StepRegistry.program(of: step.uses) else { continue }
                var need =
                    found[program] ?? Need(program: program, stages: [], uses: step.uses, place: step.place)
                if need.stages.last != stage.key { need.stages.append(stage.key) }
                found[program] = need
            }
        }
        needs = ForeignProgram.allCases.compactMap { found[$0] }
    }
}
