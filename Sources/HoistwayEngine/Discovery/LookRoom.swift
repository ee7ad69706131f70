import HoistwayModel
import Synchronization

/// Which warehouses are being looked at, within limits by host and project, so that slow ones leave room for others.
final class LookRoom: Sendable {
    /// The most looks at one time: for one project at one host, at one host, and in all.
    ///
    /// A host without a running look always has room for one, even if many others hang.
    static let limits = (project: 4, host: 8, all: 64)
    /// The most looks that begin at one host within a second, however fast it answers.
    static let looksOfSecond = 100

    /// Whether a look begins.
    enum Answer: Equatable {
        case begun
        case isLookedAt
        /// One of its hosts, or the whole, has as many looks as allowed.
        case isFull
        /// One of its hosts has had as many new looks as its pace allows; until that time.
        case isPaced(Timestamp)
        /// Its project has as many looks at one of its hosts as allowed.
        case projectIsFull
    }

    /// Who takes part of the room.
    private enum Holder: Hashable {
        case warehouse(WarehouseKey)
        /// Its look is still running after the rest of its warehouse is decided.
        case subscription(SubscriptionKey)
    }

    private enum Scope: Hashable {
        case host(String)
        case project(String, host: String)

        var limit: Int {
            switch self {
            case .host: limits.host
            case .project: limits.project
            }
        }
    }

    private struct State {
        /// The scopes of each look; a reload may change the warehouse during it.
        var running: [Holder: Set<Scope>] = [:]
        var counts: [Scope: Int] = [:]
        /// By host: the time up to which the allowed pace is used by looks that have begun.
        var paces: [String: Timestamp] = [:]

        mutating func add(_ scopes: Set<Scope>, of holder: Holder) {
            running[holder] = scopes
            for scope in scopes { counts[scope, default: 0] += 1 }
        }

        mutating func remove(_ holder: Holder) {
            for scope in running.removeValue(forKey: holder) ?? [] {
                let left = count(scope) - 1
                counts[scope] = left > 0 ? left : nil
            }
        }

        func count(_ scope: Scope) -> Int { counts[scope, default: 0] }

        /// The present time if no look has begun recently; a time too far ahead comes from a clock that was set back
        /// since.
        func pace(of host: String, now: Timestamp) -> Timestamp {
            guard let until = paces[host], until > now, until - now < .seconds(2) else { return now }
            return until
        }
    }

    private let state = Mutex(State())

    func begin(_ warehouse: Warehouse, now: Timestamp) -> Answer {
        let hosts = warehouse.hosts
        let scopes = Self.scopes(hosts, project: warehouse.key.project)
        return state.withLock { state in
            guard state.running[.warehouse(warehouse.key)] == nil else { return .isLookedAt }
            guard hosts.allSatisfy({ state.count(.host($0)) < Self.limits.host }) else { return .isFull }
            guard scopes.allSatisfy({ state.count($0) < $0.limit }) else { return .projectIsFull }
            let isFirst = hosts.contains { state.count(.host($0)) == 0 }
            guard isFirst || state.running.count < Self.limits.all else { return .isFull }
            let used = hosts.map { (host: $0, until: state.pace(of: $0, now: now)) }
            if let last = used.map(\.until).max(), last - now > .seconds(1) { return .isPaced(last + .seconds(-1)) }
            for (host, until) in used { state.paces[host] = until + .seconds(1) / Self.looksOfSecond }
            state.add(scopes, of: .warehouse(warehouse.key))
            return .begun
        }
    }

    /// Forgets the paces of hosts without new looks for a second.
    func forgetPaces(now: Timestamp) {
        state.withLock { state in state.paces = state.paces.filter { state.pace(of: $0.key, now: now) > now } }
    }

    private static func scopes(_ hosts: Set<String>, project: String) -> Set<Scope> {
        hosts.reduce(into: Set<Scope>()) { scopes, host in
            scopes.formUnion([.host(host), .project(project, host: host)])
        }
    }

    func end(_ warehouse: WarehouseKey) {
        state.withLock { $0.remove(.warehouse(warehouse)) }
    }

    /// The look at the warehouse has ended, except for these, which keep their room: a new look may begin.
    func part(_ hanging: [Subscription], from warehouse: WarehouseKey) {
        state.withLock { state in
            state.remove(.warehouse(warehouse))
            for subscription in hanging {
                let key = SubscriptionKey(warehouse: warehouse, subscription: subscription.id)
                let hosts = subscription.hosts
                state.add(Self.scopes(hosts, project: warehouse.project), of: .subscription(key))
            }
        }
    }

    func end(_ hanging: [SubscriptionKey]) {
        state.withLock { state in
            for key in hanging { state.remove(.subscription(key)) }
        }
    }
}
