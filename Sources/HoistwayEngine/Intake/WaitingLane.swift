import HoistwayPorts

/// A delivery that waits in a lane.
protocol LaneElement {
    var id: DeliveryID { get }
    /// Its newest element may be taken before its turn; `nil`: it keeps its order.
    var line: NewsLine? { get }
}

/// What waits in one lane, in order; for some lines the newest can be taken first.
struct WaitingLane<Element: LaneElement> {
    /// Two elements of one line: the last received, and the one whose version looks the greatest.
    ///
    /// The strategies of subscriptions decide which of the two counts.
    private struct Top {
        var last: (id: DeliveryID, waiting: Element?)
        var greatest: (id: DeliveryID, version: NewsLine, waiting: Element?)

        init(_ element: Element, _ line: NewsLine) {
            last = (element.id, element)
            greatest = (element.id, line, element)
        }

        mutating func note(_ element: Element, _ line: NewsLine) {
            if last.id <= element.id { last = (element.id, element) }
            // Of equal versions the later one counts: an earlier one that was put back has had its turn.
            let isGreater = !line.isAtMost(greatest.version)
            if isGreater || (greatest.version.isAtMost(line) && greatest.id <= element.id) {
                greatest = (element.id, line, element)
            }
        }

        mutating func forget(_ id: DeliveryID) {
            if last.waiting?.id == id { last.waiting = nil }
            if greatest.waiting?.id == id { greatest.waiting = nil }
        }
    }

    /// Above this number, a further line has no top: its elements keep their order.
    private static var maxLines: Int { 16 }

    private var items = Fifo<Element>()
    /// By the shape of the line.
    private var tops: [String: Top] = [:]
    /// Elements that were taken before their turn, and are still among `items`.
    private var passed: Set<DeliveryID> = []

    var count: Int { items.count - passed.count }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ element: Element) {
        items.append(element)
        note(element)
    }

    /// Puts back an element that was just taken.
    mutating func putBack(_ element: Element) {
        if passed.remove(element.id) == nil { items.prepend(element) }
        note(element)
    }

    mutating func popFirst() -> Element? {
        while let element = items.popFirst() {
            guard passed.remove(element.id) == nil else { continue }
            forget(element)
            return element
        }
        return nil
    }

    /// An element at the top of a line, each returned once until a newer one has come; `nil`: there is none.
    mutating func popNewest() -> Element? {
        let waiting = tops.values.flatMap { [$0.last.waiting, $0.greatest.waiting].compactMap { $0 } }
        guard let element = waiting.max(by: { $0.id < $1.id }) else { return nil }
        forget(element)
        passed.insert(element.id)
        return element
    }

    private mutating func note(_ element: Element) {
        guard let line = element.line else { return }
        if tops[line.shape] != nil {
            tops[line.shape]?.note(element, line)
        } else if tops.count < Self.maxLines {
            tops[line.shape] = Top(element, line)
        }
    }

    private mutating func forget(_ element: Element) {
        if let line = element.line { tops[line.shape]?.forget(element.id) }
    }
}
