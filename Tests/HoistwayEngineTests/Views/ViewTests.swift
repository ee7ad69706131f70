import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// What views hold as values.
struct ViewTests {
    static func key(_ name: String) -> StageKey { StageKey(project: "shop", name: name) }

    /// `test`, then `uat`, then `prod`, each on a branch of its own; the last is not promoted to by itself.
    static func harness() async throws -> EngineHarness {
        let harness = try await EngineHarness(stages: ["test", "uat", "prod"], branch: { "env/\($0)" })
        var configuration = harness.engine.core.configuration
        for (name, upstream) in [("uat", "test"), ("prod", "uat")] {
            configuration.pipelines.projects["shop"]?.stages[name]?.requestedFreight = [
                FreightRequest(warehouse: "app", direct: false, stages: [upstream])
            ]
        }
        configuration.pipelines.projects["shop"]?.stages["prod"]?.labels = ["tier": "live"]
        configuration.pipelines.projects["shop"]?.promotionPolicies = ["test", "uat"].map {
            PromotionPolicy(
                selector: StageSelector(name: .exact($0)),
                autoPromotionEnabled: true,
                place: EngineHarness.place
            )
        }
        harness.engine.core.configuration = configuration
        return harness
    }

    @Test func `a stage says what is in it, where that comes from, and what each rule says`() async throws {
        let harness = try await Self.harness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let view = try await harness.pipelines.stage(Self.key("uat"))
        let content = try #require(view.contents.first)
        #expect(content.warehouse == "app" && content.isVerified && content.missing == nil)
        #expect(content.artifacts.map(\.version) == ["1.0.0"])
        #expect(content.artifacts.first?.kind == .image)
        #expect(content.artifacts.first?.digest?.hasPrefix("sha256:") == true)
        #expect(content.since == harness.clock.now())
        #expect(view.upstream.map(\.stages) == [["test"]] && view.upstream.first?.direct == false)
        #expect(view.state == .ready && view.failure == nil && view.pauses.isEmpty)
        #expect(view.branches.map(\.name) == ["env/uat"])
        let refs = try await harness.remote.refs(prefixes: ["refs/heads/env/uat"]).refs
        #expect(view.branches.first?.head == refs["refs/heads/env/uat"]?.hex)
        #expect(view.lastPromotion?.id == content.promotion && view.lastPromotion?.phase == .succeeded)
        let verdict = try #require(view.verdicts.first)
        #expect(verdict.kind == .alreadyThere && verdict.alias == content.alias)
        #expect(verdict.rules.map(\.name) == PromotionRule.Name.allCases)
        // The sentences for people are those that they were.
        #expect(view.current == ["app: app 1.0.0"] && view.phase == "Succeeded")
        // Another promotion leaves what is there, and since when.
        let prod = try await harness.pipelines.stage(Self.key("prod"))
        #expect(prod.contents.isEmpty && prod.state == .empty && prod.verdicts.first?.kind == .off)
    }

    @Test func `one stage's view is the same as the one in the list of all`() async throws {
        let harness = try await Self.harness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        for view in try await harness.pipelines.stages(project: nil) {
            #expect(try await harness.pipelines.stage(Self.key(view.name)) == view)
        }
        let names = try await harness.pipelines.stages(project: nil).map(\.name)
        #expect(names == ["test", "uat", "prod"])
        let rules = try await harness.pipelines.why(stage: Self.key("prod"), freight: nil).verdicts
        #expect(try await harness.pipelines.stage(Self.key("prod")).verdicts == rules)
    }

    @Test func `freight shows its way through the stages`() async throws {
        let harness = try await Self.harness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let alias = try #require(await harness.state.freight.values.first?.freight.alias)
        _ = try await harness.pipelines.approve(stage: Self.key("prod"), freight: alias, actor: "ann")
        let view = try await harness.pipelines.freight(alias, project: "shop")
        #expect(view.trail.map(\.stage) == ["prod", "test", "uat"])
        #expect(view.trail.map(\.isPresent) == [false, true, true])
        #expect(view.trail[0].approvedBy == "ann" && view.trail[0].promotion == nil)
        #expect(view.trail[1].phase == .succeeded && view.trail[1].verifiedAt != nil)
        #expect(view.contents.map(\.version) == ["1.0.0"])
    }

    @Test func `a search says where something is, and where not yet`() async throws {
        let harness = try await Self.harness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        harness.clock.advance(.seconds(60))
        harness.receive("1.1.0")
        try await harness.engine.drain()
        let found = try await harness.pipelines.search("1.0.0", project: nil)
        let match = try #require(found.matches.first)
        #expect(found.matches.count == 1 && match.kind == .freight && match.field == .tag)
        #expect(match.places.map(\.stage) == ["test", "uat", "prod"])
        #expect(match.places.map(\.state) == [.past, .past, .available])
        let newer = try #require(try await harness.pipelines.search("1.1.0", project: "shop").matches.first)
        #expect(newer.places.map(\.state) == [.present, .present, .available])
        let digest = try #require(match.artifacts.first?.digest)
        let beginning = String(digest.dropFirst("sha256:".count).prefix(7))
        #expect(try await harness.pipelines.search(beginning, project: nil).matches.map(\.freight) == [match.freight])
        #expect(try await harness.pipelines.search(beginning, project: "other").matches.isEmpty)
        let stages = try await harness.pipelines.search("prod", project: nil).matches
        #expect(stages.map(\.stage) == ["prod"] && stages.first?.kind == .stage)
        let promotion = try #require(try await harness.pipelines.stage(Self.key("uat")).lastPromotion?.id)
        let one = try #require(try await harness.pipelines.search(promotion, project: nil).matches.first)
        #expect(one.kind == .promotion && one.stage == "uat" && one.places.count == 3)
        await #expect(throws: OperatorFailure.self) { try await harness.pipelines.search("1", project: nil) }
    }

    @Test func `before promoting it is said to which stages freight may go, and whether it goes back`() async throws {
        let harness = try await Self.harness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let old = try #require(await harness.state.freight.values.first?.freight.alias)
        harness.clock.advance(.seconds(60))
        harness.receive("1.1.0")
        try await harness.engine.drain()
        let answer = try await harness.pipelines.availability(of: old, project: "shop", from: nil)
        #expect(answer.stages.map(\.place.stage) == ["test", "uat", "prod"])
        #expect(answer.stages.map(\.canPromote) == [true, true, true])
        #expect(answer.stages.map(\.isRollback) == [true, true, false])
        #expect(answer.stages.map { $0.present?.artifacts.first?.version } == ["1.1.0", "1.1.0", nil])
        let downstream = try await harness.pipelines.availability(of: old, project: "shop", from: "uat")
        #expect(downstream.stages.map(\.place.stage) == ["prod"])
    }

    @Test func `a graph has an edge for each way that freight takes`() async throws {
        let graph = try await Self.harness().pipelines.graph(project: "shop")
        #expect(graph.stages.map(\.name) == ["test", "uat", "prod"] && graph.warehouses == ["app"])
        #expect(graph.stages.last?.labels == ["tier": "live"])
        #expect(graph.edges.map(\.from.name) == ["app", "test", "uat"])
        #expect(graph.edges.map(\.to.name) == ["test", "uat", "prod"])
        #expect(graph.edges.map(\.from.kind) == [.warehouse, .stage, .stage])
    }

    @Test func `who did what is told with what it was done to`() async throws {
        let harness = try await Self.harness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let alias = try #require(await harness.state.freight.values.first?.freight.alias)
        let made = try await harness.pipelines.promote(
            stage: Self.key("prod"),
            freight: alias,
            acceptTree: nil,
            actor: "ann"
        )
        _ = try await harness.pipelines.reload(actor: "bob")
        let all = try await harness.pipelines.activity(project: nil, before: nil, limit: 9)
        #expect(all.map(\.action) == [.reload, .promote])
        let own = try #require(try await harness.pipelines.activity(project: "shop", before: nil, limit: 9).first)
        #expect(own.object == AuditObject(.promotion, made.id) && own.actor == "ann" && own.outcome == .done)
        #expect(try await harness.pipelines.activity(project: nil, before: own.id, limit: 9).isEmpty)
    }
}
