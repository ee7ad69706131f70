import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// What a person asks for while more than a thousand deliveries wait to be decided.
struct RequestsInRushTests {
    private static let waiting = 1_000

    private let harness: EngineHarness
    private let intake: IntakeService

    /// Stage `prod` has 1.0.0; 1.1.0 is known, and what a rush brings waits behind it.
    init() async throws {
        harness = try await EngineHarness(stages: ["prod"])
        intake = IntakeService(core: harness.engine.core, inbox: harness.engine.inbox)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.promotionPolicies = []
        _ = try await harness.engine.take(configuration)
        harness.receive("1.1.0")
        try await harness.engine.drain()
        for number in 1...2_500 { harness.receive("0.9.\(number)") }
        try await intake.takeOne()
    }

    private var undecided: Int {
        get async throws { try await harness.store.deliveryCounts()[.received, default: 0] }
    }

    /// Runs what a person asks for beside the batch that is decided just then.
    private func besideRush<Value: Sendable>(_ request: @Sendable () async throws -> Value) async throws -> Value {
        #expect(try await undecided > Self.waiting)
        async let batch = intake.takeOne()
        let value = try await request()
        _ = try await batch
        #expect(try await undecided > Self.waiting, "the request waited for the rush")
        return value
    }

    private func alias(of version: String) async throws -> String {
        let freight = try await harness.pipelines.freight(project: "shop", warehouse: "app", limit: 10)
        return try #require(freight.first { $0.contents.first?.version == version }?.alias)
    }

    private static let prod = StageKey(project: "shop", name: "prod")

    @Test func `a promotion is made, and reaches its branch`() async throws {
        let alias = try await alias(of: "1.1.0")
        try await besideRush {
            _ = try await harness.pipelines.promote(stage: Self.prod, freight: alias, acceptTree: nil, actor: "ada")
            try await LaneSupervisor(core: harness.engine.core).drain()
        }
        #expect(try await harness.tag("prod") == "1.1.0")
    }

    @Test func `an approval is stored`() async throws {
        let alias = try await alias(of: "1.1.0")
        try await besideRush {
            _ = try await harness.pipelines.approve(stage: Self.prod, freight: alias, actor: "ada")
        }
        #expect(await harness.state.freight.values.contains { !$0.approvedFor.isEmpty })
    }

    @Test func `a promotion is aborted`() async throws {
        let alias = try await alias(of: "1.1.0")
        _ = try await harness.pipelines.promote(stage: Self.prod, freight: alias, acceptTree: nil, actor: "ada")
        let open = try #require(await harness.promotions(.pending).first)
        let view = try await besideRush {
            try await harness.pipelines.abort(promotion: open.id, actor: "ada")
        }
        #expect(view.phase == .aborted)
    }
}
