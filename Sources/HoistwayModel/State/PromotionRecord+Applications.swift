extension PromotionRecord {
    /// The Applications that the promotion waits for; `nil`: it waits for none.
    package var awaitedApplications: [ApplicationAddress]? {
        stepRecords.first { $0.status == .running && $0.waitsFor != nil }?.waitsFor
    }

    /// Whether a step of it that is about Argo CD has begun and has not ended.
    package var isAtCluster: Bool { awaitedApplications != nil }
}
