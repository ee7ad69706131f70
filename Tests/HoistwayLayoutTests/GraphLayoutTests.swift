import Testing

@testable import HoistwayLayout

struct GraphLayoutTests {
    private static func overlaps(_ boxes: [GraphLayout.Box]) -> Int {
        let sorted = boxes.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
        return zip(sorted, sorted.dropFirst()).count { upper, lower in
            upper.x == lower.x ? upper.y + upper.size.height > lower.y : upper.x + upper.size.width > lower.x
        }
    }

    private static func check(_ drawing: PipelineDrawing) {
        let boxes = drawing.layout.boxes
        #expect(boxes.count == drawing.fold.cards.count)
        #expect(overlaps(boxes) == 0)
        for edge in drawing.fold.edges {
            #expect(boxes[edge.from].x + boxes[edge.from].size.width < boxes[edge.to].x)
        }
        for box in boxes {
            #expect(box.x >= 0 && box.y >= 0)
            #expect(box.x + box.size.width <= drawing.layout.size.width)
            #expect(box.y + box.size.height <= drawing.layout.size.height)
        }
        for curve in drawing.layout.curves { #expect(curve.fromX < curve.toX) }
        let slots = Slots(count: boxes.count, edges: drawing.fold.edges.map { ($0.from, $0.to) })
        #expect(drawing.layout.crossings <= SlotOrder.crossings(slots.columns, slots))
    }

    @Test(arguments: Shapes.all.map(\.shape))
    func `cards of the large shapes lie apart and their edges lead to the right`(_ shape: PipelineShape) {
        Self.check(PipelineDrawing(shape))
        let groups = PipelineFold(shape).cards.compactMap { if case .group(let group) = $0 { group.id } else { nil } }
        let parts = groups.flatMap { group in (1...9).map { "\(group):\($0)" } }
        Self.check(PipelineDrawing(shape, open: groups + parts))
    }

    @Test(arguments: UInt64(1)...40)
    func `cards of any pipeline lie apart and their edges lead to the right`(_ seed: UInt64) {
        Self.check(PipelineDrawing(Shapes.random(seed)))
    }

    @Test func `the same pipeline always has the same layout`() {
        for seed in UInt64(1)...5 {
            let shape = Shapes.random(seed)
            #expect(PipelineDrawing(shape).layout == PipelineDrawing(shape).layout)
        }
    }

    @Test func `chains that are crossed by their names are untangled`() {
        let stages = (0..<20).flatMap { number in
            [
                PipelineShape.Stage(name: Shapes.name(number, "a"), warehouses: ["w"]),
                PipelineShape.Stage(name: Shapes.name(19 - number, "b"), upstreams: [Shapes.name(number, "a")]),
            ]
        }
        #expect(PipelineDrawing(PipelineShape(warehouses: ["w"], stages: stages)).layout.crossings == 0)
    }

    @Test func `a chain is one straight line`() {
        let layout = PipelineDrawing(Shapes.chain(30)).layout
        let middles = Set(layout.boxes.map { $0.y + $0.size.height / 2 })
        #expect(middles.count == 1)
        #expect(layout.curves.allSatisfy { $0.fromY == $0.toY })
    }

    @Test func `edges between all of two columns meet at one point`() {
        let layout = PipelineDrawing(Shapes.layers(2, of: 12)).layout
        // Twelve from the warehouse, twelve to the point, twelve from it.
        #expect(layout.curves.count == 36)
    }

    @Test func `long edges of one card share their way`() {
        let stages = (0..<60).map { number in
            PipelineShape.Stage(
                name: Shapes.name(number),
                warehouses: ["w"],
                upstreams: number > 0 ? [Shapes.name(number - 1)] : []
            )
        }
        let slots = Slots(count: 61, edges: (0..<60).flatMap { [(0, $0 + 1)] + ($0 > 0 ? [($0, $0 + 1)] : []) })
        #expect(slots.bends == 59)
        Self.check(PipelineDrawing(PipelineShape(warehouses: ["w"], stages: stages)))
    }

    @Test func `a cycle, which manifests cannot hold, ends and is drawn`() {
        let names = ["a", "b", "c"]
        let stages = (0..<3).map { PipelineShape.Stage(name: names[$0], upstreams: [names[($0 + 2) % 3]]) }
        let drawing = PipelineDrawing(PipelineShape(warehouses: [], stages: stages))
        #expect(Self.overlaps(drawing.layout.boxes) == 0)
        #expect(drawing.layout.curves.count == 3)
    }

    @Test func `nothing at all is an empty drawing`() {
        let layout = PipelineDrawing(PipelineShape(warehouses: [], stages: [])).layout
        #expect(layout.boxes.isEmpty && layout.curves.isEmpty)
        #expect(layout.size == .init(width: 32, height: 32))
    }

    @Test func `arrows lead along edges, and up and down a column`() {
        let shape = Shapes.chains(2, of: 3)
        let drawing = PipelineDrawing(shape)
        func card(_ name: String) -> Int? { drawing.fold.cards.firstIndex(of: .stage(name)) }
        func next(_ name: String) -> GraphLayout.Neighbours? { card(name).map { drawing.layout.neighbours[$0] } }
        #expect(next("s0000")?.right == card("s0001"))
        #expect(next("s0001")?.left == card("s0000"))
        #expect(next("s0000")?.below == card("s0003") && next("s0003")?.above == card("s0000"))
        #expect(next("s0000")?.left == 0 && next("s0002")?.right == nil)
    }

    @Test func `a drawing is made once, and only so many are kept`() {
        let cache = DrawingCache(limit: 2)
        let shapes = [Shapes.fan(3), Shapes.chain(3), Shapes.layers(2, of: 2)]
        for shape in shapes + shapes { #expect(cache.drawing(of: shape).layout == PipelineDrawing(shape).layout) }
        #expect(cache.count == 2)
        #expect(cache.drawing(of: shapes[0], open: ["x"]).fold == PipelineFold(shapes[0]))
        #expect(cache.count == 2)
    }
}
