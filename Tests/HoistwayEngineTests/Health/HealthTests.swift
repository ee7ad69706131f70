import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Logging
import Synchronization
import Testing

@testable import HoistwayEngine

/// A stage's health from its Applications to the next stage.
struct HealthTests {
    @Test func `freight goes on once the stage's Applications are healthy, not before`() async throws {
        let rig = try await HealthRig()
        rig.become("Progressing", "1 of 3 replicas")
        try await rig.harness.engine.drain()
        let health = await rig.health()
        #expect(health.status == .progressing)
        #expect(health.reason == "Application argocd/test is Progressing: 1 of 3 replicas")
        #expect(await !rig.isVerified)
        #expect(try await rig.harness.tag("uat") == "0.9.0")
        let why = try await rig.harness.pipelines.why(stage: HealthRig.uat, freight: nil)
        #expect(
            why.verdict
                == "freight happy-otter is not available to uat: not verified in test yet: test is Progressing: "
                + "Application argocd/test is Progressing: 1 of 3 replicas",
            "\(why.verdict)"
        )
        rig.become("Healthy")
        rig.harness.engine.core.health.tell(HealthRig.address)
        try await rig.harness.engine.drain()
        #expect(await rig.health().status == .healthy)
        #expect(await rig.isVerified)
        #expect(try await rig.harness.tag("uat") == "1.0.0")
    }

    @Test func `what degrades later is shown, and rolls nothing back`() async throws {
        let rig = try await HealthRig()
        try await rig.harness.engine.drain()
        #expect(try await rig.harness.tag("uat") == "1.0.0")
        rig.harness.clock.advance(.seconds(60))
        rig.become("Degraded", "crash loop")
        await rig.look()
        #expect(await rig.health().status == .progressing)
        rig.harness.clock.advance(.seconds(30))
        await rig.look()
        let view = try #require(try await rig.harness.pipelines.stages(project: nil).first { $0.name == "test" })
        #expect(view.health?.status == .unhealthy)
        #expect(view.health?.since == rig.harness.clock.now())
        #expect(view.health?.applications.map(\.reason) == ["Application argocd/test is Degraded: crash loop"])
        #expect(view.health?.isReady == false)
        let why = try await rig.harness.pipelines.why(stage: HealthRig.test, freight: nil)
        #expect(why.lines.contains { $0.hasPrefix("test is Unhealthy since ") && $0.hasSuffix("crash loop") })
        #expect(why.lines.contains { $0.hasPrefix("  main: argocd/test is Unhealthy since ") })
        #expect(await rig.isVerified)
    }

    @Test func `what has not changed is not written again`() async throws {
        let rig = try await HealthRig()
        rig.become("Progressing")
        try await rig.harness.engine.drain()
        let commits = rig.harness.store.commits
        rig.harness.clock.advance(.seconds(20))
        rig.argocd.edit(HealthRig.key) { application in
            application.status.reconciledAt = rig.harness.clock.now()
            application.status.images = ["ghcr.io/acme/app:1.0.0"]
            application.status.conditions = [.init(type: "OrphanedResourceWarning", message: "12 orphans")]
        }
        await rig.look()
        rig.harness.engine.core.health.tellAll()
        await HealthService(core: rig.harness.engine.core).drain()
        #expect(rig.harness.store.commits == commits)
        #expect(await rig.health().since == HealthRig.start)
    }

    @Test func `a change of one Application leads to a look at the stages that it concerns, and at no other`()
        async throws
    {
        let rig = try await HealthRig(stages: ["one": "main", "two": "main"])
        try await rig.harness.engine.drain()
        let book = rig.harness.engine.core.health
        func due() -> Set<StageKey> { book.takeDue(at: rig.harness.clock.now()) { [] } }
        #expect(due().isEmpty)
        book.tell(ApplicationAddress(cluster: "main", key: ApplicationKey(namespace: "argocd", name: "one")))
        #expect(due() == [StageKey(project: "shop", name: "one")])
        book.tell(ApplicationAddress(cluster: "other", key: ApplicationKey(namespace: "argocd", name: "one")))
        book.tell(ApplicationAddress(cluster: "main", key: ApplicationKey(namespace: "argocd", name: "three")))
        #expect(due().isEmpty)
        book.tell(cluster: "main")
        #expect(due().map(\.name).sorted() == ["one", "test", "two"])
        // A look that the watch can answer asks the cluster nothing.
        let reads = rig.argocd.reads()
        rig.become("Progressing")
        await rig.look()
        #expect(rig.argocd.reads() == reads)
        #expect(await rig.health().status == .progressing)
    }

    @Test(.timeLimit(.minutes(5)))
    func `the watch alone keeps the health up to date, and lets freight go on`() async throws {
        let rig = try await HealthRig()
        rig.become("Progressing")
        let changes = rig.harness.engine.core.ledger.feed
        let service = Task { await HealthService(core: rig.harness.engine.core).run() }
        func wait(until isSo: @Sendable () async throws -> Bool) async throws {
            var seen = changes.revision.number
            while try await !isSo() {
                await changes.wait(beyond: seen)
                seen = changes.revision.number
            }
        }
        try await wait { await rig.health().status == .progressing }
        rig.become("Healthy")
        try await wait { await rig.isVerified }
        rig.become("Missing")
        try await wait { await rig.health().status == .unhealthy }
        service.cancel()
        await service.value
    }

    @Test func `health from before a restart is kept until something else is known`() async throws {
        let rig = try await HealthRig()
        try await rig.harness.engine.drain()
        rig.argocd.setStanding(.starting)
        await rig.look()
        #expect(await rig.health().status == .healthy)
        let store = InMemoryStateStore(await rig.harness.state)
        let again = try await store.load()
        let known = await rig.harness.state.health
        #expect(again.health == known && known.count == 1)
    }

    // MARK: Revisions

    @Test func `on a shared branch a later commit that contains the promoted one is as good`() async throws {
        let rig = try await HealthRig(revision: String(repeating: "b", count: 40))
        let asked = Mutex(0)
        let histories: RevisionHistories = { question, project in
            asked.withLock { $0 += 1 }
            return project == "shop" && question.live.hex == HealthRig.pushed ? .contained : .absent
        }
        await rig.look(histories)
        #expect(await rig.health().status == .healthy)
        #expect(await rig.isVerified)
        // A commit's history never changes: nobody is asked twice.
        await rig.look(histories)
        rig.harness.engine.core.health.tellAll()
        await HealthService(core: rig.harness.engine.core, histories: histories).drain()
        #expect(asked.withLock { $0 } == 1)
    }

    @Test func `a history that cannot be read makes the stage Unknown, and is read again`() async throws {
        let rig = try await HealthRig(revision: String(repeating: "b", count: 40))
        await rig.look { _, _ in .unknown("git.example.com did not answer") }
        #expect(await rig.health().status == .unknown)
        #expect(await rig.health().reason.hasSuffix("cannot be said: git.example.com did not answer"))
        #expect(rig.harness.engine.core.health.nextWake == HealthRig.start + ApplicationJudgement.pause)
        rig.harness.clock.advance(ApplicationJudgement.pause)
        await HealthService(core: rig.harness.engine.core) { _, _ in .absent }.drain()
        #expect(await rig.health().status == .unhealthy)
        #expect(await !rig.isVerified)
    }

    // MARK: What Argo CD has missed

    @Test func `a lost refresh is repaired, with growing pauses, and stands in the reason and in the log`() async throws
    {
        let log = KeptLog(.notice)
        let rig = try await HealthRig(log: log.logger)
        rig.argocd.edit(HealthRig.key) { $0.status.operation?.finishedAt = HealthRig.start }
        try await rig.harness.engine.drain()
        #expect(await rig.health().status == .unknown)
        #expect(rig.argocd.refreshes().isEmpty)
        for (count, pause) in [10, 30, 60].enumerated() {
            rig.harness.clock.advance(.seconds(pause - 1))
            await HealthService(core: rig.harness.engine.core).drain()
            #expect(rig.argocd.refreshes().count == count)
            rig.harness.clock.advance(.seconds(1))
            await HealthService(core: rig.harness.engine.core).drain()
            #expect(rig.argocd.refreshes().count == count + 1)
        }
        let reason = await rig.health().reason
        #expect(reason.hasSuffix("Argo CD was asked to look again at \(rig.harness.clock.now().rfc3339), 3 times"))
        let told = log.events("Argo CD was asked to look at an Application again")
        #expect(told.map { $0["stage.name"] } == ["shop/test", "shop/test", "shop/test"])
        #expect(told.map { $0["application.name"] } == Array(repeating: "main: argocd/test", count: 3))
        rig.argocd.edit(HealthRig.key) { $0.status.reconciledAt = rig.harness.clock.now() }
        await rig.look()
        #expect(await rig.health().status == .healthy)
        #expect(await rig.isVerified)
        #expect(await rig.harness.state.health[HealthRig.test]?.applications.first?.refresh == nil)
    }

    @Test func `a refresh that RBAC does not allow stands in the reason`() async throws {
        let forbidden = ArgoCDFailure.forbidden(
            cluster: "main",
            verb: "patch",
            resource: "applications",
            namespace: "argocd"
        )
        let rig = try await HealthRig(ports: { RefusingClusters(argocd: $0, refresh: forbidden) })
        rig.argocd.edit(HealthRig.key) { $0.status.reconciledAt = nil }
        await rig.look()
        #expect(await rig.health().reason.hasSuffix("but that failed: \(forbidden.message)"))
    }

    // MARK: Clusters that do not answer

    @Test func `a broken watch makes the stage Unknown after a minute, with the reason, until it runs again`()
        async throws
    {
        let rig = try await HealthRig()
        try await rig.harness.engine.drain()
        rig.argocd.setStanding(.broken(since: rig.harness.clock.now(), reason: "the connection was refused"))
        await rig.look()
        #expect(await rig.health().status == .healthy)
        rig.harness.clock.advance(ApplicationSight.grace)
        await HealthService(core: rig.harness.engine.core).drain()
        let health = await rig.health()
        #expect(health.status == .unknown)
        #expect(
            health.reason
                == "Application argocd/test cannot be read: the watch of the cluster main has been broken since "
                + "\(HealthRig.start.rfc3339): the connection was refused"
        )
        rig.argocd.setStanding(.current)
        await rig.look()
        #expect(await rig.health().status == .healthy)
    }

    @Test func `a stage whose cluster is configured no more is Unknown`() async throws {
        let rig = try await HealthRig(stages: ["edge": "gone"])
        try await rig.harness.engine.drain()
        let health = await rig.health(StageKey(project: "shop", name: "edge"))
        #expect(health.status == .unknown)
        #expect(health.reason == "Application argocd/edge cannot be read: no cluster gone is configured")
    }

    @Test func `an Application that is deleted makes the stage Unknown`() async throws {
        let rig = try await HealthRig()
        try await rig.harness.engine.drain()
        rig.argocd.remove(HealthRig.key)
        await rig.look()
        #expect(await rig.health().reason == "there is no Application argocd/test in the cluster main")
    }

    @Test(.timeLimit(.minutes(5)))
    func `a cluster that never answers holds up nobody else`() async throws {
        let rig = try await HealthRig(
            stages: Dictionary((1...9).map { ("dead-\($0)", "dead") }) { first, _ in first },
            clusters: ["main", "dead"],
            ports: { HangingClusters(argocd: $0, dead: "dead") }
        )
        let changes = rig.harness.engine.core.ledger.feed
        let service = Task { await HealthService(core: rig.harness.engine.core).run() }
        var seen = changes.revision.number
        while await !rig.isVerified {
            await changes.wait(beyond: seen)
            seen = changes.revision.number
        }
        #expect(await rig.health(StageKey(project: "shop", name: "dead-1")).status == .unknown)
        service.cancel()
        await service.value
    }

    @Test func `a watch that lags behind verifies nothing`() async throws {
        let rig = try await HealthRig(ports: { argocd in
            LaggingClusters(argocd: argocd, seen: HealthRig.application("test"))
        })
        rig.become("Progressing")
        try await rig.harness.engine.drain()
        for _ in 1...3 {
            await rig.look()
            #expect(await !rig.isVerified)
            #expect(await rig.health().status == .progressing)
        }
        rig.become("Healthy")
        await rig.look()
        #expect(await rig.isVerified)
    }

    @Test func `a state that cannot be stored is looked at again`() async throws {
        let rig = try await HealthRig()
        rig.harness.store.failOnce { changes in
            changes.contains { if case .putHealth = $0 { true } else { false } }
                ? .failed(operation: "committing", detail: "full") : nil
        }
        await rig.look()
        #expect(await !rig.isVerified)
        rig.harness.clock.advance(HealthService.storePause)
        await HealthService(core: rig.harness.engine.core).drain()
        #expect(await rig.isVerified)
    }

    // MARK: What else decides

    @Test func `a stage in observe mode verifies nothing by its health`() async throws {
        let rig = try await HealthRig(edit: { $0.mode = .observe })
        try await rig.harness.engine.drain()
        #expect(await !rig.isVerified)
    }

    @Test func `health that nothing rests on any more is forgotten`() async throws {
        let rig = try await HealthRig()
        try await rig.harness.engine.drain()
        #expect(await rig.harness.state.health.count == 1)
        var configuration = rig.harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"] = nil
        configuration.pipelines.isComplete = false
        try await rig.harness.engine.take(configuration)
        await HealthService(core: rig.harness.engine.core).drain()
        #expect(await rig.harness.state.health.count == 1)
        configuration.pipelines.isComplete = true
        try await rig.harness.engine.take(configuration)
        await HealthService(core: rig.harness.engine.core).drain()
        #expect(await rig.harness.state.health.isEmpty)
    }

    // MARK: hoistway verify

    @Test func `hoistway verify is recorded once, and lets freight go on`() async throws {
        let rig = try await HealthRig(edit: { $0.hasVerification = true })
        try await rig.harness.engine.drain()
        #expect(await rig.health().status == .healthy)
        #expect(await !rig.isVerified)
        let why = try await rig.harness.pipelines.why(stage: HealthRig.test, freight: nil)
        #expect(
            why.lines.contains(
                "freight happy-otter is not verified in test yet: it waits for `hoistway verify shop/test happy-otter`"
            ),
            "\(why.lines)"
        )
        for _ in 1...2 {
            let views = try await rig.harness.pipelines.verify(
                stage: HealthRig.test,
                freight: nil,
                failure: nil,
                actor: "ci"
            )
            #expect(views.map(\.verifiedIn) == [["test"]])
        }
        let audit = try await rig.harness.store.audit(limit: 10).filter { $0.action == "verify" }
        #expect(audit.map(\.actor) == ["ci"] && audit.map(\.detail) == ["f00 in shop/test"])
        try await rig.harness.engine.drain()
        #expect(try await rig.harness.tag("uat") == "1.0.0")
    }

    @Test func `hoistway verify --failed keeps freight from the next stage, and why says so`() async throws {
        let rig = try await HealthRig(edit: { $0.hasVerification = true })
        try await rig.harness.engine.drain()
        _ = try await rig.harness.pipelines.verify(
            stage: HealthRig.test,
            freight: "happy-otter",
            failure: "smoke test 3 failed",
            actor: "ci"
        )
        try await rig.harness.engine.drain()
        #expect(try await rig.harness.tag("uat") == "0.9.0")
        let why = try await rig.harness.pipelines.why(stage: HealthRig.uat, freight: "happy-otter")
        #expect(why.verdict.contains("verification in test failed at "))
        #expect(why.verdict.hasSuffix("says token ci: smoke test 3 failed"))
        let here = try await rig.harness.pipelines.why(stage: HealthRig.test, freight: nil)
        #expect(here.lines.contains { $0.contains("smoke test 3 failed; it is not available to the stages after it") })
        let view = try #require(try await rig.harness.pipelines.freight(project: nil, warehouse: nil, limit: 1).first)
        #expect(view.failedIn?["test"]?.reason == "smoke test 3 failed" && view.verifiedIn.isEmpty)
    }

    @Test func `hoistway verify is denied while the stage is not healthy`() async throws {
        let rig = try await HealthRig(edit: { $0.hasVerification = true })
        rig.become("Progressing")
        try await rig.harness.engine.drain()
        await #expect {
            _ = try await rig.harness.pipelines.verify(
                stage: HealthRig.test,
                freight: nil,
                failure: nil,
                actor: "ci"
            )
        } throws: { error in
            guard case .denied(let text, _)? = error as? OperatorFailure else { return false }
            return text.hasPrefix("shop/test is Progressing")
        }
        #expect(await !rig.isVerified)
    }

    @Test func `an annotation reverify waits for the stage's health`() async throws {
        let rig = try await HealthRig()
        rig.become("Progressing")
        var configuration = rig.harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"]?.annotations = ObjectAnnotations(reverify: "a")
        try await rig.harness.engine.take(configuration)
        configuration.pipelines.projects["shop"]?.stages["test"]?.annotations = ObjectAnnotations(reverify: "b")
        try await rig.harness.engine.take(configuration)
        try await rig.harness.engine.drain()
        #expect(await !rig.isVerified)
    }
}
