import HoistwayModel
import HoistwayPorts

/// `compose-output`: its outputs are its configuration.
struct ComposeOutputStep: PromotionStep {
    static let schema = StepSchema(
        "compose-output",
        .pure,
        "Makes new outputs from other values. Each key of its configuration becomes an output. Inside a task, they "
            + "are also outputs of the task."
    )

    private let output: [String: ConfigValue]

    init(_ config: StepConfiguration) {
        output = config.all
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        var outcome = StepOutcome(
            .succeeded,
            output: output,
            message: "made \(output.count) output\(output.count == 1 ? "" : "s")"
        )
        outcome.isTaskOutput = true
        for name in output.keys { outcome.outputOrigins[name] = context.valueOrigins[ConfigPath()[name]] }
        return outcome
    }
}
