/// A sorted list without duplicates: copies are cheap, and a change copies only a part of the list.
package struct OrderedList<Element: Comparable & Sendable>: Sendable {
    /// A larger part is split into two.
    private static var most: Int { 128 }

    /// No part is empty; the last element of each is before the first of the next.
    private var parts: [[Element]] = []
    package private(set) var count = 0

    package init() {}

    package init(_ elements: some Sequence<Element>) {
        for element in elements { insert(element) }
    }

    /// - Parameter elements: sorted, without duplicates.
    init(sorted elements: [Element]) {
        for element in elements { append(element) }
    }

    package var isEmpty: Bool { parts.isEmpty }
    package var first: Element? { parts.first?.first }
    package var last: Element? { parts.last?.last }

    package func contains(_ element: Element) -> Bool {
        let (part, place) = place(of: element)
        return part < parts.count && place < parts[part].count && parts[part][place] == element
    }

    package mutating func insert(_ element: Element) {
        // Usually it is newer than all others.
        guard let last, !(last < element) else { return append(element) }
        let (part, place) = place(of: element)
        guard parts[part][place] != element else { return }
        parts[part].insert(element, at: place)
        count += 1
        guard parts[part].count > Self.most else { return }
        let half = parts[part].count / 2
        let rest = Array(parts[part][half...])
        parts[part].removeSubrange(half...)
        parts.insert(rest, at: part + 1)
    }

    private mutating func append(_ element: Element) {
        count += 1
        guard let part = parts.indices.last, parts[part].count < Self.most else { return parts.append([element]) }
        parts[part].append(element)
    }

    package mutating func remove(_ element: Element) {
        let (part, place) = place(of: element)
        guard part < parts.count, place < parts[part].count, parts[part][place] == element else { return }
        count -= 1
        parts[part].remove(at: place)
        if parts[part].isEmpty { parts.remove(at: part) }
    }

    /// The first part whose last element is not before this one, and the element's index in it, present or not.
    private func place(of element: Element) -> (part: Int, place: Int) {
        let part = Self.firstIndex(below: parts.count) { !(parts[$0][parts[$0].count - 1] < element) }
        guard part < parts.count else { return (part, 0) }
        return (part, Self.firstIndex(below: parts[part].count) { !(parts[part][$0] < element) })
    }

    /// The first index for which the condition is true, if it is true for all later ones; `count` where there is none.
    private static func firstIndex(below count: Int, where holds: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension OrderedList: Sequence {
    package var underestimatedCount: Int { count }

    package func makeIterator() -> FlattenSequence<[[Element]]>.Iterator { parts.joined().makeIterator() }

    /// Elements after the given one, whether it is in the list or not; `nil`: all.
    package func elements(after element: Element?) -> FlattenSequence<[[Element]]> {
        guard let element else { return parts.joined() }
        let (part, place) = place(of: element)
        guard part < parts.count else { return [].joined() }
        var rest = Array(parts[part...])
        rest[0].removeFirst(rest[0][place] == element ? place + 1 : place)
        return rest.joined()
    }

    /// The last element first; only requested elements are visited.
    package var backwards: some Sequence<Element> { parts.reversed().lazy.flatMap { $0.reversed() } }
}

extension OrderedList: Equatable {
    /// The split into parts does not matter.
    package static func == (left: Self, right: Self) -> Bool {
        left.count == right.count && left.elementsEqual(right)
    }
}
