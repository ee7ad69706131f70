/// Merges several lists: each element once, the last one first.
struct NewestFirst<Element: Comparable & Sendable>: Sequence, IteratorProtocol {
    private var rest: [AnyIterator<Element>] = []
    /// The next element of each list; `nil`: the list is used up.
    private var heads: [Element?] = []

    init(_ lists: [OrderedList<Element>]) {
        for list in lists where !list.isEmpty {
            let iterator = list.backwards.makeAnyIterator()
            heads.append(iterator.next())
            rest.append(iterator)
        }
    }

    mutating func next() -> Element? {
        guard let next = heads.compactMap(\.self).max() else { return nil }
        for index in heads.indices where heads[index] == next { heads[index] = rest[index].next() }
        return next
    }
}

extension Sequence {
    fileprivate func makeAnyIterator() -> AnyIterator<Element> { AnyIterator(makeIterator()) }
}
