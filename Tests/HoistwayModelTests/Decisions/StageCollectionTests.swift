import HoistwayModel
import Testing

/// A stage that requests freight of two warehouses.
struct StageCollectionTests {
    private static let place = SourcePlace(file: "f", line: 1)
    private static let key = StageKey(project: "shop", name: "test")
    private static let stage = Stage(
        key: key,
        requestedFreight: [
            FreightRequest(warehouse: "app", direct: true), FreightRequest(warehouse: "base", direct: true),
        ],
        promotion: .steps([]),
        place: place
    )

    private static func freight(_ warehouse: String, _ id: String) -> Freight {
        Freight(
            id: FreightID(id),
            alias: id,
            origin: WarehouseKey(project: "shop", name: warehouse),
            artifacts: [],
            discoveredAt: Timestamp(seconds: 1)
        )
    }

    private static let (app, base, newer) = (freight("app", "a1"), freight("base", "b1"), freight("app", "a2"))

    /// A state with a promotion of `app` that has come to its end, and with what lies in the stage.
    private static func state(
        _ phase: PromotionPhase,
        present: [String: FreightID]? = nil,
        mode: PromotionMode = .promote
    ) -> PipelineState {
        var state = PipelineState()
        for one in [app, base, newer] { state.apply(.putFreight(FreightRecord(freight: one, cause: "test"))) }
        var promotion = PromotionRecord(
            id: PromotionID("test.1.a1"),
            stage: key,
            freight: app.id,
            collection: ["app": app.id],
            actor: .automatic,
            reason: "",
            steps: [],
            variables: nil,
            mode: mode,
            createdAt: Timestamp(seconds: 1)
        )
        promotion.phase = phase
        state.apply(.putPromotion(promotion))
        if let present {
            let collection = StageRecord.Collection(items: present, promotion: promotion.id, at: Timestamp(seconds: 3))
            state.apply(.putStage(StageRecord(key: key, history: [collection])))
        }
        return state
    }

    private static func items(_ state: PipelineState) -> [String: FreightID] {
        StageCollection.items(with: base, in: stage, mode: .promote, on: state)
    }

    @Test(arguments: [PromotionPhase.failed, .errored, .succeeded])
    func `where nothing of a warehouse is in the stage, it is what the last promotion was made with`(
        _ phase: PromotionPhase
    ) {
        #expect(Self.items(Self.state(phase)) == ["app": Self.app.id, "base": Self.base.id])
    }

    @Test func `what lies in the stage stays, whatever was tried since`() {
        let state = Self.state(.failed, present: ["app": Self.newer.id])
        #expect(Self.items(state) == ["app": Self.newer.id, "base": Self.base.id])
    }

    @Test func `what was ended by a person, open, observed or forgotten does not come in`() {
        let alone = ["base": Self.base.id]
        #expect(Self.items(Self.state(.aborted)) == alone)
        #expect(Self.items(Self.state(.running)) == alone)
        #expect(Self.items(Self.state(.failed, mode: .observe)) == alone)
        var state = Self.state(.failed)
        state.apply(.removeFreight(FreightKey(project: "shop", id: Self.app.id)))
        #expect(Self.items(state) == alone)
    }

    @Test func `a warehouse that the stage requests no more is left out`() {
        var stage = Self.stage
        stage.requestedFreight.removeFirst()
        let state = Self.state(.failed, present: ["app": Self.app.id])
        #expect(StageCollection.items(with: Self.base, in: stage, mode: .promote, on: state) == ["base": Self.base.id])
    }
}
