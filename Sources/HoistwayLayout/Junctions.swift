/// Points at which edges meet, where each card of one set leads to each card of another set.
///
/// Twelve stages that all take freight from twelve other stages need 144 edges, or 24 edges that meet at one point.
struct Junctions {
    struct Junction {
        /// Slots of the column to the left.
        let from: [Int]
        /// Slots of the column to the right.
        let to: [Int]
        let middle: Int
    }

    /// For each gap between two columns, its junctions from top to bottom.
    private(set) var ofGap: [[Junction]]
    /// Slots whose segments from the left come from a junction.
    private(set) var isServed: [Bool]

    init(_ slots: Slots, order: [[Int]], places: SlotPlaces) {
        ofGap = []
        isServed = Array(repeating: false, count: slots.columnOf.count)
        for column in order.dropFirst() {
            var known: [[Int]: Int] = [:]
            var sets: [(from: [Int], to: [Int])] = []
            for slot in column where slots.before[slot].count > 1 {
                let from = slots.before[slot]
                if let number = known[from] {
                    sets[number].to.append(slot)
                } else {
                    known[from] = sets.count
                    sets.append((from, [slot]))
                }
            }
            let worth = sets.filter { $0.from.count * $0.to.count > $0.from.count + $0.to.count }
            for slot in worth.flatMap(\.to) { isServed[slot] = true }
            ofGap.append(
                worth.map { set in
                    let ends = set.from + set.to
                    let middle = ends.reduce(0) { $0 + places.middle($1) } / ends.count
                    return Junction(from: set.from, to: set.to, middle: middle)
                }
                .enumerated().sorted { ($0.element.middle, $0.offset) < ($1.element.middle, $1.offset) }
                .map(\.element)
            )
        }
    }
}
