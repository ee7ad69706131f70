import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// A promotion whose end is asked for at some point of it: nothing new begins, and its record says what was done.
struct AbortTests {
    private static let down = GitFailure.unreachable(url: "https://git.test/ops.git", detail: "down")

    /// Metadata, a push, and metadata again.
    private static func harness() async throws -> EngineHarness {
        let harness = try await EngineHarness()
        func remember(_ key: String) -> (String, [String: ConfigValue]) {
            let update: [String: ConfigValue] = [
                "kind": .string("Stage"), "name": .string("test"), "values": .map([key: .bool(true)]),
            ]
            return ("set-metadata", ["updates": .list([.map(update)])])
        }
        let checkout = ConfigValue.map(["branch": .string("main"), "path": .string("./repo")])
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(
            EngineHarness.templates([
                remember("before"),
                ("git-clone", ["repoURL": .string(harness.remote.displayURL), "checkout": .list([checkout])]),
                ("kustomize-set-image", ["path": .string("./repo/envs/test")]),
                ("git-commit", ["path": .string("./repo")]),
                ("git-push", ["path": .string("./repo")]),
                remember("after"),
            ])
        )
        harness.engine.core.configuration = configuration
        return harness
    }

    @Test func `asked for during a push, the end comes when the push is settled, and no step follows`() async throws {
        let harness = try await Self.harness()
        harness.remote.beforeNextPush {
            do {
                let open = try #require(await harness.promotions(.running).first)
                let view = try await harness.pipelines.abort(promotion: open.id, actor: "ann")
                #expect(view.phase == .running)
                #expect(view.message.contains("token ann has requested its abort"), "\(view.message)")
                await #expect(throws: OperatorFailure.self) {
                    try await harness.pipelines.abort(promotion: open.id, actor: "bob")
                }
            } catch {
                Issue.record(error)
            }
        }
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let record = try #require(await harness.promotions(.aborted).first)
        #expect(record.message == "Promotion terminated by token ann")
        #expect(record.branches.map(\.pushed) == [true], "the push is on record")
        #expect(try await harness.tag("test") == "1.0.0")
        let state = await harness.state
        #expect(state.intents.isEmpty)
        #expect(state.stages.values.first?.metadata == ["before": .bool(true)])
        #expect(state.stages.values.first?.history.isEmpty == true)
    }

    @Test(arguments: [true, false])
    func `asked for while nobody knows whether a push has arrived, the end comes when that is found out`(
        hasArrived: Bool
    ) async throws {
        let harness = try await Self.harness()
        harness.remote.trouble(nextPush: hasArrived ? .answerLost : .dropped)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let open = try #require(await harness.promotions(.running).first)
        harness.remote.fail(Self.down, Self.down, Self.down)
        _ = try await harness.pipelines.abort(promotion: open.id, actor: "ann")
        try await harness.engine.drain()
        let waiting = try #require(await harness.promotions(.running).first)
        #expect(waiting.abortedBy == "token ann" && waiting.nextTry != nil)
        harness.remote.recover()
        // A start of the program goes on with it.
        let second = try await EngineHarness(store: harness.store, remote: harness.remote)
        second.clock.advance(.seconds(3600))
        try await second.engine.drain()
        let record = try #require(await second.promotions(.aborted).first)
        #expect(record.branches.count(where: \.pushed) == (hasArrived ? 1 : 0))
        #expect(try await second.tag("test") == (hasArrived ? "1.0.0" : "0.9.0"))
        #expect(harness.remote.pushes == (hasArrived ? 1 : 0))
        #expect(await second.state.stages.values.first?.metadata == ["before": .bool(true)])
        #expect(await second.state.intents.isEmpty)
    }

    @Test func `asked for once more, a promotion ends whose push nobody can look up`() async throws {
        let harness = try await Self.harness()
        harness.remote.trouble(nextPush: .answerLost)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let open = try #require(await harness.promotions(.running).first)
        harness.remote.fail(Self.down, Self.down, Self.down)
        let first = try await harness.pipelines.abort(promotion: open.id, actor: "ann")
        #expect(first.phase == .running)
        try await harness.engine.drain()
        let second = try await harness.pipelines.abort(promotion: open.id, actor: "bob")
        #expect(second.phase == .aborted)
        #expect(second.message == "Promotion terminated by token ann")
        // The next promotion of the lane finds the push, which goes on the record of the one that has ended.
        harness.remote.recover()
        harness.clock.advance(.seconds(3600))
        harness.receive("1.1.0")
        try await harness.engine.drain()
        #expect(await harness.state.intents.isEmpty)
        let late = try #require(await harness.promotions(.aborted).first)
        #expect(late.id == open.id && late.branches.map(\.pushed) == [true] && late.steps == open.steps)
        #expect(await harness.state.promotions[open.id] == .ended(EndedPromotion(late)))
    }

    @Test func `asked for after an effect, no next step begins, and the effect stays`() async throws {
        let harness = try await Self.harness()
        harness.remote.trouble(nextPush: .dropped)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let open = try #require(await harness.promotions(.running).first)
        // It is known that the push did not arrive.
        try await harness.engine.core.transact { transaction, _ in
            for intent in transaction.state.intents.keys { transaction.put(.removeIntent(intent)) }
        }
        let view = try await harness.pipelines.abort(promotion: open.id, actor: "ann")
        #expect(view.phase == .aborted)
        harness.clock.advance(.seconds(3600))
        try await harness.engine.drain()
        let record = try #require(await harness.promotions(.aborted).first)
        #expect(record.stepRecords.first?.status == .succeeded)
        #expect(harness.remote.pushes == 0)
        #expect(try await harness.tag("test") == "0.9.0")
        #expect(await harness.state.stages.values.first?.metadata == ["before": .bool(true)])
    }

    @Test func `an effect that was under way when the program ended is not sent again for a promotion that is to end`()
        async throws
    {
        let harness = try await Self.harness()
        harness.remote.trouble(nextPush: .dropped)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let id = try #require(await harness.promotions(.running).first).id
        try await harness.engine.core.transact { transaction, _ in
            guard var record = transaction.state.openPromotion(id) else { return }
            for intent in transaction.state.intents.keys { transaction.put(.removeIntent(intent)) }
            record.stepRecords[5].status = .running
            record.stepRecords[5].began = true
            record.stepRecords[5].isOpen = true
            transaction.put(.putPromotion(record))
        }
        _ = try await harness.pipelines.abort(promotion: id, actor: "ann")
        #expect(await harness.promotions(.running).map(\.id) == [id])
        harness.clock.advance(.seconds(3600))
        try await harness.engine.drain()
        let record = try #require(await harness.promotions(.aborted).first)
        #expect(record.stepRecords[5].status == .aborted)
        #expect(record.stepRecords[5].message.contains("nobody knows whether it was done"))
        #expect(harness.remote.pushes == 0)
    }
}
