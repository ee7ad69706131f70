import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayEngine

/// Before a push only its intent waits for the disk: the machine may end at any moment, and loses nothing by it.
struct MachineLossTests {
    @Test func `from a delivery to its push, one commit waits for the disk`() async throws {
        let harness = try await EngineHarness()
        // Its branches have been looked at before.
        try await harness.engine.drain()
        let known = harness.store.durabilities.count
        let seen = Mutex<[Durability]>([])
        harness.remote.beforeNextPush {
            seen.withLock { $0 = Array(harness.store.durabilities.dropFirst(known)) }
        }
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(harness.remote.pushes == 1)
        // The decision, the beginning of the run, the intent.
        #expect(seen.withLock(\.self) == [.program, .program, .disk])
        #expect(harness.store.durabilities.last == .disk, "the end of the promotion")
    }

    @Test func `whenever the machine ends, nothing is lost, and nothing is pushed twice`() async throws {
        var cuts = 0
        var pushed = 0
        for commits in 0..<8 {
            let store = InMemoryStateStore()
            let first = try await EngineHarness(store: store)
            try await first.engine.drain()
            first.receive("1.0.0")
            store.die(after: commits)
            let isOver = Mutex(false)
            let life = Task {
                try? await first.engine.drain()
                isOver.withLock { $0 = true }
            }
            try await eventually("the first life is cut off, or has nothing left to do") {
                isOver.withLock { $0 } || store.refused > 0
            }
            life.cancel()
            await life.value
            cuts += store.refused > 0 ? 1 : 0
            pushed += first.remote.pushes
            store.die(after: nil)
            store.loseUnsynced()
            let second = try await EngineHarness(store: store, remote: first.remote)
            for pause in [60, 400] as [Int64] {
                second.clock.advance(.seconds(pause))
                try await second.engine.drain()
            }
            #expect(try await second.tag("test") == "1.0.0", "after \(commits) writes")
            #expect(second.remote.pushes == 1, "after \(commits) writes")
            #expect(await second.promotions(.succeeded).count == 1, "after \(commits) writes")
            #expect(await second.state.intents.isEmpty, "after \(commits) writes")
            let delivery = try await store.delivery(DeliveryID(1))
            #expect(delivery?.state == .done, "after \(commits) writes")
        }
        #expect(cuts > 3, "the end came before the decision, the run, the intent and the record of the push")
        #expect(pushed > 0 && pushed < 8)
    }
}
