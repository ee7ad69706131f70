import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// `requiredSoakTime` from the event to the branch, by a clock that is moved by hand.
struct SoakTests {
    private static let uat = StageKey(project: "shop", name: "uat")

    private static func harness() async throws -> EngineHarness {
        let harness = try await EngineHarness(stages: ["test", "uat"])
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["uat"]?.requestedFreight = [
            FreightRequest(warehouse: "app", direct: false, stages: ["test"], requiredSoak: .seconds(600))
        ]
        harness.engine.core.configuration = configuration
        return harness
    }

    @Test func `freight reaches the next stage when its soak time is over, and why says until when`() async throws {
        let harness = try await Self.harness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let since = try #require(await harness.state.freight.values.first?.currentlyIn["test"])
        #expect(harness.engine.core.decider.nextLook == since + .seconds(600))
        let why = try await harness.pipelines.why(stage: Self.uat, freight: nil)
        #expect(
            why.verdict.hasSuffix("soaked 0 s of 10 m in test, until \((since + .seconds(600)).rfc3339)"),
            "\(why.verdict)"
        )
        harness.clock.advance(.seconds(599))
        try await harness.engine.drain()
        #expect(try await harness.tag("uat") == "0.9.0")
        harness.clock.advance(.seconds(1))
        try await harness.engine.drain()
        #expect(try await harness.tag("uat") == "1.0.0")
    }

    @Test(.timeLimit(.minutes(5)))
    func `the clock alone wakes the dispatcher, nobody has to ask`() async throws {
        let harness = try await Self.harness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        harness.clock.advance(.seconds(600))
        // What is left of the time is over: the shortest pause there is.
        harness.clock.endAtOnce(.milliseconds(10))
        let supervisor = Task { await LaneSupervisor(core: harness.engine.core).run() }
        let changes = harness.engine.core.ledger.feed
        var seen = changes.revision.number
        while try await harness.tag("uat") != "1.0.0" {
            await changes.wait(beyond: seen)
            seen = changes.revision.number
        }
        supervisor.cancel()
        await supervisor.value
    }
}
