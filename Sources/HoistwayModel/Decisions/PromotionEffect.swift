/// What a promotion that succeeded has done outside, as far as its steps tell.
package enum PromotionEffect: Sendable, Equatable {
    /// A branch was pushed, or had the change already.
    case delivered
    /// Nothing was done; the text says why, for a sentence.
    case nothing(because: String)

    /// A step that is skipped, or whose failure counts for nothing, has done nothing.
    ///
    /// A push has done its work also where the branch had everything already, and so has each step that acts outside. Where
    /// nothing was to be pushed, and no step for a cluster was left out, the success of the steps is all there is.
    package static func of(steps: [StepTemplate], records: [StepRecord]) -> PromotionEffect {
        // Found on the branch after a crash, or stored by a version that kept none: nothing speaks against it.
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
        // A stage that only holds freight back, or reads a file, has done all that it is there for.
        return isUnfinished ? .nothing(because: "no step pushes a branch") : .delivered
    }
}

extension StepRecord {
    /// A step that acts outside, and has; one that only waits has not.
    fileprivate var hasActed: Bool { (began ?? false) && status == .succeeded && !Self.waits.contains(uses) }

    private static let waits = ["argocd-wait", "git-wait-for-pr"]

    /// A push that ran, whether there was anything to push or not.
    ///
    /// Versions before stored a push without anything to push as skipped. A step that its `if` skips has no times.
    fileprivate var isPushed: Bool { status == .succeeded || status == .skipped && finishedAt != nil }
}

extension PromotionRecord {
    /// Why the freight does not count as verified after this promotion; `nil` where it does.
    ///
    /// A promotion that an earlier version has stored, with steps that were skipped in any case, counts as it did then.
    package var withoutEffect: String? {
        guard !hasPushed, !steps.contains(where: \.isOfEarlierVersion) else { return nil }
        guard case .nothing(let reason) = PromotionEffect.of(steps: steps, records: stepRecords) else { return nil }
        return reason
    }
}

extension StepTemplate {
    /// It needs a cluster, and an earlier version has stored it, which skipped such steps.
    package var isOfEarlierVersion: Bool {
        StepCatalogue.needingCluster.contains(uses) && missingArgoCD == nil
    }
}
