import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// T1, T2: what people are shown as the freight of a stage is in it, or they are told what is not.
struct PresentFreightTests {
    private static let stage = StageKey(project: "shop", name: "test")

    private static func harness(_ change: (inout StageRecord.Collection, FreightID) -> Void) async throws
        -> (EngineHarness, FreightView)
    {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        var record = try #require(await harness.state.stages[stage])
        let id = try #require(record.history[0].items["app"])
        change(&record.history[0], id)
        let changed = record
        try await harness.engine.core.transact { transaction, _ in transaction.put(.putStage(changed)) }
        let freight = try await harness.pipelines.freight(project: nil, warehouse: nil, limit: 9)
        return (harness, try #require(freight.first))
    }

    @Test func `T2: freight whose promotion was skipped is not called present anywhere`() async throws {
        let (harness, freight) = try await Self.harness { collection, _ in
            collection.undelivered = ["app": "every step was skipped"]
        }
        let stage = try #require(try await harness.pipelines.stages(project: nil).first)
        #expect(stage.current.count == 1 && stage.current[0].hasSuffix(" (not there: every step was skipped)"))
        #expect(freight.currentlyIn == [])
        for name in [nil, freight.id] {
            let why = try await harness.pipelines.why(stage: Self.stage, freight: name)
            let all = [why.verdict] + why.lines
            #expect(!all.contains { $0.contains("is in test") }, "\(all)")
            #expect(all.contains { $0.contains("is not there: every step was skipped") }, "\(all)")
        }
    }

    @Test func `T1: a commit that was taken by branch is named beside the freight's`() async throws {
        let carried = try #require(ObjectID(String(repeating: "1", count: 40)))
        let delivered = try #require(ObjectID(String(repeating: "2", count: 40)))
        let (harness, freight) = try await Self.harness { collection, _ in
            collection.deliveredCommits = [
                DeliveredCommit(warehouse: "app", carried: carried, delivered: delivered, ref: "main")
            ]
        }
        let stage = try #require(try await harness.pipelines.stages(project: nil).first)
        let note = "not commit 1111111: 2222222 of main was delivered"
        #expect(stage.current.count == 1 && stage.current[0].hasSuffix(" (\(note))"), "\(stage.current)")
        #expect(freight.currentlyIn == ["test"])
        let why = try await harness.pipelines.why(stage: Self.stage, freight: nil)
        #expect(why.lines.contains { $0.hasSuffix(note) }, "\(why.lines)")
    }

    @Test func `what was delivered as it is has no note`() async throws {
        let (harness, freight) = try await Self.harness { _, _ in }
        let stage = try #require(try await harness.pipelines.stages(project: nil).first)
        #expect(stage.current.count == 1 && !stage.current[0].contains("("), "\(stage.current)")
        #expect(freight.currentlyIn == ["test"])
    }
}
