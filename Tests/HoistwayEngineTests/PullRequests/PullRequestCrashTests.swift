import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayEngine

/// The program ends at each write to its state, with all that it has done outside since the write before: it goes on from
/// there, and does nothing twice.
struct PullRequestCrashTests {
    private typealias Harness = PullRequestHarness

    /// Runs until the state has taken `commits` writes, and goes on in another life.
    ///
    /// - Returns: whether the first life was cut off.
    private static func run(
        dyingAfter commits: Int,
        steps: (String, String) -> [StepTemplate],
        between: (Harness) async throws -> Void = { _ in },
        _ check: (Harness) async throws -> Void
    ) async throws -> Bool {
        let (second, wasCut) = try await secondLife(after: commits, steps: steps)
        try await second.drain(after: .seconds(60))
        try await between(second)
        for _ in 0..<4 { try await second.drain(after: .seconds(400)) }
        try await check(second)
        return wasCut
    }

    /// The life that follows one whose state has taken `commits` writes, and whether that was cut off.
    private static func secondLife(
        after commits: Int,
        steps: (String, String) -> [StepTemplate]
    ) async throws -> (harness: Harness, wasCut: Bool) {
        let store = InMemoryStateStore()
        let first = try await Harness(store: store, steps: steps)
        first.engine.receive("1.0.0")
        store.die(after: commits)
        let isOver = Mutex(false)
        let life = Task {
            try? await first.drain()
            isOver.withLock { $0 = true }
        }
        try await eventually("the first life is cut off, or has nothing left to do") {
            let isDone = isOver.withLock { $0 }
            return isDone || store.refused > 0
        }
        life.cancel()
        await life.value
        let wasCut = store.refused > 0
        store.die(after: nil)
        return (try await first.again(steps: steps), wasCut)
    }

    @Test func `killed at any write, it opens one pull request and waits for that`() async throws {
        var cuts = 0
        for commits in 0..<14 {
            cuts +=
                try await Self.run(
                    dyingAfter: commits,
                    steps: Harness.openAndWait,
                    between: { harness in
                        #expect(harness.forge.opened == 1, "after \(commits) writes")
                        try await harness.forge.mergeByHand(1)
                        try await harness.tell()
                    },
                    { harness in
                        let record = try await harness.promotion()
                        #expect(record.phase == .succeeded, "after \(commits) writes: \(record.message)")
                        #expect(
                            harness.forge.opened == 1 && harness.engine.remote.pushes == 1,
                            "after \(commits) writes"
                        )
                    }
                ) ? 1 : 0
        }
        #expect(cuts > 5)
    }

    @Test func `killed at any write, it merges once`() async throws {
        for commits in 0..<16 {
            _ = try await Self.run(dyingAfter: commits, steps: Harness.openAndMerge([:])) { harness in
                let record = try await harness.promotion()
                #expect(record.phase == .succeeded, "after \(commits) writes: \(record.message)")
                #expect(harness.forge.opened == 1 && harness.forge.merged == 1, "after \(commits) writes")
            }
        }
    }

    @Test func `killed at any write and aborted then, it says left open of what is open alone`() async throws {
        var (open, merged) = (0, 0)
        for commits in 0..<16 {
            let (second, _) = try await Self.secondLife(after: commits, steps: Harness.openAndMerge([:]))
            let known = await second.engine.state.openPromotions.first { _ in true }
            guard let record = known else { continue }
            _ = try await second.engine.pipelines.abort(promotion: record.id, actor: "first")
            for _ in 0..<4 { try await second.drain(after: .seconds(400)) }
            let ended = try await second.promotion()
            let isOpen = second.forge.all.contains { $0.state == .open }
            guard ended.phase == .aborted else { continue }
            #expect(ended.message.contains("left open") == isOpen, "after \(commits) writes: \(ended.message)")
            open += isOpen ? 1 : 0
            merged += second.forge.merged
        }
        #expect(open > 0 && merged > 0)
    }
}
