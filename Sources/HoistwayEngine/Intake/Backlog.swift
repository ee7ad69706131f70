import HoistwayModel
import HoistwayPorts
import Synchronization

/// Received deliveries that are not decided yet, in the order in which they are: fair among receivers and repositories.
///
/// It is an index of what lies in the inbox, and is made from it once more after a restart. Deliveries are read ahead
/// of deciding, since only their bodies tell which repository they are about; the events of the first ones are kept, so
/// that they are not read twice. In a rush the newest version of each image goes before the older ones, which then are
/// nobody's promotion any more; and what somebody waits for goes before both.
final class Backlog: Sendable {
    /// A delivery that was read, with what it says.
    struct Read: Sendable {
        var round: DeliveryRound
        /// Of its body, which is not kept.
        var bytes: Int
        /// Of its events in memory, as a rule of thumb.
        var kept: Int
        /// Whether it goes before all news: a promotion waits for it, or a person has asked for it once more.
        var isUrgent = false
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

        /// In memory.
        fileprivate var kept: Int { if case .read(let read) = self { read.kept } else { 0 } }
    }

    /// How many are sorted at most; what came in later waits in the inbox, in order of receipt.
    static let maxEntries = 200_000
    /// Of events that are kept.
    static let maxReadBytes = 16 << 20
    /// How many wait without a rush.
    static let rush = 1_000

    private struct State {
        var urgent = FairQueue<Taken>()
        var news = FairQueue<Taken>()
        var known: Set<DeliveryID> = []
        var cursor = DeliveryID(0)
        /// Up to which delivery the newest ones were looked at before their turn.
        var peeked = DeliveryID(0)
        var readBytes = 0

        var count: Int { urgent.count + news.count }
        /// Those that are not sorted count as well; the peeked ones among them twice, which hardly matters.
        var isRush: Bool { count + max(0, Int(peeked.number - cursor.number)) > Backlog.rush }

        mutating func popFirst() -> Taken? {
            urgent.popFirst() ?? news.popFirst(newestFirst: isRush)
        }

        mutating func putBack(_ taken: Taken) {
            if taken.isUrgent { urgent.putBack(taken, to: taken.lane) } else { news.putBack(taken, to: taken.lane) }
        }
    }

    private let state = Mutex(State())

    /// Up to which delivery the inbox was read; `nil` where there is no room for more.
    var cursor: DeliveryID? { state.withLock { $0.known.count < Self.maxEntries ? $0.cursor : nil } }
    var count: Int { state.withLock(\.count) }

    /// Whether so many wait that the newest of them go first.
    var isRush: Bool { state.withLock(\.isRush) }

    /// How many deliveries about a repository or an image wait.
    func count(of key: String) -> Int {
        state.withLock { $0.urgent.count(ofKey: key) + $0.news.count(ofKey: key) }
    }

    /// The newest deliveries that nobody has looked at, `newest` the last of them; each is given once.
    ///
    /// - Parameter limit: how many at most.
    func unpeeked(through newest: DeliveryID, limit: Int) -> [DeliveryID] {
        state.withLock { state in
            let first = max(state.peeked.number, state.cursor.number, newest.number - Int64(limit)) + 1
            guard first <= newest.number, state.known.count < Self.maxEntries + Self.peekRoom else { return [] }
            state.peeked = newest
            return (first...newest.number).map { DeliveryID($0) }
        }
    }

    /// How many more may be known than ``maxEntries``: the newest are looked at, however many wait.
    private static let peekRoom = 20_000

    func isKnown(_ id: DeliveryID) -> Bool { state.withLock { $0.known.contains(id) } }

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
        let line = read.isUrgent ? nil : NewsLine.of(read.round.events)
        state.withLock { state in
            guard state.known.insert(read.round.delivery.id).inserted else { return }
            let isKept = state.readBytes + read.kept <= Self.maxReadBytes
            if isKept { state.readBytes += read.kept }
            let entry = isKept ? Entry.read(read) : .listed(read.round.delivery.id, bytes: read.bytes)
            let taken = Taken(entry: entry, lane: lane, line: line, isUrgent: read.isUrgent)
            if read.isUrgent { state.urgent.append(taken, to: lane) } else { state.news.append(taken, to: lane) }
        }
    }

    /// The next ones, within the bounds; the first whatever its size.
    func take(within bounds: PendingBounds) -> [Taken] {
        state.withLock { state in
            var taken: [Taken] = []
            var bytes = 0
            while let next = state.popFirst() {
                guard bounds.takes(next.entry.bytes, besides: (taken.count, bytes)) else {
                    state.putBack(next)
                    break
                }
                bytes += next.entry.bytes
                state.known.remove(next.entry.id)
                state.readBytes -= next.entry.kept
                taken.append(next)
            }
            return taken
        }
    }

    struct Taken: Sendable, LaneElement {
        var entry: Entry
        fileprivate var lane: FairLane
        let line: NewsLine?
        fileprivate var isUrgent: Bool

        var id: DeliveryID { entry.id }
    }

    /// Puts those back that could not be decided, in their order.
    func putBack(_ taken: [Taken]) {
        state.withLock { state in
            for one in taken.reversed() where state.known.insert(one.entry.id).inserted {
                state.readBytes += one.entry.kept
                state.putBack(one)
            }
        }
    }

    /// What the first event is about: an envelope with several repositories waits with the first.
    private static func key(of events: [Event]) -> String {
        events.lazy.compactMap(\.keys.first).first ?? ""
    }
}
