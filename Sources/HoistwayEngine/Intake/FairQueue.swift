/// Deliveries that keep their order: those of one receiver about one repository.
struct FairLane: Hashable, Sendable {
    var receiver: String
    /// Repository or image; empty if the delivery names none.
    var key: String
}

/// Takes turns: first among receivers, then among the repositories of each receiver.
///
/// Deliveries of one receiver about one repository keep their order, except the newest versions of images in a rush.
struct FairQueue {
    private var receivers: [String: Turns] = [:]
    private var turn = Fifo<String>()
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// How many are waiting for this repository, from all receivers.
    func count(ofKey key: String) -> Int { receivers.values.reduce(0) { $0 + $1.count(of: key) } }

    /// - Parameter line: its newest delivery may be taken before its turn; `nil`: it keeps its order.
    mutating func append(_ delivery: WaitingDelivery, _ line: NewsLine? = nil, to lane: FairLane) {
        if receivers[lane.receiver] == nil { turn.append(lane.receiver) }
        receivers[lane.receiver, default: Turns()].append(delivery, line, to: lane.key)
        count += 1
    }

    /// Puts back a delivery that was just taken: it is first in its lane, and its lane is next.
    mutating func putBack(_ popped: WaitingLane.Popped, to lane: FairLane) {
        if receivers[lane.receiver] == nil { turn.prepend(lane.receiver) }
        receivers[lane.receiver, default: Turns()].putBack(popped, to: lane.key)
        count += 1
    }

    /// - Parameter newestFirst: a lane returns the newest version of each line before all others.
    mutating func popFirst(newestFirst: Bool = false) -> (popped: WaitingLane.Popped, lane: FairLane)? {
        guard let receiver = turn.popFirst(),
            let (popped, key) = receivers[receiver]?.popFirst(newestFirst: newestFirst)
        else { return nil }
        count -= 1
        if receivers[receiver]?.isEmpty ?? true {
            receivers[receiver] = nil
        } else {
            turn.append(receiver)
        }
        return (popped, FairLane(receiver: receiver, key: key))
    }
}

/// Takes one delivery from each lane in turn.
private struct Turns {
    private var lanes: [String: WaitingLane] = [:]
    private var turn = Fifo<String>()

    var isEmpty: Bool { lanes.isEmpty }

    func count(of key: String) -> Int { lanes[key]?.count ?? 0 }

    mutating func append(_ delivery: WaitingDelivery, _ line: NewsLine?, to key: String) {
        if lanes[key] == nil { turn.append(key) }
        lanes[key, default: WaitingLane()].append(delivery, line)
    }

    mutating func putBack(_ popped: WaitingLane.Popped, to key: String) {
        if lanes[key] == nil { turn.prepend(key) }
        lanes[key, default: WaitingLane()].putBack(popped)
    }

    mutating func popFirst(newestFirst: Bool) -> (popped: WaitingLane.Popped, key: String)? {
        guard let key = turn.popFirst(),
            let popped = (newestFirst ? lanes[key]?.popNewest() : nil) ?? lanes[key]?.popFirst()
        else { return nil }
        if lanes[key]?.isEmpty ?? true {
            lanes[key] = nil
        } else {
            turn.append(key)
        }
        return (popped, key)
    }
}
