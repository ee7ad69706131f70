import HoistwayModel
import Testing

struct PipelineIndexTests {
    private struct Chance {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
    }

    private static func freight(_ project: String, _ number: Int) -> FreightRecord {
        FreightRecord(
            freight: Freight(
                id: FreightID("f\(number)"),
                alias: "alias-\(number)",
                origin: WarehouseKey(project: project, name: "w\(number % 3)"),
                artifacts: [],
                discoveredAt: Timestamp(seconds: Int64(number))
            )
        )
    }

    private static func promotion(_ project: String, _ number: Int) -> PromotionRecord {
        PromotionRecord(
            id: PromotionID("s\(number % 4).\(number).\(project)"),
            stage: StageKey(project: project, name: "s\(number % 4)"),
            freight: FreightID("f\(number)"),
            collection: [:],
            actor: .automatic,
            reason: "",
            steps: [],
            mode: .promote,
            createdAt: Timestamp(seconds: Int64(number))
        )
    }

    private static func ended(_ record: PromotionRecord) -> PromotionRecord {
        var record = record
        record.phase = .succeeded
        return record
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `an index that followed every change is that of the state`(seed: UInt64) {
        var chance = Chance(state: seed)
        var state = PipelineState()
        var index = PipelineIndex(state)
        for _ in 0..<300 {
            // Transactions of several changes, in which something may come and go.
            let changes = (0...chance.below(4)).map { _ -> Change in
                let project = ["a", "b"][chance.below(2)]
                let number = chance.below(20)
                switch chance.below(5) {
                case 0: return .putFreight(Self.freight(project, number))
                case 1: return .removeFreight(FreightKey(project: project, id: FreightID("f\(number)")))
                case 2: return .putPromotion(Self.promotion(project, number))
                case 3: return .putPromotion(Self.ended(Self.promotion(project, number)))
                default: return .removePromotion(Self.promotion(project, number).id)
                }
            }
            index.apply(changes, before: state)
            state.apply(changes)
            let fresh = PipelineIndex(state)
            for project in ["a", "b"] {
                for number in 0..<4 {
                    let stage = StageKey(project: project, name: "s\(number)")
                    #expect(index.promotions(of: stage) == fresh.promotions(of: stage))
                    #expect(index.open(of: stage) == fresh.open(of: stage))
                    let warehouse = WarehouseKey(project: project, name: "w\(number)")
                    #expect(index.freight(of: warehouse) == fresh.freight(of: warehouse))
                }
                for number in 0..<20 {
                    let key = FreightKey(project: project, id: FreightID("f\(number)"))
                    #expect(index.promotions(of: key) == fresh.promotions(of: key))
                }
                #expect(index.warehouses(of: project) == fresh.warehouses(of: project))
            }
        }
    }

    @Test func `a change of one project leaves the revision of another as it was`() {
        var state = PipelineState()
        var index = PipelineIndex(state)
        for project in ["a", "b"] {
            let change = Change.putFreight(Self.freight(project, 1))
            index.apply([change], before: state)
            state.apply(change)
        }
        let before = index.project("b").revision
        let changes: [Change] = [
            .putPromotion(Self.promotion("a", 1)), .putStage(StageRecord(key: StageKey(project: "a", name: "s1"))),
        ]
        let earlier = index.project("a").revision
        index.apply(changes, before: state)
        #expect(index.project("b").revision == before)
        #expect(index.project("a").revision > earlier)
    }
}
