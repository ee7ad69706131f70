import HoistwayEngine
import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

/// A configuration that is read again while the engine runs.
struct ReconfigurationTests {
    @Test func `what a new configuration makes possible begins at once, without an event`() async throws {
        let harness = try await EngineHarness()
        let automatic = harness.engine.core.configuration
        var manual = automatic
        manual.pipelines.projects["shop"]?.promotionPolicies = []
        try await harness.engine.take(manual)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let stage = StageKey(project: "shop", name: "test")
        #expect(await harness.engine.core.ledger.snapshot.openPromotions(of: stage).isEmpty)
        try await harness.engine.take(automatic)
        #expect(await harness.engine.core.ledger.snapshot.openPromotions(of: stage).count == 1)
    }

    @Test func `what others committed is adopted on every branch that a stage pushes`() async throws {
        let harness = try await EngineHarness(copyingTo: "stage/test", foreignCommits: .stop)
        var configuration = harness.engine.core.configuration
        guard case .steps(let steps)? = configuration.pipelines.projects["shop"]?.stages["test"]?.promotion else {
            Issue.record("the stage has no steps")
            return
        }
        let plain = steps.filter { $0.uses != "kustomize-set-image" }
        configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(plain)
        try await harness.engine.take(configuration)
        try await harness.remote.seed(branch: "stage/test", files: ["a.yaml": "theirs"], message: "hotfix")
        let adopted = try await harness.pipelines.adopt(
            stage: StageKey(project: "shop", name: "test"),
            actor: "ada"
        )
        #expect(adopted.filter { $0.hasPrefix("stage/test of ") }.count == 1)
        #expect(adopted.contains { $0.contains("(hotfix) changed a.yaml") }, "\(adopted)")
    }
}
