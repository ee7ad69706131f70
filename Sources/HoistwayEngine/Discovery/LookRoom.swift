import HoistwayModel
import Synchronization

/// Which warehouses are looked at at present: looks that hang at one host, or are of one project, leave others room.
final class LookRoom: Sendable {
    /// Looks at once: of one project at one host, at one host, in all.
    ///
    /// A host that nobody looks at always has room for one: however many others hang, each host goes on.
    static let limits = (project: 4, host: 8, all: 64)

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
        var running: [WarehouseKey: Set<Scope>] = [:]
        var counts: [Scope: Int] = [:]

        func count(_ scope: Scope) -> Int { counts[scope, default: 0] }
    }

    private let state = Mutex(State())

    /// False where it is looked at already, or as many others are as may.
    func begin(_ warehouse: Warehouse) -> Bool {
        let hosts = Set(warehouse.subscriptions.compactMap(\.host))
        let scopes = hosts.reduce(into: Set<Scope>()) { scopes, host in
            scopes.formUnion([.host(host), .project(warehouse.key.project, host: host)])
        }
        return state.withLock { state in
            guard state.running[warehouse.key] == nil, scopes.allSatisfy({ state.count($0) < $0.limit }) else {
                return false
            }
            let isFirst = hosts.contains { state.count(.host($0)) == 0 }
            guard isFirst || state.running.count < Self.limits.all else { return false }
            state.running[warehouse.key] = scopes
            for scope in scopes { state.counts[scope, default: 0] += 1 }
            return true
        }
    }

    func end(_ warehouse: WarehouseKey) {
        state.withLock { state in
            for scope in state.running.removeValue(forKey: warehouse) ?? [] {
                let left = state.count(scope) - 1
                state.counts[scope] = left > 0 ? left : nil
            }
        }
    }
}

extension Subscription {
    /// `host[:port]` of what is asked; `nil` for what is not run.
    fileprivate var host: String? {
        switch self {
        case .image(let image): image.key.host
        case .git(let git): String(git.key.text.prefix { $0 != "/" })
        case .chart: nil
        }
    }
}
