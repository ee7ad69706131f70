import HoistwayModel
import HoistwayPorts
import Synchronization

/// Which promotions wait for which Applications, and what has changed while one of them looked.
///
/// Nothing of it is stored: a start finds the waits in the state.
final class ApplicationWaits: Sendable {
    private struct State {
        var waiting: [ApplicationAddress: Set<PromotionID>] = [:]
        var addresses: [PromotionID: Set<ApplicationAddress>] = [:]
        var looks: [PromotionID: Look] = [:]
    }

    private struct Look {
        var changed: Set<ApplicationAddress> = []
        /// Clusters of which anything may have changed.
        var unknown: Set<String> = []

        func concerns(_ addresses: [ApplicationAddress]) -> Bool {
            addresses.contains { changed.contains($0) || unknown.contains($0.cluster) }
        }
    }

    /// More changes during one look are taken for changes of everything.
    private static let maxChanges = 1000

    private let state = Mutex(State())

    /// From now on changes are remembered for this promotion, until its wait is noted or its look has ended.
    func beginLook(_ id: PromotionID) { state.withLock { $0.looks[id] = Look() } }

    func endLook(_ id: PromotionID) { state.withLock { $0.looks[id] = nil } }

    /// Whether one of these has changed since the look began.
    func hasChanged(_ addresses: [ApplicationAddress], during id: PromotionID) -> Bool {
        state.withLock { $0.looks[id]?.concerns(addresses) ?? false }
    }

    /// The promotion waits for these; none: it does not wait any more.
    func note(_ id: PromotionID, waitsFor addresses: [ApplicationAddress]) {
        state.withLock { state in
            for address in state.addresses.removeValue(forKey: id) ?? [] {
                state.waiting[address]?.remove(id)
                if state.waiting[address]?.isEmpty ?? false { state.waiting[address] = nil }
            }
            guard !addresses.isEmpty else { return }
            state.addresses[id] = Set(addresses)
            for address in addresses { state.waiting[address, default: []].insert(id) }
        }
    }

    /// Remembers what has changed for those who look; gives who waits for it, in the order of their names.
    func take(_ news: ApplicationNews) -> [PromotionID] {
        state.withLock { state in
            switch news {
            case .changed(let address):
                for id in state.looks.keys {
                    if state.looks[id]?.changed.count ?? 0 < Self.maxChanges {
                        state.looks[id]?.changed.insert(address)
                    } else {
                        state.looks[id]?.unknown.insert(address.cluster)
                    }
                }
                return (state.waiting[address] ?? []).sorted()
            case .all(let cluster):
                for id in state.looks.keys { state.looks[id]?.unknown.insert(cluster) }
                return state.addresses.filter { $0.value.contains { $0.cluster == cluster } }.keys.sorted()
            }
        }
    }
}
