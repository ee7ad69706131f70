import HoistwayLayout
import Testing

struct PipelineFoldTests {
    private static func groups(_ fold: PipelineFold) -> [StageGroup] {
        fold.cards.compactMap { if case .group(let group) = $0 { group } else { nil } }
    }

    @Test func `up to 100 stages are all drawn, above that groups begin closed`() {
        let small = PipelineFold(Shapes.fan(99))
        #expect(small.cards.count == 101 && Self.groups(small).isEmpty)
        let large = PipelineFold(Shapes.fan(100))
        #expect(large.cards.count == 3)
        #expect(Self.groups(large).map(\.members.count) == [100])
        #expect(Self.groups(large).map(\.title) == ["s0000 … s0099"])
    }

    @Test func `each of the four shapes folds into what belongs together`() {
        let counts = Shapes.all.map { PipelineFold($0.shape).cards.count }
        // A chain has no stages with equal upstreams.
        #expect(counts == [3, 601, 51, 4])
    }

    @Test func `stages whose label is the same are one group where they lie equally deep`() {
        let stages = (0..<120).map { number in
            PipelineShape.Stage(
                name: Shapes.name(number),
                group: number % 2 == 0 ? "eu" : "us",
                warehouses: number < 60 ? ["w"] : [],
                upstreams: number < 60 ? [] : [Shapes.name(119 - number)]
            )
        }
        let fold = PipelineFold(PipelineShape(warehouses: ["w"], stages: stages))
        #expect(Self.groups(fold).map(\.title) == ["eu", "us", "eu", "us"])
        #expect(Self.groups(fold).map(\.members.count) == [30, 30, 30, 30])
        // Each second stage takes freight from the other label: that is no cycle.
        #expect(fold.edges.allSatisfy { $0.from < $0.to })
    }

    @Test func `an opened group is its stages, and a large one its parts`() {
        let small = PipelineFold(Shapes.layers(10, of: 12), open: ["s0012"])
        #expect(small.opened.map(\.id) == ["s0012"])
        #expect(small.cards.count == 1 + 9 + 12)
        let large = PipelineFold(Shapes.fan(599), open: ["s0000"])
        #expect(Self.groups(large).map(\.members.count) == [99, 100, 100, 100, 100, 100])
        let part = PipelineFold(Shapes.fan(599), open: ["s0000", "s0000:2"])
        #expect(part.cards.count == 1 + 1 + 5 + 100)
        #expect(part.cards.contains(.stage("s0100")) && !part.cards.contains(.stage("s0000")))
    }

    @Test func `a part is open only in its open group, and unknown groups are passed over`() {
        #expect(PipelineFold(Shapes.fan(599), open: ["s0000:2", "nothing", "s0000:99"]).opened.isEmpty)
    }

    @Test func `no graph has more cards than its bound, whatever is opened`() {
        let shape = Shapes.fan(2_000)
        let open = ["s0000"] + (1...20).map { "s0000:\($0)" }
        let fold = PipelineFold(shape, open: open)
        #expect(fold.cards.count <= PipelineFold.maxCards && fold.cards.count > 600)
        #expect(fold.opened.map(\.id) == Array(open.prefix(7)))
        let chain = PipelineFold(Shapes.chain(5_000))
        #expect(chain.hidden == 5_001 - PipelineFold.maxCards && chain.edges.isEmpty)
    }

    @Test func `the order in which stages are handed in decides nothing`() {
        let shape = Shapes.chains(200, of: 3)
        let turned = PipelineShape(warehouses: shape.warehouses, stages: shape.stages.reversed())
        #expect(turned == shape)
        #expect(PipelineFold(turned) == PipelineFold(shape))
    }

    @Test func `stages that do not exist are passed over`() {
        let stages = [PipelineShape.Stage(name: "a", warehouses: ["gone"], upstreams: ["gone", "a"])]
        #expect(PipelineFold(PipelineShape(warehouses: [], stages: stages)).edges.isEmpty)
    }
}
