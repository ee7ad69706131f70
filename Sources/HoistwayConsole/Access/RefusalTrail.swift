import HoistwayModel
package import HoistwayPorts
import Logging
import Synchronization

/// Records refused actions in the audit trail, within limits.
///
/// Repeated refusals must not displace the actions of people: an entry above the limit is only counted, and the actor's
/// next entry has the count. The store also limits their number.
package final class RefusalTrail: Sendable {
    /// The most entries of one token in a minute, and of all tokens together.
    package static let mostOfActor = 10
    package static let most = 60

    private struct Actor {
        var count = 0
        /// Refusals since the last recorded one.
        var unrecorded = 0
    }

    private struct State {
        var minute: Int64 = 0
        var count = 0
        var actors: [String: Actor] = [:]

        /// How many of the actor's refusals were not recorded since the last one; `nil`: this one is not recorded
        /// either.
        mutating func admit(_ name: String, at time: Timestamp) -> Int? {
            if time.seconds / 60 != minute {
                minute = time.seconds / 60
                count = 0
                actors = actors.compactMapValues { $0.unrecorded > 0 ? Actor(unrecorded: $0.unrecorded) : nil }
            }
            var actor = actors[name] ?? Actor()
            defer { actors[name] = actor }
            guard count < most, actor.count < mostOfActor else {
                actor.unrecorded += 1
                return nil
            }
            count += 1
            actor.count += 1
            defer { actor.unrecorded = 0 }
            return actor.unrecorded
        }
    }

    private let state = Mutex(State())
    private let store: any StateStore
    private let clock: any WallClock
    private let feed: ChangeFeed
    private let logger: Logger

    init(store: any StateStore, clock: any WallClock, feed: ChangeFeed, logger: Logger) {
        self.store = store
        self.clock = clock
        self.feed = feed
        self.logger = logger
    }

    /// - Parameters:
    ///   - path: the values of the names in the request's path, which identify the object.
    ///   - detail: why it was refused.
    package func note(_ action: AuditAction, by caller: Caller, path: [String: String], detail: String) async {
        let now = clock.now()
        guard let unrecorded = state.withLock({ $0.admit(caller.name, at: now) }) else { return }
        let record = AuditRecord(
            at: now,
            actor: caller.name,
            action: action.stored,
            detail: unrecorded == 0
                ? detail : "\(detail) (\(unrecorded) more were refused before, and are not on record)",
            project: (path["project"] ?? caller.project).map(ShownText.bare),
            object: Self.object(path),
            outcome: .refused
        )
        do throws(StoreFailure) {
            try await store.commit([], deliveries: [], audit: [record])
            feed.tell([ChangedObject(.audit)])
        } catch {
            // The refusal is valid, and nothing was changed.
            logger.warning("a refused action cannot be recorded", metadata: ["error.message": "\(error.message)"])
        }
    }

    /// The most specific object in the path.
    private static func object(_ path: [String: String]) -> AuditObject? {
        let kinds: [AuditObject.Kind] = [.promotion, .freight, .warehouse, .stage, .token, .delivery]
        return kinds.lazy.compactMap { kind in
            path[kind.rawValue].map { AuditObject(kind, ShownText.bare($0)) }
        }.first
    }
}

extension APIError {
    /// Whether a role, a project or a rule has refused a requested action.
    ///
    /// - Parameter project: the project in the request's path; `nil`: it has none.
    package func isRefusal(of caller: Caller, project: String?) -> Bool {
        switch code {
        case .forbidden, .refused, .lastAdminToken: true
        case .notFound: project.map { !caller.sees(project: $0) } ?? false
        default: false
        }
    }
}
