/// A graph whose nodes are numbers.
struct DirectedGraph {
    /// For each number, the numbers that have an edge to it: ascending, each once.
    private(set) var before: [[Int]]
    /// For each number, the numbers to which it has an edge: ascending, each once.
    private(set) var after: [[Int]]

    init(count: Int, edges: [(from: Int, to: Int)]) {
        before = Array(repeating: [], count: count)
        after = before
        for edge in edges where edge.from != edge.to { after[edge.from].append(edge.to) }
        for from in after.indices {
            after[from] = Set(after[from]).sorted()
            for to in after[from] { before[to].append(from) }
        }
    }

    /// Warehouses first, then stages; names that do not exist are left out.
    init(_ shape: PipelineShape) {
        let warehouses = Dictionary(shape.warehouses.enumerated().map { ($1, $0) }) { first, _ in first }
        let offset = shape.warehouses.count
        let stages = Dictionary(shape.stages.enumerated().map { ($1.name, offset + $0) }) { first, _ in first }
        let edges = shape.stages.enumerated()
            .flatMap { number, stage in
                (stage.warehouses.compactMap { warehouses[$0] } + stage.upstreams.compactMap { stages[$0] })
                    .map { (from: $0, to: offset + number) }
            }
        self.init(count: offset + shape.stages.count, edges: edges)
    }

    /// The layer of each number: one more than the highest layer from which an edge leads to the number.
    ///
    /// A cycle is broken at its lowest number; the edge that closes the cycle then leads back.
    func layers() -> [Int] {
        var open = before.map(\.count)
        var layers = Array(repeating: 0, count: before.count)
        var isDone = Array(repeating: false, count: before.count)
        var ready = open.indices.filter { open[$0] == 0 }
        var next = 0
        var firstLeft = 0
        while true {
            if next == ready.count {
                while firstLeft < isDone.count, isDone[firstLeft] { firstLeft += 1 }
                guard firstLeft < isDone.count else { return layers }
                ready.append(firstLeft)
            }
            let number = ready[next]
            next += 1
            guard !isDone[number] else { continue }
            isDone[number] = true
            for target in after[number] where !isDone[target] {
                layers[target] = max(layers[target], layers[number] + 1)
                open[target] -= 1
                if open[target] == 0 { ready.append(target) }
            }
        }
    }
}
