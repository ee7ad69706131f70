import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// A repository that cannot be read is a failure of the step that checks it out, and of no other.
struct UnreadableRemoteTests {
    private static func step(
        _ uses: String,
        _ alias: String,
        _ config: [String: ConfigValue],
        if condition: String? = nil,
        threshold: Int = 1,
        continueOnError: Bool = false
    ) -> StepTemplate {
        StepTemplate(
            uses: uses,
            alias: alias,
            config: .map(config),
            condition: condition,
            continueOnError: continueOnError,
            errorThreshold: threshold,
            place: EngineHarness.place
        )
    }

    private static func clone(
        _ harness: EngineHarness,
        if condition: String? = nil,
        threshold: Int = 1,
        continueOnError: Bool = false
    ) -> StepTemplate {
        step(
            "git-clone",
            "clone",
            [
                "repoURL": .string(harness.remote.displayURL),
                "checkout": .list([.map(["branch": .string("main"), "path": .string("./src")])]),
            ],
            if: condition,
            threshold: threshold,
            continueOnError: continueOnError
        )
    }

    private static let note = step("compose-output", "note", ["a": .string("b")])

    private static func run(
        _ steps: (EngineHarness) -> [StepTemplate]
    ) async throws -> (harness: EngineHarness, promotion: PromotionRecord) {
        let harness = try await EngineHarness()
        try await harness.engine.drain()
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(steps(harness))
        harness.engine.core.configuration = configuration
        for _ in 0..<20 { harness.remote.fail(.notFound(url: harness.remote.displayURL)) }
        harness.receive("1.0.0")
        try await harness.engine.drain()
        return (harness, try #require(harness.wholes.first))
    }

    @Test func `steps before it run, and the promotion waits at that step`() async throws {
        let (_, promotion) = try await Self.run { [Self.note, Self.clone($0), Self.step("fail", "end", [:])] }
        #expect(promotion.phase == .running)
        #expect(promotion.stepRecords.map(\.status) == [.succeeded, .running, .pending])
        #expect(promotion.message.hasPrefix("clone: https://git.test/ops.git"), "\(promotion.message)")
    }

    @Test func `its error threshold, and that it may fail, are obeyed`() async throws {
        let (_, going) = try await Self.run { [Self.clone($0, continueOnError: true), Self.note] }
        #expect(going.phase == .succeeded)
        #expect(going.stepRecords.map(\.status) == [.errored, .succeeded])
        let always = Self.step("compose-output", "always", ["a": .string("b")], if: "${{ always() }}")
        let (harness, counted) = try await Self.run { [Self.clone($0, threshold: 2), Self.note, always] }
        #expect(counted.phase == .running)
        harness.clock.advance(.seconds(3600))
        try await harness.engine.drain()
        let ended = try #require(await harness.promotions(.errored).first)
        #expect(ended.stepRecords.map(\.status) == [.errored, .skipped, .succeeded])
    }

    @Test(arguments: ["${{ outputs.note.a == 'x' }}", "${{ failure() }}"])
    func `a step whose if is false asks nobody`(_ condition: String) async throws {
        let (_, promotion) = try await Self.run { [Self.note, Self.clone($0, if: condition)] }
        #expect(promotion.phase == .succeeded, "\(promotion.message)")
        #expect(promotion.stepRecords.map(\.status) == [.succeeded, .skipped])
    }
}
