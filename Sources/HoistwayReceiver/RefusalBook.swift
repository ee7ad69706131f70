import HoistwayPorts
import Synchronization

/// The newest refusals of each receiver, for people who ask why a webhook does not work.
///
/// In memory only: a flood of refusals must cause no writes. Bounded by the number of receivers.
final class RefusalBook: Sendable {
    /// The most refusals that are kept for one receiver.
    static let limit = 200

    /// Used instead of a receiver's name for a path without one.
    static let withoutReceiver = "none"

    /// A refusal with its number in the order of all; times may fall when the clock is set back.
    private struct Entry {
        var number: Int
        var refusal: RefusalView
    }

    /// A ring buffer.
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

    /// Newest first; `nil`: of all receivers.
    func refusals(of receiver: String?) -> [RefusalView] {
        let found = state.withLock { state in
            receiver.map { state.rings[$0]?.newestFirst ?? [] } ?? state.rings.values.flatMap(\.newestFirst)
        }
        return found.sorted { $0.number > $1.number }.map(\.refusal)
    }

    /// Forgets receivers that are no longer configured.
    func keepOnly(_ receivers: Set<String>) {
        state.withLock { state in
            state.rings = state.rings.filter { $0.key == Self.withoutReceiver || receivers.contains($0.key) }
        }
    }
}
