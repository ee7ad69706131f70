/// The actions of a successful promotion on other systems, as its steps show them.
package enum PromotionEffect: Sendable, Equatable {
    /// A branch was pushed, or already had the change.
    case delivered
    /// Nothing was done; with the reason, as part of a sentence.
    case nothing(because: String)

    /// Finds the effect in the steps' records; a step that was skipped, or whose failure was ignored, has no effect.
    ///
    /// A push has an effect even if the branch already had everything, and so has each step that acts on another
    /// system. If there was nothing to push, and no step for a cluster was skipped, the success of the steps is enough.
    package static func of(steps: [StepTemplate], records: [StepRecord]) -> PromotionEffect {
        // The push was found after a crash, or an older version stored no steps: there is no sign of a missing effect.
        guard !records.isEmpty else { return .delivered }
        let pushes = records.filter { $0.uses == "git-push" }
        guard !pushes.contains(where: \.isPushed) else { return .delivered }
        guard !records.contains(where: \.hasActed) else { return .delivered }
        if records.allSatisfy({ $0.status == .skipped }) {
            return .nothing(because: "every step was skipped")
        }
        guard pushes.isEmpty else { return .nothing(because: "no push succeeded") }
        let isUnfinished = records.contains { record in
            record.uses == "git-commit" && record.status == .succeeded
                || StepCatalogue.needingCluster.contains(record.uses) && record.status == .skipped
        }
        // A stage that only holds freight back, or reads a file, has completed its purpose.
        return isUnfinished ? .nothing(because: "no step pushes a branch") : .delivered
    }
}

extension StepRecord {
    /// Whether the step acts on other systems and has done so; a step that only waits has not.
    fileprivate var hasActed: Bool { (began ?? false) && status == .succeeded && !Self.waits.contains(uses) }

    private static let waits = ["argocd-wait", "git-wait-for-pr"]

    /// Whether the push ran, even if there was nothing to push.
    ///
    /// Older versions stored a push with nothing to push as skipped. A step that its `if` skips has no times.
    fileprivate var isPushed: Bool { status == .succeeded || status == .skipped && finishedAt != nil }
}

extension PromotionRecord {
    /// Why the freight is not verified by this promotion; `nil` where it is.
    ///
    /// Promotions that older versions stored, with steps that those versions always skipped, count as they did then.
    package var withoutEffect: String? {
        guard !hasPushed, !steps.contains(where: \.isOfEarlierVersion) else { return nil }
        guard case .nothing(let reason) = PromotionEffect.of(steps: steps, records: stepRecords) else { return nil }
        return reason
    }
}

extension StepTemplate {
    /// Whether the step needs a cluster and was stored by an older version, which skipped such steps.
    package var isOfEarlierVersion: Bool {
        StepCatalogue.needingCluster.contains(uses) && missingArgoCD == nil
    }
}
