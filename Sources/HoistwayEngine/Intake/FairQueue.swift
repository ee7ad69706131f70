/// Deliveries that keep their order: those of one receiver about one repository.
struct FairLane: Hashable, Sendable {
    var receiver: String
    /// Repository or image; empty if the delivery names none.
    var key: String
}

/// Takes turns: first among receivers, then among the repositories of each receiver.
///
/// Deliveries of one receiver about one repository keep their order, except the newest versions of images in a rush.
struct FairQueue<Element: LaneElement> {
    private var receivers: [String: Turns<Element>] = [:]
    private var turn = Fifo<String>()
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// How many are waiting for this repository, from all receivers.
    func count(ofKey key: String) -> Int { receivers.values.reduce(0) { $0 + $1.count(of: key) } }

    /// The same lane with the texts that are in memory already, if something waits in it.
    func known(_ lane: FairLane) -> FairLane {
        guard let index = receivers.index(forKey: lane.receiver) else { return lane }
        return FairLane(receiver: receivers.keys[index], key: receivers.values[index].known(lane.key))
    }

    mutating func append(_ element: Element, to lane: FairLane) {
        if receivers[lane.receiver] == nil { turn.append(lane.receiver) }
        receivers[lane.receiver, default: Turns()].append(element, to: lane.key)
        count += 1
    }

    /// Puts back an element that was just taken: it is first in its lane, and its lane is next.
    mutating func putBack(_ element: Element, to lane: FairLane) {
        if receivers[lane.receiver] == nil { turn.prepend(lane.receiver) }
        receivers[lane.receiver, default: Turns()].putBack(element, to: lane.key)
        count += 1
    }

    /// - Parameter newestFirst: a lane returns the newest version of each line before all others.
    mutating func popFirst(newestFirst: Bool = false) -> Element? {
        guard let receiver = turn.popFirst(),
            let element = receivers[receiver]?.popFirst(newestFirst: newestFirst)
        else { return nil }
        count -= 1
        if receivers[receiver]?.isEmpty ?? true {
            receivers[receiver] = nil
        } else {
            turn.append(receiver)
        }
        return element
    }
}

/// Takes one element from each lane in turn.
private struct Turns<Element: LaneElement> {
    private var lanes: [String: WaitingLane<Element>] = [:]
    private var turn = Fifo<String>()

    var isEmpty: Bool { lanes.isEmpty }

    func count(of key: String) -> Int { lanes[key]?.count ?? 0 }

    func known(_ key: String) -> String { lanes.index(forKey: key).map { lanes.keys[$0] } ?? key }

    mutating func append(_ element: Element, to key: String) {
        if lanes[key] == nil { turn.append(key) }
        lanes[key, default: WaitingLane()].append(element)
    }

    mutating func putBack(_ element: Element, to key: String) {
        if lanes[key] == nil { turn.prepend(key) }
        lanes[key, default: WaitingLane()].putBack(element)
    }

    mutating func popFirst(newestFirst: Bool) -> Element? {
        guard let key = turn.popFirst(),
            let element = (newestFirst ? lanes[key]?.popNewest() : nil) ?? lanes[key]?.popFirst()
        else { return nil }
        if lanes[key]?.isEmpty ?? true {
            lanes[key] = nil
        } else {
            turn.append(key)
        }
        return element
    }
}
