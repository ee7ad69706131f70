import HoistwayModel
import HoistwayPorts

/// `fail`: ends the promotion.
struct FailStep: PromotionStep {
    static let schema = StepSchema(
        "fail",
        .pure,
        "Makes the promotion fail.",
        [StepSchema.Field("message", .text, "The reason, for the people who read the promotion.")]
    )

    private let message: String?

    init(_ config: StepConfiguration) {
        message = config.text("message")
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        throw .cannotAct(message.map { "failed: \($0)" } ?? "failed", hint: nil)
    }
}
