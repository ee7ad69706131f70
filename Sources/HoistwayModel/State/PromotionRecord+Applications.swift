extension PromotionRecord {
    /// The Applications that the promotion waits for; `nil`: it waits for none.
    package var awaitedApplications: [ApplicationAddress]? {
        stepRecords.first { $0.status == .running && $0.waitsFor != nil }?.waitsFor
    }

    /// The first step that has not come to its end; `nil`: all have.
    package var presentStep: StepTemplate? {
        let ended = stepRecords.prefix { $0.status.isFinal }.count
        return ended < steps.count ? steps[ended] : nil
    }

    /// Whether nothing is wrong with it, and a step of it looks again and again until something outside has happened.
    package var isWaiting: Bool {
        trouble == nil && stepRecords.contains { $0.status == .running && $0.looks != nil }
    }

    /// Where an event wakes it before its time, the beginning of a sentence; `nil`: it looks again by itself.
    package var wakes: String? {
        awaitedPullRequest.map { "it waits for the webhook of pull request #\($0.number), and at the latest" }
    }

    /// Whether a step of it has begun and has not ended that asks Argo CD or a Git host again and again.
    package var isLooking: Bool { stepRecords.contains(where: \.isLook) }
}
