import HoistwayPorts
import Synchronization

/// The newest refusals of each receiver, for people who ask why a webhook does not work.
///
/// In memory only: a flood of refusals must write nothing. Bounded by the number of receivers.
final class RefusalBook: Sendable {
    /// Refusals kept for one receiver.
    static let limit = 200

    /// Stands for the receiver where a path belongs to none.
    static let withoutReceiver = "none"

    /// A refusal and its place in the order of all; clocks can be set back.
    private struct Entry {
        var number: Int
        var refusal: RefusalView
    }

    /// Written round and round.
    private struct Ring {
        var items: [Entry] = []
        var next = 0

        mutating func add(_ entry: Entry) {
            if items.count < RefusalBook.limit {
                items.append(entry)
            } else {
                items[next] = entry
                next = (next + 1) % RefusalBook.limit
            }
        }

        var newestFirst: [Entry] { Array((items[next...] + items[..<next]).reversed()) }
    }

    private let state = Mutex<(rings: [String: Ring], count: Int)>(([:], 0))

    func add(_ refusal: RefusalView) {
        state.withLock { state in
            state.count += 1
            state.rings[refusal.receiver, default: Ring()].add(Entry(number: state.count, refusal: refusal))
        }
    }

    /// Newest first; of all receivers where none is named.
    func refusals(of receiver: String?) -> [RefusalView] {
        let found = state.withLock { state in
            receiver.map { state.rings[$0]?.newestFirst ?? [] } ?? state.rings.values.flatMap(\.newestFirst)
        }
        return found.sorted { $0.number > $1.number }.map(\.refusal)
    }

    /// Forgets receivers that are not configured any more.
    func keepOnly(_ receivers: Set<String>) {
        state.withLock { state in
            state.rings = state.rings.filter { $0.key == Self.withoutReceiver || receivers.contains($0.key) }
        }
    }
}
