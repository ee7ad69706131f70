import HoistwayModel
import HoistwayPorts

/// The beginnings of messages about failed promotions.
enum FailureWords {
    /// The text before the failure's message.
    static func start(_ step: FailedStepView) -> String {
        "\(Sentence.begun(step.words)) failed: "
    }

    /// The failure of the last promotion, for cards: with the step, and without links.
    static func line(of promotion: StagePromotionView) -> String {
        let what = promotion.failedStep.map { ": \($0.words) failed" } ?? " failed"
        return "Last promotion\(what): \(promotion.failure?.message ?? promotion.message)"
    }
}
