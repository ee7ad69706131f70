import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// When a look at a stage's health may write to an Application.
struct HealthWriteTests {
    /// One that Argo CD has not compared since it was synchronised.
    private static func missed(edit: (inout Stage) -> Void = { _ in }) async throws -> HealthRig {
        let rig = try await HealthRig(edit: edit)
        rig.argocd.edit(HealthRig.key) { $0.status.reconciledAt = nil }
        return rig
    }

    @Test func `no Application is refreshed for a stage in observe mode, and the reason says so`() async throws {
        let rig = try await Self.missed { $0.mode = .observe }
        for _ in 1...2 {
            await rig.look()
            rig.harness.clock.advance(.seconds(60))
        }
        #expect(rig.argocd.refreshes().isEmpty)
        #expect(
            await rig.health().reason.hasSuffix(
                "Argo CD has not compared it since: its health may be an old one; Argo CD is not asked to look again: "
                    + "test is in observe mode"
            )
        )
    }

    @Test func `no Application is refreshed that does not authorise the stage, until it does`() async throws {
        let rig = try await Self.missed()
        rig.argocd.edit(HealthRig.key) { $0.annotations = [ApplicationAuthorization.kargoKey: "shop:uat"] }
        await rig.look()
        let commits = rig.harness.store.commits
        rig.harness.clock.advance(.seconds(60))
        await rig.look()
        #expect(rig.argocd.refreshes().isEmpty && rig.harness.store.commits == commits)
        #expect(
            await rig.health().reason.hasSuffix(
                "; Argo CD is not asked to look again: the Application does not authorise the stage: "
                    + "kargo.akuity.io/authorized-stage names only shop:uat; add to the Application's annotations: "
                    + "`kargo.akuity.io/authorized-stage: shop:uat,shop:test`"
            )
        )
        rig.argocd.edit(HealthRig.key) { $0.annotations = [ApplicationAuthorization.kargoKey: "shop:uat,shop:test"] }
        await rig.look()
        #expect(rig.argocd.refreshes() == [HealthRig.key])
    }

    @Test func `an Application that Argo CD passes over is not refreshed without end`() async throws {
        let rig = try await Self.missed()
        rig.argocd.edit(HealthRig.key) { $0.annotations["argocd.argoproj.io/skip-reconcile"] = "true" }
        await rig.look()
        #expect(rig.argocd.refreshes().isEmpty)
        #expect(
            await rig.health().reason.hasSuffix(
                "; Argo CD is not asked to look again: it passes over the Application: "
                    + "argocd.argoproj.io/skip-reconcile is true"
            )
        )
    }

    @Test(arguments: ["other", nil])
    func `no Application is refreshed in a cluster that the project does not promote to any more`(
        _ cluster: String?
    ) async throws {
        let rig = try await Self.missed()
        rig.harness.engine.core.configuration.argocd = { _ in ArgoCDOptions(cluster: cluster) }
        await rig.look()
        #expect(rig.argocd.refreshes().isEmpty)
        #expect(
            await rig.health().reason.hasSuffix(
                "; Argo CD is not asked to look again: promotions of shop no longer write to the cluster main"
            )
        )
    }

    @Test func `an authorisation that was taken back counts as it is in the cluster, not as the watch has it`()
        async throws
    {
        var seen = HealthRig.application("test")
        seen.status.reconciledAt = nil
        let rig = try await HealthRig(ports: { [seen] in LaggingClusters(argocd: $0, seen: seen) })
        rig.argocd.edit(HealthRig.key) { application in
            application.status.reconciledAt = nil
            application.annotations = [:]
        }
        await rig.look()
        #expect(rig.argocd.refreshes().isEmpty)
    }
}
