/// First in, first out; removing the first costs the same at any size.
struct Fifo<Element> {
    private var items: [Element?] = []
    private var head = 0

    var isEmpty: Bool { head == items.count }
    var count: Int { items.count - head }

    mutating func append(_ element: Element) { items.append(element) }

    /// Puts an element in front of all others.
    mutating func prepend(_ element: Element) {
        guard head > 0 else { return items.insert(element, at: 0) }
        head -= 1
        items[head] = element
    }

    mutating func popFirst() -> Element? {
        guard head < items.count else { return nil }
        defer {
            items[head] = nil
            head += 1
            // At least half of the array is empty, so the rest is moved only once for many removals.
            if head > 32, head * 2 >= items.count {
                items.removeFirst(head)
                head = 0
            }
        }
        return items[head]
    }
}
