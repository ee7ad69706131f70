import HoistwayModel
import HoistwayPorts
import Synchronization

/// A store that keeps tokens and the audit trail in memory; the console uses nothing else of it.
final class FakeStore: StateStore {
    private struct Kept {
        var tokens: [TokenRecord] = []
        var audit: [AuditRecord] = []
        var failure: StoreFailure?
    }

    private let kept = Mutex(Kept())

    init(tokens: [TokenRecord] = []) {
        kept.withLock { $0.tokens = tokens }
    }

    /// Every call fails with it from now on.
    func fail(with failure: StoreFailure) {
        kept.withLock { $0.failure = failure }
    }

    var auditNow: [AuditRecord] { kept.withLock { $0.audit } }

    private func answer<Value>(_ body: (inout Kept) -> Value) throws(StoreFailure) -> Value {
        let result: Result<Value, StoreFailure> = kept.withLock { kept in
            if let failure = kept.failure { .failure(failure) } else { .success(body(&kept)) }
        }
        return try result.get()
    }

    func tokens() async throws(StoreFailure) -> [TokenRecord] { try answer { $0.tokens } }

    func put(_ token: TokenRecord, audit: [AuditRecord]) async throws(StoreFailure) {
        try answer { kept in
            kept.audit += audit
            kept.tokens.removeAll { $0.name == token.name }
            kept.tokens.append(token)
        }
    }

    func removeToken(named name: String, audit: [AuditRecord]) async throws(StoreFailure) {
        try answer { kept in
            kept.audit += audit
            kept.tokens.removeAll { $0.name == name }
        }
    }

    func audit(limit: Int) async throws(StoreFailure) -> [AuditRecord] {
        try await audit(project: nil, before: nil, limit: limit)
    }

    func audit(project: String?, before: Int64?, limit: Int) async throws(StoreFailure) -> [AuditRecord] {
        try answer { kept in
            let numbered = kept.audit.enumerated().map { number, record in
                var record = record
                record.id = Int64(number + 1)
                return record
            }
            return Array(
                numbered.reversed().filter { (project == nil || $0.project == project) && $0.id ?? 0 < before ?? .max }
                    .prefix(limit)
            )
        }
    }

    func commit(
        _ changes: [Change],
        deliveries: [DeliveryOutcome],
        audit: [AuditRecord],
        durability: Durability
    ) async throws(StoreFailure) {
        try answer { $0.audit += audit }
    }

    func promotions(_ ids: [PromotionID]) async throws(StoreFailure) -> [PromotionRecord] { [] }

    func stepResults(of promotion: PromotionID) async throws(StoreFailure) -> [StepResult] { [] }
    func load() async throws(StoreFailure) -> PipelineState { PipelineState() }
    func pending(_ which: PendingDeliveries, limit: Int) async throws(StoreFailure) -> [DeliveryID] { [] }
    func undecided(_ ids: [DeliveryID], within bounds: PendingBounds) async throws(StoreFailure) -> [StoredDelivery] {
        []
    }
    func newestDelivery() async throws(StoreFailure) -> DeliveryID? { nil }
    func nextDeliveryTry() async throws(StoreFailure) -> Timestamp? { nil }
    func delivery(_ id: DeliveryID) async throws(StoreFailure) -> StoredDelivery? { nil }
    func trace(of id: DeliveryID) async throws(StoreFailure) -> [String] { [] }
    func deliveries(
        state: DeliveryState?,
        before: DeliveryID?,
        limit: Int
    ) async throws(StoreFailure) -> [StoredDelivery] { [] }
    func queue() async throws(StoreFailure) -> DeliveryQueue { DeliveryQueue() }
    func deliveryCounts() async throws(StoreFailure) -> [DeliveryState: Int] { [:] }
    func requeueDeliveries(_ ids: [DeliveryID]?, audit: [AuditRecord]) async throws(StoreFailure) -> Int { 0 }
}
