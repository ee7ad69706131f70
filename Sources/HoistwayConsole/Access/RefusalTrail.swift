import HoistwayModel
package import HoistwayPorts
import Logging
import Synchronization

/// Puts actions that were refused into the audit trail, within bounds.
///
/// Who is refused again and again must not push out what people did: an entry that has no place is counted, and the next
/// one of its actor says how many there were. The store keeps few of them besides.
package final class RefusalTrail: Sendable {
    /// Entries of one token in a minute, and of all together.
    package static let mostOfActor = 10
    package static let most = 60

    private struct Actor {
        var count = 0
        /// Since the last one on record.
        var untold = 0
    }

    private struct State {
        var minute: Int64 = 0
        var count = 0
        var actors: [String: Actor] = [:]

        /// How many of the actor are not on record since the last one; `nil`: this one is not recorded either.
        mutating func admit(_ name: String, at time: Timestamp) -> Int? {
            if time.seconds / 60 != minute {
                minute = time.seconds / 60
                count = 0
                actors = actors.compactMapValues { $0.untold > 0 ? Actor(untold: $0.untold) : nil }
            }
            var actor = actors[name] ?? Actor()
            defer { actors[name] = actor }
            guard count < most, actor.count < mostOfActor else {
                actor.untold += 1
                return nil
            }
            count += 1
            actor.count += 1
            defer { actor.untold = 0 }
            return actor.untold
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
    ///   - path: the values of the names in the request's path: they tell what it was about.
    ///   - detail: why it was refused.
    package func note(_ action: AuditAction, by caller: Caller, path: [String: String], detail: String) async {
        let now = clock.now()
        guard let untold = state.withLock({ $0.admit(caller.name, at: now) }) else { return }
        let record = AuditRecord(
            at: now,
            actor: caller.name,
            action: action.stored,
            detail: untold == 0 ? detail : "\(detail) (\(untold) more were refused before, and are not on record)",
            project: (path["project"] ?? caller.project).map(ShownText.bare),
            object: Self.object(path),
            outcome: .refused
        )
        do throws(StoreFailure) {
            try await store.commit([], deliveries: [], audit: [record])
            feed.tell([ChangedObject(.audit)])
        } catch {
            // The refusal stands, and nothing was changed.
            logger.warning("a refused action cannot be recorded", metadata: ["error.message": "\(error.message)"])
        }
    }

    /// The most particular thing that the path names.
    private static func object(_ path: [String: String]) -> AuditObject? {
        let kinds: [AuditObject.Kind] = [.promotion, .freight, .warehouse, .stage, .token, .delivery]
        return kinds.lazy.compactMap { kind in
            path[kind.rawValue].map { AuditObject(kind, ShownText.bare($0)) }
        }.first
    }
}

extension APIError {
    /// Whether a role, a project or a rule says no to something that the caller asked to be done.
    ///
    /// - Parameter project: that the request's path names; `nil`: it names none.
    package func isRefusal(of caller: Caller, project: String?) -> Bool {
        switch code {
        case .forbidden, .refused, .lastAdminToken: true
        case .notFound: project.map { !caller.sees(project: $0) } ?? false
        default: false
        }
    }
}
