/// The cards of a graph in columns, and the bends of edges that pass a column.
///
/// Each edge that is longer than one column is split: it has a slot without a card in each column between. Edges that
/// leave the same card share these slots, so that there are at most cards × columns of them.
struct Slots {
    /// When there are this many bends, further edges are drawn straight, across everything between.
    static let maxBends = 20_000

    /// The column of each slot.
    ///
    /// The first slots are the cards, in their order; the bends follow.
    private(set) var columnOf: [Int]
    /// Edges from one column to the next.
    private(set) var segments: [(from: Int, to: Int)] = []
    /// Edges that lead back, or that are not split: from card to card.
    private(set) var straight: [(from: Int, to: Int)] = []
    /// Slots of each column, cards first, in the order of their numbers.
    private(set) var columns: [[Int]] = []
    /// For each slot, the slots of the column before it that have a segment to it.
    private(set) var before: [[Int]] = []
    private(set) var after: [[Int]] = []
    let cards: Int

    init(count: Int, edges: [(from: Int, to: Int)]) {
        let graph = DirectedGraph(count: count, edges: edges)
        cards = count
        columnOf = graph.layers()
        for source in 0..<count { split(graph.after[source], of: source) }
        columns = Array(repeating: [], count: (columnOf.max() ?? -1) + 1)
        before = Array(repeating: [], count: columnOf.count)
        after = before
        for slot in columnOf.indices { columns[columnOf[slot]].append(slot) }
        for segment in segments {
            after[segment.from].append(segment.to)
            before[segment.to].append(segment.from)
        }
    }

    var bends: Int { columnOf.count - cards }

    func isBend(_ slot: Int) -> Bool { slot >= cards }

    private mutating func split(_ targets: [Int], of source: Int) {
        let column = columnOf[source]
        let forward = targets.filter { columnOf[$0] > column }.sorted { (columnOf[$0], $0) < (columnOf[$1], $1) }
        straight += targets.filter { columnOf[$0] <= column }.map { (source, $0) }
        var end = source
        for target in forward {
            let needed = columnOf[target] - columnOf[end] - 1
            guard bends + needed <= Self.maxBends else {
                straight.append((source, target))
                continue
            }
            while columnOf[end] + 1 < columnOf[target] {
                columnOf.append(columnOf[end] + 1)
                segments.append((end, columnOf.count - 1))
                end = columnOf.count - 1
            }
            segments.append((end, target))
        }
    }
}
