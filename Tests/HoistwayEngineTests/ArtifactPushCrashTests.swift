import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayEngine

/// The program ends at each write to its state while `oci-push` works: at its intent, after its effect, at its outcome.
struct ArtifactPushCrashTests {
    private static let (source, target) = ("reg.test/shop/api:1", "prod.test/api:one")
    private static let digest = "sha256:" + String(repeating: "a", count: 64)

    private static func harness(
        _ artifacts: InMemoryArtifacts,
        store: InMemoryStateStore,
        remote: InMemoryGitRemote? = nil
    ) async throws -> EngineHarness {
        let harness = try await EngineHarness(store: store, remote: remote, ports: { $0.artifacts = artifacts })
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(
            EngineHarness.templates([
                ("oci-push", ["srcRef": .string(source), "destRef": .string(target)])
            ])
        )
        harness.engine.core.configuration = configuration
        return harness
    }

    /// Runs until the state has taken so many writes, and goes on in another life; gives whether the first was cut off.
    private static func run(
        dyingAfter commits: Int,
        _ artifacts: InMemoryArtifacts,
        between: () -> Void = {},
        _ check: (PromotionRecord) throws -> Void
    ) async throws -> Bool {
        let store = InMemoryStateStore()
        let first = try await harness(artifacts, store: store)
        first.receive("1.0.0")
        store.die(after: commits)
        let isOver = Mutex(false)
        let life = Task {
            try? await first.engine.drain()
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
        between()
        let second = try await harness(artifacts, store: store, remote: first.remote)
        for pause in [60, 400, 400] as [Int64] {
            second.clock.advance(.seconds(pause))
            try await second.engine.drain()
        }
        try check(try #require(second.wholes.first { $0.stage.name == "test" }))
        return wasCut
    }

    @Test func `killed at any write, it writes the tag once`() async throws {
        var cuts = 0
        var effects = 0
        for commits in 0..<12 {
            let artifacts = InMemoryArtifacts()
            artifacts.tag(Self.source, Self.digest)
            let wasCut = try await Self.run(
                dyingAfter: commits,
                artifacts,
                between: { effects += artifacts.written.isEmpty ? 0 : 1 }
            ) { record in
                #expect(record.phase == .succeeded, "after \(commits) writes: \(record.message)")
                #expect(artifacts.written == [Self.target], "after \(commits) writes")
                #expect(artifacts.digest(Self.target) == Self.digest)
            }
            cuts += wasCut ? 1 : 0
        }
        #expect(cuts > 3, "the kill came before the intent, before the effect and before the outcome")
        #expect(effects > 0 && effects < 12)
    }

    @Test func `killed behind the effect, it never takes the tag from somebody who has moved it since`() async throws {
        var isMoved = 0
        for commits in 0..<12 {
            let artifacts = InMemoryArtifacts()
            artifacts.tag(Self.source, Self.digest)
            let other = "sha256:" + String(repeating: "b", count: 64)
            var wasWritten = false
            let wasCut = try await Self.run(
                dyingAfter: commits,
                artifacts,
                between: {
                    wasWritten = !artifacts.written.isEmpty
                    if wasWritten { artifacts.tag(Self.target, other) }
                }
            ) { record in
                #expect(artifacts.written.count == 1, "after \(commits) writes: \(record.message)")
                guard wasWritten else { return }
                #expect(artifacts.digest(Self.target) == other, "after \(commits) writes: \(record.message)")
                if record.phase == .failed { isMoved += 1 }
            }
            if !wasCut { break }
        }
        #expect(isMoved > 0, "a kill between the effect and its outcome fails the promotion, and says why")
    }
}
