import HoistwayModel
import HoistwayPorts
import Synchronization

/// Received deliveries that are not decided yet, in the order in which they are: fair among receivers and repositories.
///
/// It is an index of what lies in the inbox, and is made from it once more after a restart. Deliveries are read ahead
/// of deciding, since only their bodies tell which repository they are about; the events of the first ones are kept, so
/// that they are not read twice.
final class Backlog: Sendable {
    /// A delivery that was read, with what it says.
    struct Read: Sendable {
        var round: DeliveryRound
        /// Of its body, which is not kept.
        var bytes: Int
    }

    enum Entry: Sendable {
        case read(Read)
        /// To be read once more when its turn has come.
        case listed(DeliveryID, bytes: Int)

        var id: DeliveryID {
            switch self {
            case .read(let read): read.round.delivery.id
            case .listed(let id, _): id
            }
        }

        var bytes: Int {
            switch self {
            case .read(let read): read.bytes
            case .listed(_, let bytes): bytes
            }
        }
    }

    /// How many are sorted at most; what came in later waits in the inbox, in order of receipt.
    static let maxEntries = 200_000
    /// Of bodies whose events are kept.
    static let maxReadBytes = 16 << 20

    private struct State {
        var queue = FairQueue<Taken>()
        var known: Set<DeliveryID> = []
        var cursor = DeliveryID(0)
        var readBytes = 0
    }

    private let state = Mutex(State())

    /// Up to which delivery the inbox was read; `nil` where there is no room for more.
    var cursor: DeliveryID? { state.withLock { $0.known.count < Self.maxEntries ? $0.cursor : nil } }
    var count: Int { state.withLock(\.queue.count) }

    /// How many deliveries about a repository or an image wait.
    func count(of key: String) -> Int { state.withLock { $0.queue.count(ofKey: key) } }

    /// Those of them that are not sorted yet.
    func unknown(_ ids: [DeliveryID]) -> [DeliveryID] {
        state.withLock { state in ids.filter { !state.known.contains($0) } }
    }

    /// That everything up to here is sorted, or decided.
    ///
    /// It goes back where a delivery is driven again: those behind it that are known are passed over.
    func reached(_ id: DeliveryID) {
        state.withLock { $0.cursor = id }
    }

    func add(_ read: Read) {
        let lane = FairLane(receiver: read.round.delivery.receiver, key: Self.key(of: read.round.events))
        state.withLock { state in
            guard state.known.insert(read.round.delivery.id).inserted else { return }
            let isKept = state.readBytes + read.bytes <= Self.maxReadBytes
            if isKept { state.readBytes += read.bytes }
            let entry = isKept ? Entry.read(read) : .listed(read.round.delivery.id, bytes: read.bytes)
            state.queue.append(Taken(entry: entry, lane: lane), to: lane)
        }
    }

    /// The next ones, within the bounds; the first whatever its size.
    func take(within bounds: PendingBounds) -> [Taken] {
        state.withLock { state in
            var taken: [Taken] = []
            var bytes = 0
            while let next = state.queue.popFirst() {
                guard bounds.takes(next.entry.bytes, besides: (taken.count, bytes)) else {
                    state.queue.putBack(next, to: next.lane)
                    break
                }
                bytes += next.entry.bytes
                state.known.remove(next.entry.id)
                if case .read = next.entry { state.readBytes -= next.entry.bytes }
                taken.append(next)
            }
            return taken
        }
    }

    struct Taken: Sendable {
        var entry: Entry
        fileprivate var lane: FairLane
    }

    /// Puts those back that could not be decided, in their order.
    func putBack(_ taken: [Taken]) {
        state.withLock { state in
            for one in taken.reversed() where state.known.insert(one.entry.id).inserted {
                if case .read = one.entry { state.readBytes += one.entry.bytes }
                state.queue.putBack(one, to: one.lane)
            }
        }
    }

    /// What the first event is about: an envelope with several repositories waits with the first.
    private static func key(of events: [Event]) -> String {
        events.lazy.compactMap(\.keys.first).first ?? ""
    }
}
