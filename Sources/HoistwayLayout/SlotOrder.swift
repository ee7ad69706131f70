/// The order of slots within their columns, with few crossings between segments.
///
/// It goes over the columns a fixed number of times and moves each slot to the average place of its neighbours. Then it
/// swaps neighbours where that helps. It keeps the best order that it has seen. The first order is that of the numbers,
/// so the result never has more crossings than that one.
struct SlotOrder {
    private static let sweeps = 8
    private static let swapRounds = 2
    /// With more segments nothing is swapped: swaps would cost more time than they are worth.
    private static let maxSwappedSegments = 20_000

    private(set) var columns: [[Int]]
    private(set) var crossings: Int

    init(_ slots: Slots) {
        columns = slots.columns
        var places = Self.places(of: columns, count: slots.columnOf.count)
        crossings = Self.crossings(columns, slots, places)
        var present = columns
        for sweep in 0..<Self.sweeps where crossings > 0 {
            let isForward = sweep.isMultiple(of: 2)
            let neighbours = isForward ? slots.before : slots.after
            for column in isForward ? Array(present.indices) : present.indices.reversed() {
                Self.sort(&present[column], by: neighbours, &places)
            }
            keep(present, slots, places)
        }
        guard crossings > 0, slots.segments.count <= Self.maxSwappedSegments else { return }
        present = columns
        places = Self.places(of: present, count: slots.columnOf.count)
        for _ in 0..<Self.swapRounds {
            for column in present.indices { Self.swap(&present[column], slots, &places) }
        }
        keep(present, slots, places)
    }

    private mutating func keep(_ present: [[Int]], _ slots: Slots, _ places: [Int]) {
        let found = Self.crossings(present, slots, places)
        guard found < crossings else { return }
        crossings = found
        columns = present
    }

    private static func places(of columns: [[Int]], count: Int) -> [Int] {
        var places = Array(repeating: 0, count: count)
        for column in columns { for (place, slot) in column.enumerated() { places[slot] = place } }
        return places
    }

    /// Slots without neighbours stay where they are.
    private static func sort(_ column: inout [Int], by neighbours: [[Int]], _ places: inout [Int]) {
        let wanted = column.enumerated()
            .map { place, slot in
                let near = neighbours[slot]
                let sum = near.reduce(0) { $0 + places[$1] }
                return (slot: slot, mean: near.isEmpty ? Double(place) : Double(sum) / Double(near.count), place: place)
            }
            .sorted { ($0.mean, $0.place) < ($1.mean, $1.place) }
        for (place, found) in wanted.enumerated() {
            column[place] = found.slot
            places[found.slot] = place
        }
    }

    private static func swap(_ column: inout [Int], _ slots: Slots, _ places: inout [Int]) {
        guard column.count > 1 else { return }
        func sorted(_ near: [Int]) -> [Int] { near.map { places[$0] }.sorted() }
        var before = column.map { sorted(slots.before[$0]) }
        var after = column.map { sorted(slots.after[$0]) }
        for place in 0..<(column.count - 1) {
            let next = place + 1
            let present = inversions(before[place], before[next]) + inversions(after[place], after[next])
            let swapped = inversions(before[next], before[place]) + inversions(after[next], after[place])
            guard swapped < present else { continue }
            column.swapAt(place, next)
            before.swapAt(place, next)
            after.swapAt(place, next)
            places[column[place]] = place
            places[column[next]] = next
        }
    }

    /// How many pairs have the left number above the right one; both lists are sorted.
    private static func inversions(_ left: [Int], _ right: [Int]) -> Int {
        var count = 0
        var below = 0
        for place in left {
            while below < right.count, right[below] < place { below += 1 }
            count += below
        }
        return count
    }

    /// Crossings of all segments with the columns in this order.
    static func crossings(_ columns: [[Int]], _ slots: Slots, _ places: [Int]? = nil) -> Int {
        let places = places ?? Self.places(of: columns, count: slots.columnOf.count)
        var count = 0
        for (column, next) in zip(columns, columns.dropFirst()) {
            // A Fenwick tree over the places of the next column: how many ends lie at a place or above.
            var tree = Array(repeating: 0, count: next.count + 1)
            var seen = 0
            for slot in column {
                let ends = slots.after[slot].map { places[$0] }
                for end in ends {
                    var above = 0
                    var node = end + 1
                    while node > 0 {
                        above += tree[node]
                        node -= node & -node
                    }
                    count += seen - above
                }
                for end in ends {
                    var node = end + 1
                    while node < tree.count {
                        tree[node] += 1
                        node += node & -node
                    }
                }
                seen += ends.count
            }
        }
        return count
    }
}
