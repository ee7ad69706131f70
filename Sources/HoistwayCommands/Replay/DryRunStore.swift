import HoistwayModel
import HoistwayPorts

/// A store that begins with a copy of the live state and keeps everything to itself: nothing is written anywhere.
actor DryRunStore: StateStore {
    private let state: PipelineState
    private var waiting: [StoredDelivery]
    private(set) var outcomes: [DeliveryOutcome] = []
    private var results: [PromotionID: [StepResult]]

    /// - Parameter results: of promotions that go on.
    init(state: PipelineState, results: [PromotionID: [StepResult]], deliveries: [StoredDelivery]) {
        self.state = state
        self.results = results
        waiting = deliveries
    }

    func load() -> PipelineState { state }

    /// What the live state had, until the dry run changes it.
    func stepResults(of promotion: PromotionID) -> [StepResult] { results[promotion] ?? [] }

    func commit(_ changes: [Change], deliveries: [DeliveryOutcome], audit: [AuditRecord]) {
        for case .putStepResults(let id, let results) in changes { self.results[id] = results }
        for outcome in deliveries {
            outcomes.removeAll { $0.id == outcome.id }
            outcomes.append(outcome)
        }
    }

    /// Each once: what waits for an answer is driven on by whoever took it.
    func pending(_ which: PendingDeliveries, limit: Int) -> [DeliveryID] {
        guard case .received = which else { return [] }
        return waiting.prefix(limit).map(\.id)
    }

    func undecided(_ ids: [DeliveryID], within bounds: PendingBounds) -> [StoredDelivery] {
        let taken = waiting.filter { ids.contains($0.id) }
        waiting.removeAll { ids.contains($0.id) }
        return taken
    }

    func newestDelivery() -> DeliveryID? { nil }

    func nextDeliveryTry() -> Timestamp? { nil }
    func delivery(_ id: DeliveryID) -> StoredDelivery? { nil }
    func trace(of id: DeliveryID) -> [String] { outcomes.first { $0.id == id }?.trace ?? [] }
    func deliveries(state: DeliveryState?, before: DeliveryID?, limit: Int) -> [StoredDelivery] { [] }
    func queue() -> DeliveryQueue { DeliveryQueue(received: waiting.count) }
    func deliveryCounts() -> [DeliveryState: Int] { [:] }
    func driveAgain(_ ids: [DeliveryID]?) -> Int { 0 }
    func tokens() -> [TokenRecord] { [] }
    func put(_ token: TokenRecord) {}
    func removeToken(named name: String) {}
    func audit(limit: Int) -> [AuditRecord] { [] }
    func audit(project: String?, before: Int64?, limit: Int) -> [AuditRecord] { [] }
}
