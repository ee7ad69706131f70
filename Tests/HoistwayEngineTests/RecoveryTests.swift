import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

struct RecoveryTests {
    @Test func `a push whose answer was lost is found on the branch and not made again`() async throws {
        let store = InMemoryStateStore()
        let first = try await EngineHarness(store: store)
        first.receive("1.0.0")
        first.remote.trouble(nextPush: .answerLost)
        try await first.engine.drain()
        #expect(await first.state.intents.count == 1)
        // The process dies here; another one begins with what was stored.
        let second = try await EngineHarness(store: store, remote: first.remote)
        second.clock.advance(.seconds(600))
        try await second.engine.drain()
        let promotion = try #require(await second.promotions(.succeeded).first)
        #expect(promotion.branches.count(where: \.pushed) == 1)
        #expect(await second.state.intents.isEmpty)
        #expect(second.remote.pushes == 1)
        #expect(await second.state.stages.values.first?.history.count == 1)
    }

    @Test func `a stop in the middle of a push blames nobody, and the push is found afterwards`() async throws {
        let store = InMemoryStateStore()
        let first = try await EngineHarness(store: store)
        try await first.engine.drain()
        first.receive("1.0.0")
        first.remote.trouble(nextPush: .answerLost)
        let stop = Signal()
        let stopped = Signal()
        first.remote.beforeNextPush {
            stop.notify()
            await stopped.wait(since: 0)
        }
        let running = Task { try await first.engine.drain() }
        await stop.wait(since: 0)
        running.cancel()
        stopped.notify()
        _ = try? await running.value
        let record = try #require(first.wholes.first)
        #expect(record.phase == .running)
        #expect(record.attempts == 0 && record.nextTry == nil && record.trouble == nil && record.run == nil)
        #expect(record.message == "")
        #expect(await first.state.intents.count == 1)
        let second = try await EngineHarness(store: store, remote: first.remote)
        try await second.engine.drain()
        #expect(await second.promotions(.succeeded).count == 1)
        #expect(second.remote.pushes == 1)
    }

    @Test func `a push that never arrived is made again`() async throws {
        let store = InMemoryStateStore()
        let first = try await EngineHarness(store: store)
        first.receive("1.0.0")
        first.remote.trouble(nextPush: .dropped)
        try await first.engine.drain()
        #expect(try await first.tag("test") == "0.9.0")
        let second = try await EngineHarness(store: store, remote: first.remote)
        second.clock.advance(.seconds(600))
        try await second.engine.drain()
        #expect(try await second.tag("test") == "1.0.0")
        #expect(await second.promotions(.succeeded).count == 1)
    }

    @Test func `an aborted promotion is not pushed`() async throws {
        let harness = try await EngineHarness()
        // Its branches have been looked at before.
        try await harness.engine.drain()
        // The read of what was just looked at, and the question that follows.
        let gone = GitFailure.unreachable(url: "https://git.test/ops.git", detail: "down")
        harness.remote.fail(gone, gone)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let running = try #require(await harness.promotions(.running).first)
        _ = try await harness.pipelines.abort(promotion: running.id, actor: "ada")
        harness.clock.advance(.seconds(600))
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "0.9.0")
        #expect(await harness.promotions(.aborted).map(\.message) == ["Promotion terminated by token ada"])
    }

    @Test func `a promotion is seen to run while it is built, and is not pushed if it is aborted then`() async throws {
        let harness = try await EngineHarness()
        try await harness.engine.drain()
        harness.remote.beforeNextLoad {
            for _ in 0..<500 {
                if let running = await harness.promotions(.running).first {
                    _ = try? await harness.pipelines.abort(promotion: running.id, actor: "ada")
                    return
                }
                try? await Task.sleep(for: .milliseconds(10))
            }
        }
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(harness.remote.pushes == 0)
        let aborted = await harness.promotions(.aborted)
        #expect(aborted.map(\.message) == ["Promotion terminated by token ada"])
        #expect(aborted.first?.branches.isEmpty == true)
        #expect(await harness.state.intents.isEmpty)
    }

    @Test func `a push to a repository that is gone holds up its own promotion only`() async throws {
        let harness = try await EngineHarness(stages: ["a", "b"])
        try await harness.engine.drain()
        let down = GitFailure.unreachable(url: "https://git.test/ops.git", detail: "down")
        harness.remote.fail(down, down)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        harness.remote.recover()
        let running = await harness.promotions(.running)
        let first = try #require(running.first { $0.stage.name == "a" })
        #expect(running.count == 2)
        let now = harness.clock.now()
        try await harness.engine.core.transact { transaction, _ in
            let commit = PushIntent.Commit(id: .zero, promotion: first.id)
            transaction.put(
                .putIntent(
                    PushIntent(
                        id: "1",
                        project: "shop",
                        remote: "https://gone.test/other.git",
                        insecureSkipTLSVerify: false,
                        branches: [PushIntent.Branch(branch: "main", old: .zero, commits: [commit])],
                        createdAt: now
                    )
                )
            )
        }
        harness.clock.advance(.seconds(600))
        try await harness.engine.drain()
        let all = await harness.state.promotions.values.map { "\($0.stage.name) \($0.phase) \($0.message)" }
        #expect(await harness.promotions(.succeeded).map(\.stage.name) == ["b"], "\(all)")
        let waiting = try #require(await harness.promotions(.running).first)
        #expect(waiting.stage.name == "a" && waiting.nextTry != nil)
        #expect(waiting.message.contains("no such host"), "\(waiting.message)")
        #expect(await harness.state.intents.count == 1)
    }
}
