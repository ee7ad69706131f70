import HoistwayModel

/// The common result of all steps.
enum StepVerdict {
    /// The worst status of the steps that count; its first step gives the message.
    ///
    /// - Parameter arrived: positions of pushes that have changed a branch or a tag.
    static func event(steps: [StepTemplate], records: [StepRecord], arrived: Set<Int>) -> StepRunEvent {
        let counted = zip(steps, records).filter { !$0.0.continueOnError }.map(\.1)
        for (status, phase) in [
            (StepRecord.Status.errored, PromotionPhase.errored), (.failed, .failed), (.aborted, .aborted),
        ] {
            if let worst = counted.first(where: { $0.status == status }) {
                return .finished(phase, message: "\(worst.alias): \(worst.message)")
            }
        }
        return .finished(.succeeded, message: success(steps, records, arrived))
    }

    private static func success(_ steps: [StepTemplate], _ records: [StepRecord], _ arrived: Set<Int>) -> String {
        if !steps.contains(where: \.isOfEarlierVersion),
            case .nothing(let reason) = PromotionEffect.of(steps: steps, records: records)
        {
            return "\(reason): nothing was done, and the freight does not count as verified"
        }
        // A merged commit has reached its target; its own branch was only the way there.
        let merged = records.filter { $0.status == .succeeded }.compactMap { $0.pull?.landedText }
        let landed = merged.enumerated().filter { merged.firstIndex(of: $0.element) == $0.offset }.map(\.element)
        if !landed.isEmpty { return landed.joined(separator: ", ") }
        let pushed = arrived.sorted().map { records[$0].message }
        if !pushed.isEmpty { return pushed.joined(separator: ", ") }
        let commits = records.filter { $0.uses == GitCommitStep.schema.name }
        if !commits.isEmpty, commits.allSatisfy({ $0.status == .skipped }) {
            let synced = records.filter { $0.uses == ArgoCDUpdateStep.schema.name && $0.status == .succeeded }
            return (["nothing changed in Git"] + synced.map(\.message)).joined(separator: "; ")
        }
        // A commit with the same content as the branch was removed from its push.
        return records.first { $0.uses == GitPushStep.schema.name && $0.status == .succeeded }?.message ?? ""
    }
}
