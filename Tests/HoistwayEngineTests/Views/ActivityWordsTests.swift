import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayEngine

/// The audit trail as people read it.
struct ActivityWordsTests {
    private static let id = String(repeating: "a", count: 40)
    private static let promotion = PromotionID("prod.01m7yyqavt3mswwbmne0hmhgey.aaaaaaa")

    private static func state() -> PipelineState {
        var state = PipelineState()
        let freight = Freight(
            id: FreightID(id),
            alias: "brave-otter",
            origin: WarehouseKey(project: "shop", name: "main"),
            artifacts: [
                .image(ImageArtifact(repoURL: "registry.example.com/acme/shop", tag: "1.5.3", digest: "sha256:ab"))
            ],
            discoveredAt: Timestamp(seconds: 1)
        )
        state.apply(.putFreight(FreightRecord(freight: freight, cause: "")))
        state.apply(
            .putPromotion(
                PromotionRecord(
                    id: promotion,
                    stage: StageKey(project: "shop", name: "prod"),
                    freight: FreightID(id),
                    collection: ["main": FreightID(id)],
                    actor: .person("ann"),
                    reason: "",
                    steps: [],
                    mode: .promote,
                    createdAt: Timestamp(seconds: 2)
                )
            )
        )
        return state
    }

    private static func view(
        _ action: String,
        _ detail: String,
        _ object: AuditObject?,
        project: String? = "shop"
    ) -> ActivityView {
        let record = AuditRecord(
            id: 1,
            at: Timestamp(seconds: 3),
            actor: "ann",
            action: action,
            detail: detail,
            project: project,
            object: object
        )
        return ActivityWords(state: state()).view(of: record)
    }

    @Test func `a preview says which freight it shows and for which stage`() {
        let preview = String(repeating: "0f", count: 16)
        let view = Self.view("preview", "\(preview) of \(Self.id) for shop/prod", AuditObject(.stage, "prod"))
        #expect(view.detail == "brave-otter (shop 1.5.3) for shop/prod")
        #expect(view.actor == "ann" && view.object?.name == "prod")
    }

    @Test func `a promotion and freight have the names that people use`() {
        let object = AuditObject(.promotion, Self.promotion.text)
        let promoted = Self.view("promote", "\(Self.promotion) of \(Self.id)", object)
        #expect(promoted.title == "brave-otter to prod")
        #expect(promoted.detail == "brave-otter (shop 1.5.3)")
        let approved = Self.view("approve", "\(Self.id) for shop/prod", AuditObject(.freight, Self.id))
        #expect(approved.title == "brave-otter")
        #expect(approved.detail == "brave-otter (shop 1.5.3) for shop/prod")
    }

    @Test func `what is not kept any more, or belongs to another project, stays as it is on record`() {
        let other = String(repeating: "b", count: 40)
        let gone = Self.view("approve", "\(other) for shop/prod", AuditObject(.freight, other))
        #expect(gone.title == nil && gone.detail == "\(other) for shop/prod")
        let foreign = Self.view("promote", "x of \(Self.id)", AuditObject(.freight, Self.id), project: "else")
        #expect(foreign.title == nil && foreign.detail == "x of \(Self.id)")
    }
}
