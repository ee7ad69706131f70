import HoistwayModel
import Synchronization

/// Which warehouses are looked at at present: looks that hang at one host, or are of one project, leave others room.
final class LookRoom: Sendable {
    /// Looks at once: of one project at one host, at one host, in all.
    ///
    /// A host that nobody looks at always has room for one: however many others hang, each host goes on.
    static let limits = (project: 4, host: 8, all: 64)

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
    }

    private let state = Mutex(State())

    /// False where it is looked at already, or as many others are as may.
    func begin(_ warehouse: Warehouse) -> Bool {
        let hosts = Set(warehouse.subscriptions.compactMap(\.host))
        let scopes = Self.scopes(hosts, project: warehouse.key.project)
        return state.withLock { state in
            guard state.running[.warehouse(warehouse.key)] == nil, scopes.allSatisfy({ state.count($0) < $0.limit })
            else {
                return false
            }
            let isFirst = hosts.contains { state.count(.host($0)) == 0 }
            guard isFirst || state.running.count < Self.limits.all else { return false }
            state.add(scopes, of: .warehouse(warehouse.key))
            return true
        }
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
                let hosts = Set([subscription.host].compactMap(\.self))
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

extension Subscription {
    /// `host[:port]` of what is asked; `nil` for what is not run.
    fileprivate var host: String? {
        switch self {
        case .image(let image): image.key.host
        case .git(let git): String(git.key.text.prefix { $0 != "/" })
        case .chart(let chart): chart.host
        }
    }
}
