package import HoistwayModel

/// The result of a delivery, stored with the changes that it caused.
package struct DeliveryOutcome: Sendable, Equatable {
    package var id: DeliveryID
    package var state: DeliveryState
    /// One sentence for people.
    package var reason: String
    /// One line for each decision on a whole event; decisions of subscriptions are in `decisions`.
    package var trace: [String]
    package var nextTry: Timestamp?
    package var attempts: Int
    /// Only for a failed delivery.
    package var failureKind: DeliveryFailureKind?
    /// Each subscription's decision on each event.
    package var decisions: [SubscriptionDecision]

    package init(
        id: DeliveryID,
        state: DeliveryState,
        reason: String,
        trace: [String] = [],
        nextTry: Timestamp? = nil,
        attempts: Int = 0,
        failureKind: DeliveryFailureKind? = nil,
        decisions: [SubscriptionDecision] = []
    ) {
        self.id = id
        self.state = state
        self.reason = reason
        self.trace = trace
        self.nextTry = nextTry
        self.attempts = attempts
        self.failureKind = failureKind
        self.decisions = decisions
    }
}

/// How much of the inbox is not decided yet.
package struct DeliveryQueue: Sendable, Equatable, Codable {
    /// Not decoded yet.
    package var received: Int
    /// Decoded; another system must answer first.
    package var waiting: Int
    /// When the oldest delivery of both kinds was received.
    package var oldest: Timestamp?

    package init(received: Int = 0, waiting: Int = 0, oldest: Timestamp? = nil) {
        self.received = received
        self.waiting = waiting
        self.oldest = oldest
    }
}

/// What an API token may do; each role includes those before it.
package enum TokenRole: String, Sendable, Codable, Comparable, CaseIterable {
    case read
    case promote
    case admin

    package static func < (left: TokenRole, right: TokenRole) -> Bool {
        let order = TokenRole.allCases
        return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    }
}

package struct TokenRecord: Sendable, Equatable, Codable {
    package var name: String
    /// SHA-256 of the token; the token itself is not stored.
    package var hash: [UInt8]
    package var role: TokenRole
    /// `nil`: all projects.
    package var project: String?
    package var createdAt: Timestamp

    package init(name: String, hash: [UInt8], role: TokenRole, project: String?, createdAt: Timestamp) {
        self.name = name
        self.hash = hash
        self.role = role
        self.project = project
        self.createdAt = createdAt
    }
}

/// How many pending deliveries are read together.
package struct PendingBounds: Sendable {
    package var count: Int
    /// The most bytes of bodies; the first delivery is read whatever its size.
    package var bytes: Int

    package init(count: Int, bytes: Int) {
        self.count = count
        self.bytes = bytes
    }

    /// Whether a body of that size fits in addition to those that were taken.
    package func takes(_ size: Int, besides taken: (count: Int, bytes: Int)) -> Bool {
        taken.count == 0 || (taken.count < count && taken.bytes + size <= bytes)
    }
}

/// Which undecided deliveries are listed.
package enum PendingDeliveries: Sendable {
    /// Received deliveries with greater ids, in the order of their ids; also those that were queued again since the
    /// last such call, whatever their ids.
    case received(after: DeliveryID)
    /// Waiting deliveries that are due for another try, those first that have been due for the longest time.
    case due(Timestamp)
    /// Waiting deliveries with greater ids, due or not, in the order of their ids.
    case waiting(after: DeliveryID)
}

/// Received deliveries that were read together.
package struct ReceivedDeliveries: Sendable {
    /// All deliveries that were found, in the order of their ids.
    package var ids: [DeliveryID]
    /// Those of `ids` that the caller does not know.
    package var unknown: [DeliveryID]
    /// The first of `unknown` that are within the bounds and still undecided, with bodies and decisions.
    package var read: [StoredDelivery]

    package init(ids: [DeliveryID] = [], unknown: [DeliveryID] = [], read: [StoredDelivery] = []) {
        self.ids = ids
        self.unknown = unknown
        self.read = read
    }
}

/// A new delivery, and the receiver that received it.
package struct ArrivedDelivery: Sendable, Equatable {
    package var id: DeliveryID
    package var receiver: String

    package init(id: DeliveryID, receiver: String) {
        self.id = id
        self.receiver = receiver
    }
}

/// Stores deliveries and the state of the pipelines.
///
/// Only one process at a time may write.
package protocol StateStore: Sendable {
    func load() async throws(StoreFailure) -> PipelineState
    /// Whole promotions, in the order of their ids; promotions that are not stored are left out.
    ///
    /// The state contains the open promotions, and an ``EndedPromotion`` for each one that has ended.
    func promotions(_ ids: [PromotionID]) async throws(StoreFailure) -> [PromotionRecord]
    /// The results of a promotion's finished steps, as they were last stored; empty where there are none.
    func stepResults(of promotion: PromotionID) async throws(StoreFailure) -> [StepResult]
    /// Stores everything or nothing, as durably as requested when it returns.
    ///
    /// Commits survive a sudden end in their order: only the last ones can be lost.
    func commit(
        _ changes: [Change],
        deliveries: [DeliveryOutcome],
        audit: [AuditRecord],
        durability: Durability
    ) async throws(StoreFailure)

    /// Undecided deliveries; at most `limit`.
    func pending(_ which: PendingDeliveries, limit: Int) async throws(StoreFailure) -> [DeliveryID]
    /// Those of the deliveries that are still undecided, with bodies and decisions, in this order: the first ones
    /// within the bounds.
    ///
    /// The first body is read whatever its size.
    func undecided(_ ids: [DeliveryID], within bounds: PendingBounds) async throws(StoreFailure) -> [StoredDelivery]
    /// Calls ``pending(_:limit:)`` and ``undecided(_:within:)`` together for received deliveries: at most `limit` ids,
    /// and the bodies of those that are not known.
    func received(
        after cursor: DeliveryID,
        limit: Int,
        within bounds: PendingBounds,
        isKnown: @escaping @Sendable (DeliveryID) -> Bool
    ) async throws(StoreFailure) -> ReceivedDeliveries
    /// The newest deliveries with greater ids, decided or not, newest first.
    func arrived(after id: DeliveryID, limit: Int) async throws(StoreFailure) -> [ArrivedDelivery]
    /// The last delivery that was stored, decided or not.
    func newestDelivery() async throws(StoreFailure) -> DeliveryID?
    /// The time when the first waiting delivery is due.
    func nextDeliveryTry() async throws(StoreFailure) -> Timestamp?
    /// With its body, as long as the body is kept.
    func delivery(_ id: DeliveryID) async throws(StoreFailure) -> StoredDelivery?
    /// The lines of ``DeliveryOutcome/trace``: decisions on whole events.
    func trace(of id: DeliveryID) async throws(StoreFailure) -> [String]
    /// Newest first, with decisions and without bodies; `before`: only deliveries with smaller ids.
    func deliveries(state: DeliveryState?, before: DeliveryID?, limit: Int)
        async throws(StoreFailure) -> [StoredDelivery]
    /// The deliveries that are not decided yet.
    func queue() async throws(StoreFailure) -> DeliveryQueue
    func deliveryCounts() async throws(StoreFailure) -> [DeliveryState: Int]
    /// Sets failed and ignored deliveries back to received, and gives their number.
    ///
    /// `nil`: all failed ones except those whose sender is at fault, since another decision would give the same result.
    ///
    /// - Parameter audit: stored in the same transaction.
    func requeueDeliveries(_ ids: [DeliveryID]?, audit: [AuditRecord]) async throws(StoreFailure) -> Int

    func tokens() async throws(StoreFailure) -> [TokenRecord]
    /// Replaces a token of the same name.
    ///
    /// - Parameter audit: stored in the same transaction.
    func put(_ token: TokenRecord, audit: [AuditRecord]) async throws(StoreFailure)
    func removeToken(named name: String, audit: [AuditRecord]) async throws(StoreFailure)
    /// Newest first.
    func audit(limit: Int) async throws(StoreFailure) -> [AuditRecord]
    /// Newest first, with ids below `before`; `project`: `nil` for all, with the entries of no project.
    func audit(project: String?, before: Int64?, limit: Int) async throws(StoreFailure) -> [AuditRecord]

    /// Why nothing can be stored now; `nil` where it can.
    func obstacle() async -> StoreFailure?
}

extension StateStore {
    /// The longest time after which a commit of ``Durability/program`` is on the disk.
    package static var longestUnsynced: Duration { .milliseconds(100) }

    /// All or nothing; on the disk when it returns.
    package func commit(
        _ changes: [Change],
        deliveries: [DeliveryOutcome],
        audit: [AuditRecord]
    ) async throws(StoreFailure) {
        try await commit(changes, deliveries: deliveries, audit: audit, durability: .disk)
    }

    /// A store in memory always has room.
    package func obstacle() async -> StoreFailure? { nil }

    package func received(
        after cursor: DeliveryID,
        limit: Int,
        within bounds: PendingBounds,
        isKnown: @escaping @Sendable (DeliveryID) -> Bool
    ) async throws(StoreFailure) -> ReceivedDeliveries {
        let ids = try await pending(.received(after: cursor), limit: limit)
        let unknown = ids.filter { !isKnown($0) }
        guard !unknown.isEmpty else { return ReceivedDeliveries(ids: ids) }
        return ReceivedDeliveries(ids: ids, unknown: unknown, read: try await undecided(unknown, within: bounds))
    }

    package func arrived(after id: DeliveryID, limit: Int) async throws(StoreFailure) -> [ArrivedDelivery] {
        try await deliveries(state: nil, before: nil, limit: limit).filter { $0.id > id }
            .map { ArrivedDelivery(id: $0.id, receiver: $0.receiver) }
    }
}

/// Why the state could not be read or written.
package enum StoreFailure: Diagnosable, Equatable {
    case full(path: String)
    case locked(path: String)
    /// Another `serve` uses this state.
    case inUse(path: String)
    case newerSchema(path: String, found: Int, known: Int)
    case corrupt(path: String, detail: String)
    /// A file of the state was moved or deleted while it was open: writes would be lost when the process ends.
    case moved(path: String, detail: String)
    case failed(operation: String, detail: String)

    package var message: String {
        switch self {
        case .full(let path): "the disk that holds \(path) is full"
        case .locked(let path): "\(path) is locked by another program"
        case .inUse(let path): "another hoistway serve works on \(path)"
        case .newerSchema(let path, let found, let known):
            "\(path) was written by a newer version (schema \(found); this one knows \(known))"
        case .corrupt(let path, let detail): "\(path) is damaged: \(detail)"
        case .moved(let path, let detail): "\(path) is not the file that this server opened: \(detail)"
        case .failed(let operation, let detail): "\(operation) failed: \(detail)"
        }
    }

    package var hint: String? {
        switch self {
        case .full: "make room, or lower state.retention; deliveries are refused with 503 until then"
        case .locked: "close the program that holds it, such as a sqlite3 shell"
        case .inUse: "stop the other one first, or give this one a state.url of its own"
        case .newerSchema: "run the newer version, or restore the copy that was made before it migrated"
        case .corrupt: "restore a backup; `hoistway state check` says more"
        case .moved:
            "put the same file back under its name, or restart with another one, such as a backup. Until then deliveries "
                + "are refused with 503 and nothing is promoted"
        case .failed: nil
        }
    }

    package var retry: Retry {
        switch self {
        case .full, .locked, .moved, .failed: .backoff
        case .inUse, .newerSchema, .corrupt: .never
        }
    }
}

// Without an audit record: for changes that no person has requested.
extension StateStore {
    package func requeueDeliveries(_ ids: [DeliveryID]?) async throws(StoreFailure) -> Int {
        try await requeueDeliveries(ids, audit: [])
    }

    package func put(_ token: TokenRecord) async throws(StoreFailure) { try await put(token, audit: []) }

    package func removeToken(named name: String) async throws(StoreFailure) {
        try await removeToken(named: name, audit: [])
    }
}
