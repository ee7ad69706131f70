import HoistwayModel
import HoistwayPorts

/// How pages begin to say why a promotion failed.
enum FailureWords {
    /// Stands before the failure's message.
    static func start(_ step: FailedStepView) -> String {
        let words = step.words
        return "\(words.prefix(1).uppercased())\(words.dropFirst()) failed: "
    }

    /// What went wrong with the last promotion, for cards: with the step, and without links.
    static func line(of promotion: StagePromotionView) -> String {
        let place = promotion.failedStep.map { " at \($0.words)" } ?? ""
        return "Last promotion failed\(place): \(promotion.failure?.message ?? promotion.message)"
    }
}
