import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// What needs a person is counted, and is shown on the card of its stage.
struct AttentionTests {
    private static let test = ViewTests.key("test")

    @Test func `while all is well, nothing needs a person`() async throws {
        let harness = try await ViewTests.harness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let view = try await harness.pipelines.attention(project: nil)
        #expect(view.failed.count == 0 && view.stuck.count == 0 && view.paused.isEmpty && view.drifted.count == 0)
        let project = try await harness.pipelines.project("shop")
        #expect(project.counts == ["ready": 2, "empty": 1] && project.state == .ready)
        #expect(project.stages.map { $0.contents.first?.artifacts.first?.version } == ["1.0.0", "1.0.0", nil])
    }

    @Test func `a host that is down keeps its kind to the stage's card, which counts as stuck after a while`()
        async throws
    {
        let harness = try await ViewTests.harness()
        try await harness.engine.drain()
        for _ in 0..<20 { harness.remote.fail(.unreachable(url: "https://git.test/ops.git", detail: "no route")) }
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let view = try await harness.pipelines.stage(Self.test)
        #expect(
            view.failure?.code == .outside && view.failure?.kind == .unreachable,
            "\(String(describing: view.failure))"
        )
        #expect(view.failure?.message.contains("no route") == true)
        #expect(view.openPromotion?.failure == view.failure && view.nextTry != nil)
        #expect(try await harness.pipelines.attention(project: nil).stuck.count == 0)
        let promotion = try await harness.pipelines.promotion(PromotionID(try #require(view.promotion)))
        #expect(promotion.failure == view.failure && promotion.stepCount == 4)

        harness.clock.advance(.seconds(901))
        let stuck = try await harness.pipelines.attention(project: "shop").stuck
        #expect(stuck.items.map(\.stage) == ["test"] && stuck.items.first?.promotion == view.promotion)
        #expect(try await harness.pipelines.project("shop").state == .stuck)
        // It got on: nothing of the failure stays.
        harness.remote.recover()
        try await harness.engine.drain()
        let after = try await harness.pipelines.stage(Self.test)
        #expect(after.state == .ready && after.failure == nil && after.lastPromotion?.failure == nil, "\(after)")
    }

    @Test func `a difference beyond the limits waits for acceptance, with the code of it`() async throws {
        let harness = try await ViewTests.harness()
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"]?.limits = Stage.Limits(
            deletedFiles: 0,
            changedFiles: 0
        )
        harness.engine.core.configuration = configuration
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let view = try await harness.pipelines.stage(Self.test)
        #expect(view.state == .awaitsAcceptance && view.failure?.code == .limits)
        #expect(view.lastPromotion?.awaitsAcceptance == true)
        let attention = try await harness.pipelines.attention(project: nil)
        #expect(attention.awaitsAcceptance.items.map(\.stage) == ["test"] && attention.failed.count == 0)
        // A person accepts it: the failure is over.
        let promotion = try await harness.pipelines.promotion(PromotionID(try #require(view.lastPromotion?.id)))
        #expect(promotion.steps.last?.failure?.code == .limits)
        _ = try await harness.pipelines.promote(
            stage: Self.test,
            freight: promotion.freight,
            acceptTree: promotion.branches.first?.tree.hex,
            actor: "ann"
        )
        try await harness.engine.drain()
        let after = try await harness.pipelines.stage(Self.test)
        #expect(after.state == .ready && after.failure == nil, "\(after)")
    }

    @Test func `each pause is counted by its kind, and ends by its own action`() async throws {
        let harness = try await ViewTests.harness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        try await harness.engine.core.transact { transaction, core in
            var record = transaction.state.stages[Self.test] ?? StageRecord(key: Self.test)
            for kind in [StageRecord.Pause.Kind.lostState, .twoWriters] {
                record.put(StageRecord.Pause(kind: kind, reason: "\(kind)", since: core.ports.clock.now()))
            }
            transaction.put(.putStage(record))
        }
        let view = try await harness.pipelines.stage(Self.test)
        #expect(
            view.pauses.map(\.kind) == [.lostState, .twoWriters] && view.state == .paused && view.phase == "Paused"
        )
        #expect(view.pauses.map(\.endedBy) == ["hoistway adopt shop/test --from-branches", "hoistway adopt shop/test"])
        let paused = try await harness.pipelines.attention(project: nil).paused
        #expect(paused.mapValues(\.count) == ["lostState": 1, "twoWriters": 1])

        // What is in the stage is not known: that comes first, and does not settle who else writes there.
        await #expect(throws: OperatorFailure.self) {
            try await harness.pipelines.adopt(stage: Self.test, actor: "ann")
        }
        _ = try await harness.pipelines.restore(stage: Self.test, actor: "ann")
        #expect(try await harness.pipelines.stage(Self.test).pauses.map(\.kind) == [.twoWriters])
        _ = try await harness.pipelines.adopt(stage: Self.test, actor: "ann")
        #expect(try await harness.pipelines.stage(Self.test).pauses.isEmpty)
    }
}
