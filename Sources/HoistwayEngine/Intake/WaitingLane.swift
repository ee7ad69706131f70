import HoistwayPorts

/// A delivery that waits in a lane.
protocol LaneElement {
    var id: DeliveryID { get }
    /// Whose newest may be taken before its turn; `nil`: it keeps its order.
    var line: String? { get }
}

/// What waits in one lane, in order; of some lines the newest is at hand as well.
struct WaitingLane<Element: LaneElement> {
    /// Beyond it a further line has no newest: its elements keep their order.
    static var maxLines: Int { 16 }

    private var items = Fifo<Element>()
    private var newest: [String: Element] = [:]
    /// Of each such line the greatest that has come, be it taken already.
    private var tops: [String: DeliveryID] = [:]
    /// Taken before their turn, and still among `items`.
    private var passed: Set<DeliveryID> = []

    var count: Int { items.count - passed.count }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ element: Element) {
        items.append(element)
        noteNewest(element)
    }

    /// Puts one that was just taken back.
    mutating func putBack(_ element: Element) {
        if passed.remove(element.id) == nil { items.prepend(element) }
        noteNewest(element)
    }

    mutating func popFirst() -> Element? {
        while let element = items.popFirst() {
            guard passed.remove(element.id) == nil else { continue }
            if let line = element.line, newest[line]?.id == element.id { newest[line] = nil }
            return element
        }
        return nil
    }

    /// The newest of a line, each once until a newer one has come; `nil`: there is none.
    mutating func popNewest() -> Element? {
        guard let element = newest.values.max(by: { $0.id < $1.id }), let line = element.line else { return nil }
        newest[line] = nil
        passed.insert(element.id)
        return element
    }

    private mutating func noteNewest(_ element: Element) {
        guard let line = element.line, tops[line] != nil || tops.count < Self.maxLines else { return }
        guard element.id >= tops[line] ?? element.id else { return }
        tops[line] = element.id
        newest[line] = element
    }
}
