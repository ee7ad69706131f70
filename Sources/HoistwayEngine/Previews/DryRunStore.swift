package import HoistwayModel
package import HoistwayPorts

/// A store that begins with a copy of the live state and keeps all changes in memory.
package actor DryRunStore: StateStore {
    private let state: PipelineState
    private var waiting: [StoredDelivery]
    package private(set) var outcomes: [DeliveryOutcome] = []
    private var results: [PromotionID: [StepResult]]
    /// Promotions that the dry run has ended.
    private var ended: [PromotionID: PromotionRecord] = [:]
    private let endedBefore: @Sendable ([PromotionID]) async throws(StoreFailure) -> [PromotionRecord]

    /// - Parameters:
    ///   - results: results of open promotions.
    ///   - endedBefore: returns promotions that had ended before, as whole records.
    package init(
        state: PipelineState,
        results: [PromotionID: [StepResult]],
        deliveries: [StoredDelivery],
        endedBefore: @escaping @Sendable ([PromotionID]) async throws(StoreFailure) -> [PromotionRecord]
    ) {
        self.state = state
        self.results = results
        self.endedBefore = endedBefore
        waiting = deliveries
    }

    package func load() -> PipelineState { state }

    /// The live state's results, until the dry run changes them.
    package func stepResults(of promotion: PromotionID) -> [StepResult] { results[promotion] ?? [] }

    package func promotions(_ ids: [PromotionID]) async throws(StoreFailure) -> [PromotionRecord] {
        let others = ids.filter { ended[$0] == nil }
        let found = others.isEmpty ? [] : try await endedBefore(others)
        let all = ended.merging(found.map { ($0.id, $0) }) { present, _ in present }
        return ids.compactMap { all[$0] }
    }

    package func commit(
        _ changes: [Change],
        deliveries: [DeliveryOutcome],
        audit: [AuditRecord],
        durability: Durability
    ) {
        for case .putStepResults(let id, let results) in changes { self.results[id] = results }
        for case .putPromotion(let record) in changes where record.phase.isTerminal { ended[record.id] = record }
        for outcome in deliveries {
            outcomes.removeAll { $0.id == outcome.id }
            outcomes.append(outcome)
        }
    }

    /// Each once: a delivery that waits for an answer is continued by the task that took it.
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
    package func requeueDeliveries(_ ids: [DeliveryID]?, audit: [AuditRecord]) -> Int { 0 }
    package func tokens() -> [TokenRecord] { [] }
    package func put(_ token: TokenRecord, audit: [AuditRecord]) {}
    package func removeToken(named name: String, audit: [AuditRecord]) {}
    package func audit(limit: Int) -> [AuditRecord] { [] }
    package func audit(project: String?, before: Int64?, limit: Int) -> [AuditRecord] { [] }
}
