import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// A step's change of the own state where the disk is full at that moment.
struct StateChangeStoringTests {
    @Test func `what could not be stored is stored at the next try, with the step's success`() async throws {
        let harness = try await EngineHarness()
        var configuration = harness.engine.core.configuration
        let pushing = EngineHarness.copying(remote: harness.remote.displayURL, branch: "stage/test")
        let remembering = StepTemplate(
            uses: "set-metadata",
            alias: "remember",
            config: .map([
                "updates": .list([
                    .map([
                        "kind": .string("Stage"), "name": .string("test"), "values": .map(["last": .string("1.0.0")]),
                    ])
                ])
            ]),
            place: EngineHarness.place
        )
        configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps([remembering] + pushing)
        harness.engine.core.configuration = configuration
        harness.store.failOnce { changes in
            let isResult = changes.contains { if case .putStepResults = $0 { true } else { false } }
            return isResult ? .full(path: "/state") : nil
        }
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let stage = StageKey(project: "shop", name: "test")
        let waiting = try #require(await harness.promotions(.running).first)
        #expect(waiting.stepRecords.first?.status == .running)
        #expect(await harness.state.stages[stage]?.metadata == nil)
        harness.clock.advance(.seconds(600))
        try await harness.engine.drain()
        #expect(await harness.promotions(.succeeded).count == 1)
        #expect(await harness.state.stages[stage]?.metadata == ["last": .string("1.0.0")])
    }

    private static func setting(_ stage: String) -> StepTemplate {
        StepTemplate(
            uses: "set-metadata",
            alias: "remember",
            config: .map([
                "updates": .list([
                    .map([
                        "kind": .string("Stage"), "name": .string(stage), "values": .map(["last": .string("1.0.0")]),
                    ])
                ])
            ]),
            place: EngineHarness.place
        )
    }

    private static func run(_ steps: [StepTemplate]) async throws -> EngineHarness {
        let harness = try await EngineHarness()
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(steps)
        harness.engine.core.configuration = configuration
        harness.receive("1.0.0")
        try await harness.engine.drain()
        return harness
    }

    @Test func `later steps of the promotion see what it has stored`() async throws {
        let reading = StepTemplate(
            uses: "compose-output",
            alias: "read",
            config: .map(["last": .string("${{ stageMetadata(ctx.stage).last }}")]),
            place: EngineHarness.place
        )
        let harness = try await Self.run([Self.setting("test"), reading])
        let promotion = try #require(await harness.promotions(.succeeded).first)
        let results = try await harness.store.stepResults(of: promotion.id)
        #expect(results.first { $0.alias == "read" }?.outputs == ["last": .string("1.0.0")])
    }

    @Test func `metadata of what is not there is a technical error`() async throws {
        let harness = try await Self.run([Self.setting("nope")])
        let promotion = try #require(await harness.promotions(.errored).first)
        #expect(promotion.message.contains("there is no stage 'nope' in this project"))
    }
}
