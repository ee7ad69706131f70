extension PromotionRecord {
    /// The Applications that the promotion waits for; `nil`: there are no such Applications.
    package var awaitedApplications: [ApplicationAddress]? {
        stepRecords.first { $0.status == .running && $0.waitsFor != nil }?.waitsFor
    }

    /// The first step that has not ended; `nil`: all have.
    package var presentStep: StepTemplate? {
        let ended = stepRecords.prefix { $0.status.isFinal }.count
        return ended < steps.count ? steps[ended] : nil
    }

    /// Whether there is no failure, and a step looks again and again until another system has a certain state.
    package var isWaiting: Bool {
        trouble == nil && stepRecords.contains { $0.status == .running && $0.looks != nil }
    }

    /// The beginning of a sentence, if an event can wake it before its next look; `nil`: no event can.
    package var wakes: String? {
        awaitedPullRequest.map { "it waits for the webhook of pull request #\($0.number), and at the latest" }
    }

    /// Whether a running step sends requests to Argo CD or a Git host again and again.
    package var isLooking: Bool { stepRecords.contains(where: \.isLook) }
}
