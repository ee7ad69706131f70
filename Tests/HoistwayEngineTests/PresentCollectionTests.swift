import HoistwayModel
import Testing

@testable import HoistwayEngine

/// Which freight a promotion sees besides its own.
struct PresentCollectionTests {
    private static let key = StageKey(project: "shop", name: "prod")
    private static let stage = Stage(
        key: key,
        requestedFreight: ["base", "app"].map { FreightRequest(warehouse: $0, direct: true) },
        promotion: .controlFlow,
        place: EngineHarness.place
    )

    private var state = PipelineState()

    private mutating func add(_ id: String, of warehouse: String) {
        let freight = Freight(
            id: FreightID(id),
            alias: id,
            origin: WarehouseKey(project: "shop", name: warehouse),
            artifacts: [],
            discoveredAt: Timestamp(seconds: 0)
        )
        state.freight[FreightKey(project: "shop", id: freight.id)] = FreightRecord(freight: freight)
    }

    private static func promotion(_ number: Int, _ freight: String, _ phase: PromotionPhase) -> PromotionRecord {
        var record = PromotionRecord(
            id: PromotionID("prod.0000000000000000000000000\(number).0123456"),
            stage: key,
            freight: FreightID(freight),
            collection: [:],
            actor: .automatic,
            reason: "",
            steps: [],
            mode: .promote,
            createdAt: Timestamp(seconds: Int64(number))
        )
        record.phase = phase
        return record
    }

    private func collection(_ number: Int, _ freight: String) -> [String: String] {
        Self.promotion(number, freight, .running).presentCollection(on: state, of: Self.stage).mapValues(\.text)
    }

    /// Kargo v1.11: `buildTargetFreightCollection` takes the freight of the last promotion, whatever came of it.
    @Test func `what has never been in the stage comes from the last promotion, even if that failed`() {
        var test = self
        test.add("b1", of: "base")
        test.add("a1", of: "app")
        #expect(test.collection(1, "b1") == ["base": "b1"])
        var failed = Self.promotion(1, "b1", .errored)
        failed.collection = ["base": FreightID("b1")]
        test.state.apply(.putPromotion(failed))
        #expect(test.collection(2, "a1") == ["base": "b1", "app": "a1"])
        // Only promotions before it count, and only finished ones.
        #expect(test.collection(0, "a1") == ["app": "a1"])
        var running = failed
        running.phase = .running
        test.state.apply(.putPromotion(running))
        #expect(test.collection(2, "a1") == ["app": "a1"])
    }

    @Test func `what lies in the stage is not replaced by what has failed`() {
        var test = self
        for id in ["b1", "b2"] { test.add(id, of: "base") }
        test.add("a1", of: "app")
        test.state.stages[Self.key] = StageRecord(key: Self.key)
        test.state.stages[Self.key]?.history = [
            StageRecord.Collection(
                items: ["base": FreightID("b1")],
                promotion: PromotionID("prod.x"),
                at: Timestamp(seconds: 1)
            )
        ]
        var failed = Self.promotion(2, "b2", .failed)
        failed.collection = ["base": FreightID("b2")]
        test.state.apply(.putPromotion(failed))
        #expect(test.collection(3, "a1") == ["base": "b1", "app": "a1"])
    }
}
