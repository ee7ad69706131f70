import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Synchronization
import Testing

@testable import HoistwayEngine

/// Health where no watch tells of an Application, and how often it is asked for.
struct UnwatchedHealthTests {
    private static func rig(_ standing: ApplicationWatchStanding) async throws -> HealthRig {
        try await HealthRig(ports: { UnwatchedNamespace(argocd: $0, namespace: "argocd", standing: standing) })
    }

    @Test(
        arguments: [
            ApplicationWatchStanding.starting,
            .broken(since: HealthRig.start, reason: "the cluster main does not allow to list"),
        ]
    )
    func `where a namespace is not listed, the cluster says how the Application is`(
        _ standing: ApplicationWatchStanding
    ) async throws {
        let rig = try await Self.rig(standing)
        let service = HealthService(core: rig.harness.engine.core)
        rig.harness.clock.advance(.seconds(7200))
        await service.drain()
        #expect(await rig.health().status == .healthy)
        #expect(await rig.isVerified)
        let reads = rig.argocd.reads()
        // Nobody tells that it has changed: it is asked for again, not more often than that.
        rig.become("Missing")
        rig.harness.engine.core.health.tellAll()
        await service.drain()
        #expect(rig.argocd.reads() == reads)
        #expect(await rig.health().status == .healthy)
        rig.harness.clock.advance(ApplicationJudgement.pause)
        await service.drain()
        #expect(rig.argocd.reads() == reads + 1)
        #expect(await rig.health().status == .unhealthy)
        rig.argocd.remove(HealthRig.key)
        rig.harness.clock.advance(ApplicationJudgement.pause)
        await service.drain()
        #expect(await rig.health().reason == "there is no Application argocd/test in the cluster main")
    }

    @Test func `a namespace that is not listed yet makes no stage of another one Unknown`() async throws {
        let rig = try await HealthRig(ports: {
            UnwatchedNamespace(argocd: $0, namespace: "apps", standing: .starting)
        })
        let service = HealthService(core: rig.harness.engine.core)
        await service.drain()
        rig.harness.clock.advance(.seconds(7200))
        // The cluster stands as the worst of its namespaces does.
        rig.argocd.setStanding(.starting)
        rig.become("Progressing")
        rig.harness.engine.core.health.tellAll()
        await service.drain()
        #expect(await rig.health().status == .progressing)
    }

    @Test func `a history that could not be read is not asked for again at each change`() async throws {
        let rig = try await HealthRig(revision: String(repeating: "b", count: 40))
        let asked = Mutex(0)
        let histories: RevisionHistories = { _, _ in
            asked.withLock { $0 += 1 }
            return .unknown("git.example.com did not answer")
        }
        for _ in 1...3 { await rig.look(histories) }
        #expect(asked.withLock { $0 } == 1)
        #expect(await rig.health().status == .unknown)
        rig.harness.clock.advance(ApplicationJudgement.pause)
        await rig.look(histories)
        #expect(asked.withLock { $0 } == 2)
    }
}
