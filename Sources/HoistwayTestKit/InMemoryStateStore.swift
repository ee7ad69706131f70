package import HoistwayModel
package import HoistwayPorts
import Synchronization

/// A store in memory, for tests: the inbox and the state of the pipelines.
///
/// Answers are given before `submit` returns. With `fail(with:)` it works as badly as with a full disk.
package final class InMemoryStateStore: Sendable {
    private struct Entry {
        var delivery: StoredDelivery
        var bodySHA256: [UInt8]
        var trace: [String] = []
    }

    private struct State {
        var pipelines = PipelineState()
        /// Complete promotions that have ended.
        var ended: [PromotionID: PromotionRecord] = [:]
        var stepResults: [PromotionID: [StepResult]] = [:]
        var deliveries: [Entry] = []
        var tokens: [String: TokenRecord] = [:]
        var audit: [AuditRecord] = []
        var failure: StoreFailure?
        /// Fails one commit.
        var refusal: (@Sendable ([Change]) -> StoreFailure?)?
        var reading: (@Sendable () async -> Void)?
        var listeners: [AsyncStream<Void>.Continuation] = []
        var commits = 0
        var durabilities: [Durability] = []
        /// The data that stays after the end of the machine.
        var disk = Disk()
        /// Number of further commits before the program counts as dead; `nil`: no limit.
        var commitsLeft: Int?
        var refused = 0
        /// The first delivery that was requeued and that nobody has listed since.
        var rewound: DeliveryID?
    }

    private struct Disk {
        var pipelines = PipelineState()
        var stepResults: [PromotionID: [StepResult]] = [:]
        var deliveries: [Entry] = []
        var audit: [AuditRecord] = []
        var ended: [PromotionID: PromotionRecord] = [:]
    }

    private let state = Mutex(State())

    /// - Parameter ended: complete promotions of the state that have ended, where a test needs them.
    package init(_ pipelines: PipelineState = PipelineState(), ended: [PromotionRecord] = []) {
        state.withLock { state in
            state.pipelines = pipelines
            for record in ended { state.ended[record.id] = record }
            Self.sync(&state)
        }
    }

    /// All promotions that are stored completely, by name, even after failures.
    package var kept: [PromotionRecord] {
        state.withLock { state in (Array(state.pipelines.openPromotions) + state.ended.values).sorted { $0.id < $1.id }
        }
    }

    /// From now on every call fails with this; `nil`: it works again.
    package func fail(with failure: StoreFailure?) {
        state.withLock { $0.failure = failure }
    }

    /// Fails only the first commit for which `refusal` gives a failure.
    package func failOnce(_ refusal: @escaping @Sendable ([Change]) -> StoreFailure?) {
        state.withLock { $0.refusal = refusal }
    }

    /// The action that runs each time before promotions are read.
    package func onReading(_ action: (@Sendable () async -> Void)?) {
        state.withLock { $0.reading = action }
    }

    /// After this number of further commits the program counts as dead: its later commits do not reach the store.
    ///
    /// `nil`: it works again.
    package func die(after commits: Int?) {
        state.withLock { $0.commitsLeft = commits }
    }

    /// The number of commits after the end of the program.
    package var refused: Int { state.withLock { $0.refused } }

    /// Ends the machine: data that was not on the disk is lost, and the next program finds the rest.
    package func loseUnsynced() {
        state.withLock { state in
            (state.pipelines, state.stepResults) = (state.disk.pipelines, state.disk.stepResults)
            (state.deliveries, state.audit, state.ended) = (
                state.disk.deliveries, state.disk.audit, state.disk.ended
            )
        }
    }

    /// The requested durability of each successful commit.
    package var durabilities: [Durability] { state.withLock { $0.durabilities } }

    private static func sync(_ state: inout State) {
        state.disk = Disk(
            pipelines: state.pipelines,
            stepResults: state.stepResults,
            deliveries: state.deliveries,
            audit: state.audit,
            ended: state.ended
        )
    }

    /// The number of successful commits of changes.
    package var commits: Int { state.withLock { $0.commits } }

    private func access<Value: Sendable>(
        _ body: (inout State) throws(StoreFailure) -> Value
    ) throws(StoreFailure) -> Value {
        let result = state.withLock { state -> Result<Value, StoreFailure> in
            if let failure = state.failure { return .failure(failure) }
            return Result { () throws(StoreFailure) in try body(&state) }
        }
        return try result.get()
    }
}

extension InMemoryStateStore: Inbox {
    package func submit(_ delivery: IncomingDelivery, ticket: UInt64, reply: any InboxReply) {
        let answer = state.withLock { state -> InboxAnswer in
            if let failure = state.failure { return .unavailable(failure.message) }
            defer { Self.sync(&state) }
            return Self.store(delivery, &state)
        }
        reply.answered([(ticket, answer)])
    }

    private static func store(_ incoming: IncomingDelivery, _ state: inout State) -> InboxAnswer {
        if !incoming.isReplay, let index = state.deliveries.lastIndex(where: { isSame(incoming, $0) }) {
            let known = state.deliveries[index].delivery
            let requeued = known.state == .failed || known.state == .ignored
            if requeued {
                requeue(index, &state)
                if !incoming.isSenderIDProven {
                    state.deliveries[index].delivery.headers = incoming.headers
                    state.deliveries[index].delivery.senderID = incoming.senderID
                }
            }
            return .duplicate(of: known.id, requeued: requeued)
        }
        let id = DeliveryID(Int64(state.deliveries.count + 1))
        let stored = StoredDelivery(
            id: id,
            receiver: incoming.receiver,
            senderID: incoming.senderID,
            headers: incoming.headers,
            body: incoming.body,
            receivedAt: incoming.receivedAt,
            verdict: incoming.verdict,
            isEvidence: incoming.isEvidence,
            state: .received,
            reason: ""
        )
        state.deliveries.append(Entry(delivery: stored, bodySHA256: incoming.bodySHA256))
        announce(state)
        return .stored(id)
    }

    private static func isSame(_ incoming: IncomingDelivery, _ entry: Entry) -> Bool {
        guard entry.delivery.receiver == incoming.receiver else { return false }
        guard incoming.isSenderIDProven, let id = incoming.senderID else {
            return entry.bodySHA256 == incoming.bodySHA256
        }
        func scheme(_ verdict: String) -> Substring { verdict.prefix { $0 != "#" } }
        return entry.delivery.senderID == id
            && (scheme(entry.delivery.verdict) == scheme(incoming.verdict) || entry.bodySHA256 == incoming.bodySHA256)
    }

    private static func requeue(_ index: Int, _ state: inout State) {
        state.deliveries[index].delivery.state = .received
        state.deliveries[index].delivery.reason = ""
        state.deliveries[index].delivery.nextTry = nil
        state.deliveries[index].delivery.attempts = 0
        state.deliveries[index].delivery.failureKind = nil
        let id = state.deliveries[index].delivery.id
        state.rewound = state.rewound.map { min($0, id) } ?? id
        announce(state)
    }

    private static func announce(_ state: State) {
        for listener in state.listeners { listener.yield() }
    }

    package func arrivals() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { $0.listeners.append(continuation) }
        return stream
    }
}

extension InMemoryStateStore: StateStore {
    package func load() async throws(StoreFailure) -> PipelineState {
        try access { state in state.pipelines }
    }

    package func promotions(_ ids: [PromotionID]) async throws(StoreFailure) -> [PromotionRecord] {
        await state.withLock(\.reading)?()
        return try access { state in ids.compactMap { state.pipelines.openPromotion($0) ?? state.ended[$0] } }
    }

    package func stepResults(of promotion: PromotionID) async throws(StoreFailure) -> [StepResult] {
        try access { state in state.stepResults[promotion] ?? [] }
    }

    package func commit(
        _ changes: [Change],
        deliveries: [DeliveryOutcome],
        audit: [AuditRecord],
        durability: Durability
    ) async throws(StoreFailure) {
        try access { state throws(StoreFailure) in
            if let failure = state.refusal?(changes) {
                state.refusal = nil
                throw failure
            }
            if let left = state.commitsLeft {
                guard left > 0 else {
                    state.refused += 1
                    throw .failed(operation: "commit", detail: "killed")
                }
                state.commitsLeft = left - 1
            }
            state.pipelines.apply(changes)
            for change in changes {
                switch change {
                case .putPromotion(let record): state.ended[record.id] = record.phase.isTerminal ? record : nil
                case .putStepResults(let id, let results): state.stepResults[id] = results
                case .removePromotion(let id):
                    state.ended[id] = nil
                    state.stepResults[id] = nil
                default: continue
                }
            }
            for outcome in deliveries {
                guard let index = state.deliveries.firstIndex(where: { $0.delivery.id == outcome.id }) else { continue }
                state.deliveries[index].delivery.state = outcome.state
                state.deliveries[index].delivery.reason = outcome.reason
                state.deliveries[index].delivery.nextTry = outcome.nextTry
                state.deliveries[index].delivery.attempts = outcome.attempts
                state.deliveries[index].delivery.failureKind = outcome.failureKind
                state.deliveries[index].delivery.decisions = outcome.decisions
                state.deliveries[index].trace = outcome.trace
            }
            Self.put(audit, &state)
            state.commits += 1
            state.durabilities.append(durability)
            if durability == .disk { Self.sync(&state) }
        }
    }

    private static func put(_ audit: [AuditRecord], _ state: inout State) {
        for var record in audit {
            record.id = Int64(state.audit.count + 1)
            state.audit.append(record)
        }
    }

    package func pending(_ which: PendingDeliveries, limit: Int) async throws(StoreFailure) -> [DeliveryID] {
        try access { state in
            let found: [StoredDelivery]
            switch which {
            case .received(var cursor):
                if let back = state.rewound { cursor = min(cursor, DeliveryID(back.number - 1)) }
                state.rewound = nil
                found = state.deliveries.map(\.delivery).filter { $0.state == .received && $0.id > cursor }
            case .due(let now):
                found = state.deliveries.map(\.delivery)
                    .filter { $0.state == .waiting && NextTry.isDue($0.nextTry, now: now) }
                    .sorted { ($0.nextTry?.microseconds ?? .min, $0.id) < ($1.nextTry?.microseconds ?? .min, $1.id) }
            case .waiting(let cursor):
                found = state.deliveries.map(\.delivery).filter { $0.state == .waiting && $0.id > cursor }
            }
            return found.prefix(limit).map(\.id)
        }
    }

    package func undecided(
        _ ids: [DeliveryID],
        within bounds: PendingBounds
    ) async throws(StoreFailure) -> [StoredDelivery] {
        try access { state in
            var taken: [StoredDelivery] = []
            var bytes = 0
            for id in ids {
                guard let delivery = state.deliveries.first(where: { $0.delivery.id == id })?.delivery,
                    [.received, .waiting].contains(delivery.state)
                else { continue }
                guard bounds.takes(delivery.body.count, besides: (taken.count, bytes)) else { break }
                bytes += delivery.body.count
                taken.append(delivery)
            }
            return taken
        }
    }

    package func newestDelivery() async throws(StoreFailure) -> DeliveryID? {
        try access { state in state.deliveries.last?.delivery.id }
    }

    package func nextDeliveryTry() async throws(StoreFailure) -> Timestamp? {
        try access { state in
            state.deliveries.map(\.delivery).filter { $0.state == .waiting }.compactMap(\.nextTry).min()
        }
    }

    package func delivery(_ id: DeliveryID) async throws(StoreFailure) -> StoredDelivery? {
        try access { state in state.deliveries.first { $0.delivery.id == id }?.delivery }
    }

    package func trace(of id: DeliveryID) async throws(StoreFailure) -> [String] {
        try access { state in state.deliveries.first { $0.delivery.id == id }?.trace ?? [] }
    }

    package func deliveries(
        state wanted: DeliveryState?,
        before: DeliveryID?,
        limit: Int
    ) async throws(StoreFailure) -> [StoredDelivery] {
        try access { state in
            state.deliveries.reversed().map(\.delivery)
                .filter { delivery in
                    guard (wanted ?? delivery.state) == delivery.state else { return false }
                    return before.map { delivery.id < $0 } ?? true
                }
                .prefix(limit)
                .map { delivery in
                    var listed = delivery
                    listed.body = []
                    return listed
                }
        }
    }

    package func queue() async throws(StoreFailure) -> DeliveryQueue {
        try access { state in
            let open = state.deliveries.map(\.delivery).filter { $0.state == .received || $0.state == .waiting }
            return DeliveryQueue(
                received: open.count { $0.state == .received },
                waiting: open.count { $0.state == .waiting },
                oldest: open.map(\.receivedAt).min()
            )
        }
    }

    package func deliveryCounts() async throws(StoreFailure) -> [DeliveryState: Int] {
        try access { state in
            state.deliveries.reduce(into: [:]) { counts, entry in counts[entry.delivery.state, default: 0] += 1 }
        }
    }

    package func requeueDeliveries(_ ids: [DeliveryID]?, audit: [AuditRecord]) async throws(StoreFailure) -> Int {
        try access { state in
            let indices = state.deliveries.indices.filter { index in
                let delivery = state.deliveries[index].delivery
                guard let ids else { return delivery.state == .failed && delivery.failureKind != .sender }
                return ids.contains(delivery.id) && (delivery.state == .failed || delivery.state == .ignored)
            }
            for index in indices { Self.requeue(index, &state) }
            Self.put(audit, &state)
            return indices.count
        }
    }

    package func tokens() async throws(StoreFailure) -> [TokenRecord] {
        try access { state in state.tokens.values.sorted { $0.name < $1.name } }
    }

    package func put(_ token: TokenRecord, audit: [AuditRecord]) async throws(StoreFailure) {
        try access { state in
            state.tokens[token.name] = token
            Self.put(audit, &state)
        }
    }

    package func removeToken(named name: String, audit: [AuditRecord]) async throws(StoreFailure) {
        try access { state in
            state.tokens[name] = nil
            Self.put(audit, &state)
        }
    }

    package func audit(limit: Int) async throws(StoreFailure) -> [AuditRecord] {
        try await audit(project: nil, before: nil, limit: limit)
    }

    package func audit(project: String?, before: Int64?, limit: Int) async throws(StoreFailure) -> [AuditRecord] {
        try access { state in
            Array(
                state.audit.reversed().filter {
                    (project == nil || $0.project == project) && $0.id ?? 0 < before ?? .max
                }.prefix(limit)
            )
        }
    }
}
