import HoistwayEngine
import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

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
        #expect(await harness.promotions(.aborted).map(\.message) == ["Promotion terminated by ada"])
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
        #expect(aborted.map(\.message) == ["Promotion terminated by ada"])
        #expect(aborted.first?.branches.isEmpty == true)
        #expect(await harness.state.intents.isEmpty)
    }
}
