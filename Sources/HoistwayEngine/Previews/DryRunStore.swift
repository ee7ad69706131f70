package import HoistwayModel
package import HoistwayPorts

/// A store that begins with a copy of the live state and keeps everything to itself: nothing is written anywhere.
package actor DryRunStore: StateStore {
    private let state: PipelineState
    private var waiting: [StoredDelivery]
    package private(set) var outcomes: [DeliveryOutcome] = []
    private var results: [PromotionID: [StepResult]]

    /// - Parameter results: of promotions that go on.
    package init(state: PipelineState, results: [PromotionID: [StepResult]], deliveries: [StoredDelivery]) {
        self.state = state
        self.results = results
        waiting = deliveries
    }

    package func load() -> PipelineState { state }

    /// What the live state had, until the dry run changes it.
    package func stepResults(of promotion: PromotionID) -> [StepResult] { results[promotion] ?? [] }

    package func commit(
        _ changes: [Change],
        deliveries: [DeliveryOutcome],
        audit: [AuditRecord],
        durability: Durability
    ) {
        for case .putStepResults(let id, let results) in changes { self.results[id] = results }
        for outcome in deliveries {
            outcomes.removeAll { $0.id == outcome.id }
            outcomes.append(outcome)
        }
    }

    /// Each once: what waits for an answer is driven on by whoever took it.
    package func pending(_ which: PendingDeliveries, limit: Int) -> [DeliveryID] {
        guard case .received = which else { return [] }
        return waiting.prefix(limit).map(\.id)
    }

    package func undecided(_ ids: [DeliveryID], within bounds: PendingBounds) -> [StoredDelivery] {
        let taken = waiting.filter { ids.contains($0.id) }
        waiting.removeAll { ids.contains($0.id) }
        return taken
    }

    package func newestDelivery() -> DeliveryID? { nil }

    package func nextDeliveryTry() -> Timestamp? { nil }
    package func delivery(_ id: DeliveryID) -> StoredDelivery? { nil }
    package func trace(of id: DeliveryID) -> [String] { outcomes.first { $0.id == id }?.trace ?? [] }
    package func deliveries(state: DeliveryState?, before: DeliveryID?, limit: Int) -> [StoredDelivery] { [] }
    package func queue() -> DeliveryQueue { DeliveryQueue(received: waiting.count) }
    package func deliveryCounts() -> [DeliveryState: Int] { [:] }
    package func driveAgain(_ ids: [DeliveryID]?, audit: [AuditRecord]) -> Int { 0 }
    package func tokens() -> [TokenRecord] { [] }
    package func put(_ token: TokenRecord, audit: [AuditRecord]) {}
    package func removeToken(named name: String, audit: [AuditRecord]) {}
    package func audit(limit: Int) -> [AuditRecord] { [] }
    package func audit(project: String?, before: Int64?, limit: Int) -> [AuditRecord] { [] }
}
