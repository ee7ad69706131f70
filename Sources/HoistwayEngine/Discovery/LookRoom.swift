import HoistwayModel
import Synchronization

/// Which warehouses are looked at at present: looks that hang at one host, or are of one project, leave others room.
final class LookRoom: Sendable {
    /// Looks at once: of one project at one host, at one host, in all.
    ///
    /// A host that nobody looks at always has room for one: however many others hang, each host goes on.
    static let limits = (project: 4, host: 8, all: 64)
    /// Looks that begin at one host within a second, however fast it answers.
    static let looksOfSecond = 100

    /// Whether a look begins.
    enum Answer: Equatable {
        case begun
        case isLookedAt
        /// As many others of one of its hosts are looked at as may be, or as many in all.
        case isFull
        /// As many looks at one of its hosts have begun lately as may; until then.
        case isPaced(Timestamp)
        /// As many others of its project are looked at, at one of its hosts, as may be.
        case projectIsFull
    }

    /// Who takes part of the room.
    private enum Holder: Hashable {
        case warehouse(WarehouseKey)
        /// Its look goes on when that at the rest of its warehouse is over.
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
        /// What each look takes part of; a reload may change the warehouse meanwhile.
        var running: [Holder: Set<Scope>] = [:]
        var counts: [Scope: Int] = [:]
        /// When all looks that have begun at a host would have been used up, at the pace that it may have.
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

        /// Now, where none has begun lately; a moment that the pace never gives is of a clock that was set back since.
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

    /// Forgets the paces of hosts that nobody has looked at for a second.
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

    /// The look at the warehouse is over but for these, which keep their room: the warehouse may be looked at again.
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
