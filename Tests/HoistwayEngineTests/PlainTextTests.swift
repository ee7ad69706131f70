import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// What people read of a promotion: in commits, in its reason, and of who asked for it.
struct PlainTextTests {
    private static let key = StageKey(project: "shop", name: "test")

    // T16
    @Test func `a commit message names no path of the server`() async throws {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let head = try #require(harness.remote.head("main"))
        let message = try await harness.remote.commit(head).message
        #expect(message.contains("auto-promotion is on"), "\(message)")
        #expect(!message.contains(EngineHarness.place.file), "\(message)")
        // Where the policy stands is for those who ask why.
        let why = try await harness.pipelines.why(stage: Self.key, freight: nil)
        #expect(why.lines.contains { $0.contains(EngineHarness.place.file) })
    }

    // T16
    @Test func `whoever asks is called by the token's name, and as a token`() async throws {
        let harness = try await EngineHarness(mode: .observe)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        var configuration = harness.engine.core.configuration
        configuration.mode = .promote
        try await harness.engine.take(configuration)
        let freight = try #require(await harness.state.freight.values.first).freight.alias
        let view = try await harness.pipelines.promote(
            stage: Self.key,
            freight: freight,
            acceptTree: nil,
            actor: "first"
        )
        #expect(view.actor == "first" && view.reason.hasPrefix("asked for by token first;"), "\(view)")
        try await harness.engine.drain()
        let head = try #require(harness.remote.head("main"))
        #expect(try await harness.remote.commit(head).message.contains("by token first"))
        _ = try await harness.pipelines.approve(stage: Self.key, freight: freight, actor: "first")
        let record = try #require(await harness.state.freight.values.first)
        let availability = Availability.of(
            record,
            to: try #require(configuration.pipelines.stage(Self.key)),
            mode: .promote,
            now: harness.clock.now()
        )
        #expect(availability.reason == "approved for test by token first")
    }
}
