import HoistwayModel
import HoistwayPorts
import Synchronization

/// Which promotions wait for which Applications, and what has changed while one of the promotions was looking.
///
/// Kept in memory only: at a start, the waits are read from the state.
final class ApplicationWaits: Sendable {
    private struct State {
        var waiting: [ApplicationAddress: Set<PromotionID>] = [:]
        var addresses: [PromotionID: Set<ApplicationAddress>] = [:]
        var looks: [PromotionID: Look] = [:]
    }

    private struct Look {
        var changed: Set<ApplicationAddress> = []
        /// Clusters in which any Application may have changed.
        var unknown: Set<String> = []

        func concerns(_ addresses: [ApplicationAddress]) -> Bool {
            addresses.contains { changed.contains($0) || unknown.contains($0.cluster) }
        }
    }

    /// Above this number of changes during one look, all Applications of the cluster count as changed.
    private static let maxChanges = 1000

    private let state = Mutex(State())

    /// From now on changes are recorded for this promotion, until its look has ended.
    func beginLook(_ id: PromotionID) { state.withLock { $0.looks[id] = Look() } }

    func endLook(_ id: PromotionID) { state.withLock { $0.looks[id] = nil } }

    /// Whether one of these Applications has changed since the look began.
    func hasChanged(_ addresses: [ApplicationAddress], during id: PromotionID) -> Bool {
        state.withLock { $0.looks[id]?.concerns(addresses) ?? false }
    }

    /// Records which Applications the promotion waits for; an empty list: it no longer waits.
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

    /// Records the change for the looks that are running; returns the promotions that wait for it, in the order of
    /// their names.
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
