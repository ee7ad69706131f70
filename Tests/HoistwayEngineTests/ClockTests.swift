import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Clocks are set: by an hour back, by a day ahead.
struct ClockTests {
    private static let hourBack = Duration.seconds(-3600)
    private static let dayAhead = Duration.seconds(86_400)

    private static func stuck() async throws -> EngineHarness {
        let harness = try await EngineHarness()
        // Its branches have been looked at before.
        try await harness.engine.drain()
        // The read of what was just looked at, and the question that follows.
        let gone = GitFailure.unreachable(url: "https://git.test/ops.git", detail: "connection refused")
        harness.remote.fail(gone, gone)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(await harness.promotions(.running).first?.nextTry != nil)
        harness.remote.recover()
        return harness
    }

    @Test(arguments: [hourBack, dayAhead])
    func `a promotion that waits for its next try is not held up by a clock that is set`(jump: Duration) async throws {
        let harness = try await Self.stuck()
        harness.clock.advance(jump)
        // What it would have waited for.
        harness.clock.advance(.seconds(5))
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.0.0")
        let promotion = try #require(await harness.promotions(.succeeded).first)
        #expect(promotion.finishedAt != nil)
    }

    @Test func `a delivery that waits for a registry is not held up by a clock that was set back`() async throws {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        let later = harness.clock.now() + .seconds(20)
        try await harness.store.commit(
            [],
            deliveries: [
                DeliveryOutcome(id: DeliveryID(1), state: .waiting, reason: "waits", nextTry: later, attempts: 1)
            ],
            audit: []
        )
        #expect(try await harness.store.pending(.due(harness.clock.now()), limit: 9).isEmpty)
        harness.clock.advance(Self.hourBack)
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.0.0")
    }

    @Test(arguments: [hourBack, dayAhead])
    func `what came later stays later: newest freight wins, and the queue keeps its order`(jump: Duration) async throws
    {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        harness.clock.advance(jump)
        harness.receive("1.1.0")
        try await harness.engine.drain()
        harness.clock.advance(.seconds(60))
        harness.receive("1.2.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.2.0")
        let freight = await harness.state.freight.values.map(\.freight).sorted { $0.discoveredAt < $1.discoveredAt }
        #expect(freight.map(\.summary).map { $0.contains("1.0.0") ? 0 : $0.contains("1.1.0") ? 1 : 2 } == [0, 1, 2])
        let ids = await harness.promotions(.succeeded).map(\.id)
        #expect(ids.count == 3 && ids == ids.sorted())
    }

    @Test func `soaking counts no time that did not pass, and is not over for a clock that was set back`() async throws
    {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let record = try #require(await harness.state.freight.values.first)
        var stage = try #require(harness.engine.core.configuration.pipelines.projects["shop"]?.stages["test"])
        stage.requestedFreight = [
            FreightRequest(warehouse: "app", direct: false, stages: ["test"], requiredSoak: .seconds(600))
        ]
        harness.clock.advance(Self.hourBack)
        #expect(!Availability.of(record, to: stage, mode: .promote, now: harness.clock.now()).isAvailable)
        harness.clock.advance(.seconds(3600 + 601))
        #expect(Availability.of(record, to: stage, mode: .promote, now: harness.clock.now()).isAvailable)
    }

    @Test func `nothing is forgotten early by a clock that was set back, and only what is old by one set ahead`()
        async throws
    {
        let harness = try await EngineHarness()
        for minor in 0..<30 {
            harness.receive("1.\(minor).0")
            try await harness.engine.drain()
        }
        let state = await harness.state
        let now = harness.clock.now()
        #expect(Pruning.changes(in: state, now: now + Self.hourBack).isEmpty)
        #expect(Pruning.changes(in: state, now: now + Self.dayAhead).isEmpty)
        let old = Pruning.changes(in: state, now: now + .seconds(15 * 86_400))
        // What is in use, and twenty before it, stay whatever the clock says.
        #expect(!old.isEmpty && old.count < state.promotions.count + state.freight.count - 20)
    }
}
