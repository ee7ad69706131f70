import HoistwayPorts

/// A delivery that waits: it is small, since 200,000 of them may.
struct WaitingDelivery: Sendable, Equatable {
    let id: DeliveryID
    /// The size of its body in bytes; more than 4 GB count as 4 GB.
    let size: UInt32

    init(_ id: DeliveryID, bytes: Int) {
        self.id = id
        size = UInt32(clamping: bytes)
    }
}

/// What waits in one lane, in order; for some lines the newest can be taken first.
struct WaitingLane {
    /// A delivery that was taken from its lane.
    struct Popped: Sendable {
        let delivery: WaitingDelivery
        /// `nil`: its line had a newer one, or it keeps its order.
        let line: NewsLine?
    }

    /// Two deliveries of one line: the last received, and the one whose version looks the greatest.
    ///
    /// The strategies of subscriptions decide which of the two counts.
    private struct Top {
        private struct Holder {
            var delivery: WaitingDelivery
            var line: NewsLine
            /// False once it was taken.
            var isWaiting = true
        }

        private var last: Holder
        private var greatest: Holder

        init(_ delivery: WaitingDelivery, _ line: NewsLine) {
            last = Holder(delivery: delivery, line: line)
            greatest = last
        }

        /// The later one of the two, if it waits.
        var newest: WaitingDelivery? {
            [last, greatest].filter(\.isWaiting).map(\.delivery).max { $0.id < $1.id }
        }

        mutating func note(_ delivery: WaitingDelivery, _ line: NewsLine) {
            let new = Holder(delivery: delivery, line: line)
            if last.delivery.id <= delivery.id { last = new }
            // Of equal versions the later one counts: an earlier one that was put back has had its turn.
            let isGreater = !line.isAtMost(greatest.line)
            if isGreater || (greatest.line.isAtMost(line) && greatest.delivery.id <= delivery.id) { greatest = new }
        }

        /// The line of the delivery, if it was waiting here.
        mutating func forget(_ id: DeliveryID) -> NewsLine? {
            var line: NewsLine?
            if last.isWaiting, last.delivery.id == id {
                last.isWaiting = false
                line = last.line
            }
            if greatest.isWaiting, greatest.delivery.id == id {
                greatest.isWaiting = false
                line = greatest.line
            }
            return line
        }
    }

    /// Above this number, a further line has no top: its deliveries keep their order.
    private static var maxLines: Int { 16 }

    private var items = Fifo<WaitingDelivery>()
    /// By the shape of the line.
    private var tops: [String: Top] = [:]
    /// Deliveries that were taken before their turn, and are still among `items`.
    private var passed = DeliverySet()

    var count: Int { items.count - passed.count }
    var isEmpty: Bool { count == 0 }

    /// - Parameter line: its newest delivery may be taken before its turn; `nil`: it keeps its order.
    mutating func append(_ delivery: WaitingDelivery, _ line: NewsLine?) {
        items.append(delivery)
        if let line { note(delivery, line) }
    }

    /// Puts back a delivery that was just taken.
    mutating func putBack(_ popped: Popped) {
        if !passed.remove(popped.delivery.id) { items.prepend(popped.delivery) }
        if let line = popped.line { note(popped.delivery, line) }
    }

    mutating func popFirst() -> Popped? {
        while let delivery = items.popFirst() {
            guard !passed.remove(delivery.id) else { continue }
            return Popped(delivery: delivery, line: forget(delivery.id))
        }
        return nil
    }

    /// The newest delivery at the top of a line; `nil`: there is none.
    ///
    /// Each is returned once. After that, only a newer one of its line can be at the top.
    mutating func popNewest() -> Popped? {
        guard let delivery = tops.values.lazy.compactMap(\.newest).max(by: { $0.id < $1.id }) else { return nil }
        _ = passed.insert(delivery.id)
        return Popped(delivery: delivery, line: forget(delivery.id))
    }

    private mutating func note(_ delivery: WaitingDelivery, _ line: NewsLine) {
        if tops[line.shape] != nil {
            tops[line.shape]?.note(delivery, line)
        } else if tops.count < Self.maxLines {
            tops[line.shape] = Top(delivery, line)
        }
    }

    /// The line in which the delivery was at the top.
    private mutating func forget(_ id: DeliveryID) -> NewsLine? {
        var line: NewsLine?
        var index = tops.startIndex
        while line == nil, index != tops.endIndex {
            line = tops.values[index].forget(id)
            tops.formIndex(after: &index)
        }
        return line
    }
}
