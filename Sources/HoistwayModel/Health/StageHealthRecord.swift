/// The health of the Applications on which a stage's health depends.
package struct StageHealthRecord: Sendable, Equatable, Codable {
    package var key: StageKey
    /// The promotion that made the checks.
    package var promotion: PromotionID
    /// The worst of all Applications.
    package var status: HealthStatus
    /// Since when it has this status.
    package var since: Timestamp
    /// In the order of their addresses.
    package var applications: [ApplicationHealth]

    /// - Parameters:
    ///   - applications: at least one.
    ///   - previous: the stored record; it does not count if it is of an earlier promotion.
    package init(
        key: StageKey,
        promotion: PromotionID,
        applications: [ApplicationHealth],
        previous: StageHealthRecord?,
        now: Timestamp
    ) {
        let status = applications.map(\.status).max() ?? .unknown
        self.key = key
        self.promotion = promotion
        self.status = status
        let isSame = previous?.promotion == promotion && previous?.status == status
        since = isSame ? previous?.since ?? now : now
        self.applications = applications.sorted { $0.address < $1.address }
    }

    /// The health of one Application for the same promotion.
    package func health(of address: ApplicationAddress, for promotion: PromotionID) -> ApplicationHealth? {
        self.promotion == promotion ? applications.first { $0.address == address } : nil
    }

    /// Why it is not healthy, worst first; empty where it is.
    package var reason: String {
        let bad = applications.filter { $0.status != .healthy }
        let sorted = bad.enumerated().sorted { ($1.element.status, $0.offset) < ($0.element.status, $1.offset) }
        return Listing.text(sorted.map(\.element.reason), limit: 3)
    }
}

extension StageRecord {
    /// The promotion whose Applications decide the stage's health: the last one that succeeded.
    package var deliveringPromotion: PromotionID? { history.first?.promotion }
}

extension OutlinedPromotion {
    /// The checks of all successful steps, one for each Application; the last step that updated it counts.
    package var applicationChecks: [ApplicationCheck] {
        var checks: [ApplicationAddress: ApplicationCheck] = [:]
        for step in notableSteps where step.status == .succeeded {
            for check in step.applications ?? [] { checks[check.address] = check }
        }
        return checks.values.sorted { $0.address < $1.address }
    }
}

extension PipelineState {
    /// The Applications on which a stage's health depends, with the promotion that made their checks.
    package func applicationChecks(of stage: StageKey) -> (promotion: KnownPromotion, checks: [ApplicationCheck])? {
        guard let id = stages[stage]?.deliveringPromotion, let promotion = promotions[id] else { return nil }
        let checks = promotion.applicationChecks
        return checks.isEmpty ? nil : (promotion, checks)
    }
}
