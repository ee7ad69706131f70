import HoistwayPorts
import Synchronization

/// The newest refusals of each receiver, for people who ask why a webhook does not work.
///
/// In memory only: a flood of refusals must write nothing. Bounded by the number of receivers.
final class RefusalBook: Sendable {
    /// Refusals kept for one receiver.
    static let limit = 200

    /// Written round and round.
    private struct Ring {
        var items: [RefusalView] = []
        var next = 0

        mutating func add(_ refusal: RefusalView) {
            if items.count < RefusalBook.limit {
                items.append(refusal)
            } else {
                items[next] = refusal
                next = (next + 1) % RefusalBook.limit
            }
        }

        var newestFirst: [RefusalView] { Array((items[next...] + items[..<next]).reversed()) }
    }

    private let rings = Mutex<[String: Ring]>([:])

    func add(_ refusal: RefusalView) {
        rings.withLock { $0[refusal.receiver, default: Ring()].add(refusal) }
    }

    /// Newest first; of all receivers where none is named.
    func refusals(of receiver: String?) -> [RefusalView] {
        let found = rings.withLock { rings in
            receiver.map { rings[$0]?.newestFirst ?? [] } ?? rings.values.flatMap(\.newestFirst)
        }
        return receiver == nil ? found.sorted { $0.at > $1.at } : found
    }

    /// Forgets receivers that are not configured any more.
    func keepOnly(_ receivers: Set<String>) {
        rings.withLock { $0 = $0.filter { receivers.contains($0.key) } }
    }
}
