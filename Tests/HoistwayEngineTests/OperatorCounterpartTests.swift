import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// What Kargo's users type: freight by hand, promotions by warehouse and downstream, refreshes.
struct OperatorCounterpartTests {
    private static let warehouse = WarehouseKey(project: "shop", name: "app")
    private static let digest = "sha256:" + String(repeating: "c", count: 64)

    /// `test`, and `uat` and `prod` behind it; nothing is promoted by itself.
    private static func harness() async throws -> EngineHarness {
        let harness = try await EngineHarness(stages: ["test", "uat", "prod"])
        var configuration = harness.engine.core.configuration
        for name in ["uat", "prod"] {
            configuration.pipelines.projects["shop"]?.stages[name]?.requestedFreight = [
                FreightRequest(warehouse: "app", direct: false, stages: ["test"])
            ]
        }
        configuration.pipelines.projects["shop"]?.promotionPolicies = []
        harness.engine.core.configuration = configuration
        harness.receive("1.0.0")
        try await harness.engine.drain()
        return harness
    }

    private static func key(_ name: String) -> StageKey { StageKey(project: "shop", name: name) }

    @Test func `a warehouse's candidate is what automatic promotion would choose`() async throws {
        let harness = try await Self.harness()
        let view = try await harness.pipelines.promoteCandidate(
            stage: Self.key("test"),
            warehouse: "app",
            acceptTree: nil,
            actor: "sam"
        )
        #expect(view.freight == (await harness.state.freight.values.first?.freight.id.text))
        await #expect(throws: OperatorFailure.self) {
            try await harness.pipelines.promoteCandidate(
                stage: Self.key("uat"),
                warehouse: "app",
                acceptTree: nil,
                actor: "sam"
            )
        }
        await #expect(throws: OperatorFailure.self) {
            try await harness.pipelines.promoteCandidate(
                stage: Self.key("test"),
                warehouse: "no",
                acceptTree: nil,
                actor: "sam"
            )
        }
    }

    @Test func `freight goes to every stage downstream, or to none`() async throws {
        let harness = try await Self.harness()
        let alias = try #require(await harness.state.freight.values.first?.freight.alias)
        await #expect(throws: OperatorFailure.self) {
            try await harness.pipelines.promoteDownstream(of: Self.key("test"), freight: alias, actor: "sam")
        }
        #expect(await harness.state.promotions.isEmpty)
        _ = try await harness.pipelines.promote(stage: Self.key("test"), freight: alias, acceptTree: nil, actor: "sam")
        try await harness.engine.drain()
        let views = try await harness.pipelines.promoteDownstream(of: Self.key("test"), freight: alias, actor: "sam")
        #expect(views.map(\.stage) == ["prod", "uat"])
        // They are on their way already.
        await #expect(throws: OperatorFailure.self) {
            try await harness.pipelines.promoteDownstream(of: Self.key("test"), freight: alias, actor: "sam")
        }
        try await harness.engine.drain()
        #expect(try await harness.tag("uat") == "1.0.0")
        #expect(try await harness.tag("prod") == "1.0.0")
        // Nobody takes freight from it.
        await #expect(throws: OperatorFailure.self) {
            try await harness.pipelines.promoteDownstream(of: Self.key("prod"), freight: alias, actor: "sam")
        }
    }

    @Test func `freight gets another alias, by which it is found from then on`() async throws {
        let harness = try await Self.harness()
        let alias = try #require(await harness.state.freight.values.first?.freight.alias)
        let view = try await harness.pipelines.rename(freight: alias, project: "shop", alias: "release-7", actor: "sam")
        #expect(view.alias == "release-7")
        await #expect(throws: OperatorFailure.self) {
            try await harness.pipelines.rename(freight: alias, project: "shop", alias: "x", actor: "sam")
        }
        _ = try await harness.pipelines.promote(
            stage: Self.key("test"),
            freight: "release-7",
            acceptTree: nil,
            actor: "sam"
        )
        _ = try await harness.pipelines.approve(stage: Self.key("prod"), freight: "release-7", actor: "sam")
        #expect(await harness.state.freight.values.first?.approvedFor["prod"]?.actor == "sam")
    }

    @Test func `freight is made by hand where the warehouse makes none, and is promoted as any other`() async throws {
        let harness = try await Self.harness()
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.warehouses["app"]?.freightCreationPolicy = .manual
        harness.engine.core.configuration = configuration
        let wanted = ManualFreight(images: ["\(EngineHarness.image):2.0.0@\(Self.digest)"], alias: "by-hand")
        let view = try await harness.pipelines.create(freightOf: Self.warehouse, wanted, actor: "sam")
        #expect(view.alias == "by-hand" && view.artifacts.first?.contains("2.0.0") == true)
        _ = try await harness.pipelines.promote(
            stage: Self.key("test"),
            freight: "by-hand",
            acceptTree: nil,
            actor: "sam"
        )
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "2.0.0")
        // The same again is the same freight.
        await #expect(throws: OperatorFailure.self) {
            try await harness.pipelines.create(freightOf: Self.warehouse, wanted, actor: "sam")
        }
        // A digest that nobody can find out is none.
        await #expect(throws: OperatorFailure.self) {
            try await harness.pipelines.create(
                freightOf: Self.warehouse,
                ManualFreight(images: ["\(EngineHarness.image):3.0.0"]),
                actor: "sam"
            )
        }
        await #expect(throws: OperatorFailure.self) {
            try await harness.pipelines.create(freightOf: Self.warehouse, ManualFreight(from: "gone"), actor: "sam")
        }
    }

    @Test func `a refreshed stage shows where it stands`() async throws {
        let harness = try await Self.harness()
        let view = try await harness.pipelines.refresh(stage: Self.key("test"), actor: "sam")
        #expect(view.name == "test")
        await #expect(throws: OperatorFailure.self) {
            try await harness.pipelines.refresh(stage: Self.key("gone"), actor: "sam")
        }
    }
}
