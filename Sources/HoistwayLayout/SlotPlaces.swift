/// The y position of each slot: near its neighbours, in the order of its column, and with gaps between slots.
struct SlotPlaces {
    private static let sweeps = 6
    /// A slot follows at most this many neighbours, or twice as many as its column has slots if that is more: so a card
    /// with hundreds of neighbours lies beside the first ones, and not several screens below.
    private static let minNeighbours = 5
    static let gapBetweenCards = 16
    static let gapBesideBends = 8

    /// The top of each slot.
    private(set) var top: [Int]
    private let heights: [Int]

    /// - Parameter heights: the height of each slot; that of a bend is zero.
    init(_ slots: Slots, order: [[Int]], heights: [Int]) {
        self.heights = heights
        top = Array(repeating: 0, count: heights.count)
        for column in order { stack(column, wanted: column.map { _ in 0 }) }
        for sweep in 0..<Self.sweeps {
            let isForward = sweep.isMultiple(of: 2)
            let neighbours = isForward ? slots.before : slots.after
            for number in isForward ? Array(order.indices) : order.indices.reversed() {
                stack(order[number], wanted: wanted(order[number], neighbours))
            }
        }
        let highest = top.min() ?? 0
        for slot in top.indices { top[slot] -= highest }
    }

    func middle(_ slot: Int) -> Int { top[slot] + heights[slot] / 2 }

    /// The best tops for the slots of a column; a slot without neighbours stays where it is.
    private func wanted(_ column: [Int], _ neighbours: [[Int]]) -> [Int] {
        let enough = max(Self.minNeighbours, 2 * column.count)
        return column.map { slot in
            guard !neighbours[slot].isEmpty else { return top[slot] }
            let middles = neighbours[slot].map(middle).sorted().prefix(enough)
            return middles.reduce(0, +) / middles.count - heights[slot] / 2
        }
    }

    /// Gives each slot of a column the top nearest to the wanted one, for the whole column by least squares.
    ///
    /// After the heights above are subtracted, no slot may have a smaller value than the slot before it. Slots that
    /// break this rule form a pool and share the mean of their wanted values.
    private mutating func stack(_ column: [Int], wanted: [Int]) {
        var offset = 0
        var offsets: [Int] = []
        for (place, slot) in column.enumerated() {
            offsets.append(offset)
            guard place + 1 < column.count else { break }
            let isBeside = heights[slot] == 0 || heights[column[place + 1]] == 0
            offset += heights[slot] + (isBeside ? Self.gapBesideBends : Self.gapBetweenCards)
        }
        var pools: [(sum: Int, count: Int)] = []
        for place in column.indices {
            var pool = (sum: wanted[place] - offsets[place], count: 1)
            while let last = pools.last, last.sum * pool.count > pool.sum * last.count {
                pools.removeLast()
                pool = (last.sum + pool.sum, last.count + pool.count)
            }
            pools.append(pool)
        }
        var place = 0
        for pool in pools {
            // All are rounded down, so that the mean of a later pool is never above that of an earlier one.
            let quotient = pool.sum / pool.count
            let start = quotient * pool.count > pool.sum ? quotient - 1 : quotient
            for _ in 0..<pool.count {
                top[column[place]] = start + offsets[place]
                place += 1
            }
        }
    }
}
