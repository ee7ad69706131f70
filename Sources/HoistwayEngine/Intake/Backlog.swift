import HoistwayModel
import HoistwayPorts
import Synchronization

/// Received deliveries that are not decided yet, in a fair order among receivers and repositories.
///
/// It is an index of the inbox, and is rebuilt after a restart. Deliveries are read before they are decided, since only
/// their bodies name the repository. While few wait, their events are kept, so that they are not read twice. In a rush
/// only the ids and sizes of further ones are kept: then memory counts, and most would be kept for minutes. In a rush the newest version of each
/// image comes before the older ones, which then cause no promotion. Urgent deliveries come before both.
final class Backlog: Sendable {
    /// A delivery that was read, with its events.
    struct Read: Sendable {
        var round: DeliveryRound
        /// The size of its body, which is not kept.
        var bytes: Int
        /// The approximate size of its events in memory.
        var kept: Int
        /// Whether it comes before all others: a promotion waits for it, or a person has requested it again.
        var isUrgent = false
    }

    /// The most deliveries that are sorted; later ones wait in the inbox, in order of receipt.
    static let maxEntries = 200_000
    /// The most bytes of events that are kept: those of as many pushes as may wait outside of a rush.
    static let maxReadBytes = 4 << 20
    /// More waiting deliveries than this are a rush.
    static let rush = 1_000

    private struct State {
        var urgent = FairQueue()
        var news = FairQueue()
        var known = DeliverySet()
        /// Those of which the events are kept.
        var reads: [DeliveryID: Read] = [:]
        var cursor = DeliveryID(0)
        /// The greatest position so far: up to it, only deliveries that somebody has retried are unknown.
        var furthest = DeliveryID(0)
        /// The last of the newest deliveries that were read before their turn.
        var peeked = DeliveryID(0)
        var readBytes = 0

        var count: Int { urgent.count + news.count }
        /// Deliveries that are not sorted count too; those read early count twice, which hardly matters.
        var isRush: Bool { count + max(0, Int(peeked.number - cursor.number)) > Backlog.rush }

        mutating func popFirst() -> Taken? {
            if let (popped, lane) = urgent.popFirst() {
                return Taken(popped: popped, lane: lane, isUrgent: true, read: takeRead(popped.delivery.id))
            }
            guard let (popped, lane) = news.popFirst(newestFirst: isRush) else { return nil }
            return Taken(popped: popped, lane: lane, isUrgent: false, read: takeRead(popped.delivery.id))
        }

        mutating func putBack(_ taken: Taken) {
            if let read = taken.read { keep(read) }
            if taken.isUrgent {
                urgent.putBack(taken.popped, to: taken.lane)
            } else {
                news.putBack(taken.popped, to: taken.lane)
            }
        }

        mutating func keep(_ read: Read) {
            reads[read.round.delivery.id] = read
            readBytes += read.kept
        }

        private mutating func takeRead(_ id: DeliveryID) -> Read? {
            let read = reads.removeValue(forKey: id)
            readBytes -= read?.kept ?? 0
            return read
        }
    }

    private let state = Mutex(State())

    /// The last delivery up to which the inbox was read; `nil` if there is no room for more.
    var cursor: DeliveryID? { state.withLock { $0.known.count < Self.maxEntries ? $0.cursor : nil } }
    /// The greatest position that ``reached(_:)`` was given.
    var furthest: DeliveryID { state.withLock(\.furthest) }
    var count: Int { state.withLock(\.count) }

    /// Whether so many wait that the newest versions come first.
    var isRush: Bool { state.withLock(\.isRush) }

    /// How many deliveries about a repository or an image are waiting.
    func count(of key: String) -> Int {
        state.withLock { $0.urgent.count(ofKey: key) + $0.news.count(ofKey: key) }
    }

    /// The newest deliveries that were not read yet, ending with `newest`; each is returned once.
    ///
    /// - Parameter limit: the most to return.
    func unpeeked(through newest: DeliveryID, limit: Int) -> [DeliveryID] {
        state.withLock { state in
            let first = max(state.peeked.number, state.cursor.number, newest.number - Int64(limit)) + 1
            guard first <= newest.number, state.known.count < Self.maxEntries + Self.peekRoom else { return [] }
            state.peeked = newest
            return (first...newest.number).map { DeliveryID($0) }
        }
    }

    /// How many more than ``maxEntries`` may be known: the newest are read, however many wait.
    private static let peekRoom = 20_000

    func isKnown(_ id: DeliveryID) -> Bool { state.withLock { $0.known.contains(id) } }

    /// Those that are not sorted yet.
    func unknown(_ ids: some Sequence<DeliveryID> & Sendable) -> [DeliveryID] {
        state.withLock { state in ids.filter { !state.known.contains($0) } }
    }

    /// Records that every delivery up to this one is sorted, or decided.
    ///
    /// The position moves back when a delivery is retried: known deliveries after it are skipped.
    func reached(_ id: DeliveryID) {
        state.withLock { state in
            state.cursor = id
            state.furthest = max(state.furthest, id)
        }
    }

    func add(_ read: Read) {
        let delivery = WaitingDelivery(read.round.delivery.id, bytes: read.bytes)
        let lane = FairLane(receiver: read.round.delivery.receiver, key: Self.key(of: read.round.events))
        let line = read.isUrgent ? nil : NewsLine.of(read.round.events)
        state.withLock { state in
            guard state.known.insert(delivery.id) else { return }
            if read.isUrgent {
                state.urgent.append(delivery, to: lane)
            } else {
                state.news.append(delivery, line, to: lane)
            }
            if !state.isRush, state.readBytes + read.kept <= Self.maxReadBytes { state.keep(read) }
        }
    }

    /// The next deliveries within the bounds; the first one is returned whatever its size.
    func take(within bounds: PendingBounds) -> [Taken] {
        state.withLock { state in
            var taken: [Taken] = []
            var bytes = 0
            while let next = state.popFirst() {
                guard bounds.takes(next.bytes, besides: (taken.count, bytes)) else {
                    state.putBack(next)
                    break
                }
                bytes += next.bytes
                state.known.remove(next.id)
                taken.append(next)
            }
            return taken
        }
    }

    struct Taken: Sendable {
        fileprivate let popped: WaitingLane.Popped
        fileprivate let lane: FairLane
        fileprivate let isUrgent: Bool
        /// `nil`: its events were not kept, and it is to be read again.
        let read: Read?

        var id: DeliveryID { popped.delivery.id }
        fileprivate var bytes: Int { Int(popped.delivery.size) }
    }

    /// Puts back deliveries that could not be decided, in their order.
    func putBack(_ taken: [Taken]) {
        state.withLock { state in
            for one in taken.reversed() where state.known.insert(one.id) { state.putBack(one) }
        }
    }

    /// How many are known, and of how many the events are kept, with their bytes.
    var held: (known: Int, read: Int, readBytes: Int) {
        state.withLock { ($0.known.count, $0.reads.count, $0.readBytes) }
    }

    /// The repository or image of the first event: a delivery with several waits with its first one.
    private static func key(of events: [Event]) -> String {
        events.lazy.compactMap(\.keys.first).first ?? ""
    }
}
