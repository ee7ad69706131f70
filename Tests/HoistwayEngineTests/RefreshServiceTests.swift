import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Testing

@testable import HoistwayEngine

/// What a push concerns is refreshed: exactly that, once, and whatever crashes or is dead.
struct RefreshServiceTests {
    /// An engine of one project that has refresh on.
    private struct Rig {
        let argocd: InMemoryArgoCD
        let harness: EngineHarness

        init(
            clusters: [String] = ["main"],
            store: InMemoryStateStore = InMemoryStateStore(),
            remote: InMemoryGitRemote? = nil,
            argocd: InMemoryArgoCD? = nil,
            mode: PromotionMode = .promote,
            wholeCluster: String? = nil
        ) async throws {
            let made = argocd ?? InMemoryArgoCD(clusters: clusters)
            self.argocd = made
            harness = try await EngineHarness(mode: mode, store: store, remote: remote, argocd: made)
            var configuration = harness.engine.core.configuration
            configuration.argocd = { _ in ArgoCDOptions(cluster: "main", refreshes: true) }
            configuration.refreshedCluster = wholeCluster
            harness.engine.core.configuration = configuration
        }

        func put(
            _ name: String,
            stage: String? = "shop:test",
            path: String = "envs/test",
            revision: String = "main",
            paths: String? = nil,
            in cluster: String = "main"
        ) {
            var application = Application(
                key: ApplicationKey(namespace: "argocd", name: name),
                sources: [
                    ApplicationSource(repoURL: harness.remote.displayURL, path: path, targetRevision: revision)
                ]
            )
            application.annotations[ApplicationAuthorization.kargoKey] = stage
            application.annotations[GeneratePaths.annotation] = paths
            argocd.put(application, in: cluster)
        }

        /// A push of somebody else, of which it is not known what it changes.
        func push(_ number: Int = 1) async throws {
            let commits = [number, number + 1].map { String(repeating: "\($0)", count: 40) }
            harness.receive("push \(commits[0]) \(commits[1])")
            try await harness.engine.drain()
        }

        func refreshed(in cluster: String = "main") -> [String] { argocd.refreshes(in: cluster).map(\.name).sorted() }

        var waiting: [RefreshRecord] { get async { await Array(harness.state.refreshes.values) } }

        /// Runs the service until the condition holds.
        func serve(_ what: String, until isDone: @escaping @Sendable () async -> Bool) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await RefreshService(core: harness.engine.core).run() }
                group.addTask { try await eventually(what) { await isDone() } }
                defer { group.cancelAll() }
                try await group.next()
            }
        }

        func serveAll() async throws {
            try await serve("all refreshes") { await waiting.isEmpty }
        }

        func advance(_ duration: Duration) {
            harness.clock.advance(duration)
            harness.engine.core.ledger.refreshesChanged.notify()
        }
    }

    @Test func `a push refreshes the Applications of the project that follow the branch, and no others`() async throws {
        let rig = try await Rig()
        rig.put("web")
        rig.put("paths", paths: ".")
        rig.put("branch", revision: "stage/prod")
        rig.put("bank", stage: "bank:test")
        rig.put("nobody", stage: nil)
        try await rig.push()
        let record = try #require(await rig.waiting.first)
        #expect(record.causes == ["hook delivery 1"] && record.clusters == ["main"])
        let delivery = try await rig.harness.store.trace(of: DeliveryID(1))
        #expect(
            delivery.contains(
                "main of git.test/ops concerns Applications of Argo CD: main: argocd/paths and main: argocd/web"
            )
        )
        try await rig.serveAll()
        #expect(rig.refreshed() == ["paths", "web"])
        let why = try await rig.harness.pipelines.why(stage: StageKey(project: "shop", name: "test"), freight: nil)
        #expect(
            why.lines.contains {
                $0.hasPrefix("Application argocd/web: refreshed at ")
                    && $0.hasSuffix("since it follows main; triggered by hook delivery 1")
            },
            "\(why.lines)"
        )
    }

    @Test func `our own push refreshes those whose paths it changed, and its echo nothing more`() async throws {
        let rig = try await Rig()
        rig.put("test", paths: ".")
        rig.put("prod", path: "envs/prod", paths: ".")
        rig.harness.receive("1.0.0")
        try await rig.harness.engine.drain()
        let promotion = try #require(await rig.harness.promotions(.succeeded).first)
        let record = try #require(await rig.waiting.first)
        #expect(record.news.changedFiles == ["envs/test/kustomization.yaml"])
        #expect(record.causes == ["the promotion \(promotion.id)"])
        try await rig.serveAll()
        #expect(rig.refreshed() == ["test"])
        let outcome = try #require(promotion.branches.first)
        rig.harness.receive("push \(outcome.before.hex) \(outcome.commit.hex)")
        try await rig.harness.engine.drain()
        #expect(await rig.waiting.isEmpty)
    }

    @Test func `with refresh on for the whole cluster all that follow it are refreshed`() async throws {
        let rig = try await Rig(wholeCluster: "main")
        rig.put("nobody", stage: nil)
        rig.put("web")
        try await rig.push()
        try await rig.serveAll()
        #expect(rig.refreshed() == ["nobody", "web"])
    }

    @Test func `in observe mode, and without refresh, nothing is noted`() async throws {
        let observing = try await Rig(mode: .observe, wholeCluster: "main")
        observing.put("web")
        try await observing.push()
        #expect(await observing.waiting.isEmpty)
        let off = try await Rig()
        off.harness.engine.core.configuration.argocd = { _ in ArgoCDOptions(cluster: "main") }
        try await off.push()
        #expect(await off.waiting.isEmpty)
    }

    @Test func `what concerns nobody is not noted`() async throws {
        let rig = try await Rig()
        rig.put("branch", revision: "stage/prod")
        rig.put("bank", stage: "bank:test")
        try await rig.push()
        rig.harness.receive("1.0.0")
        try await rig.harness.engine.drain()
        #expect(await rig.waiting.isEmpty)
    }

    // MARK: Crashes, outages, bursts

    @Test func `what was acknowledged is refreshed after a crash`() async throws {
        let rig = try await Rig()
        rig.put("web")
        try await rig.push()
        let again = try await Rig(store: rig.harness.store, remote: rig.harness.remote, argocd: rig.argocd)
        #expect(await again.waiting.count == 1)
        try await again.serveAll()
        #expect(again.refreshed() == ["web"])
    }

    @Test func `a cluster that is dead holds up no other, and is told when it is back`() async throws {
        let rig = try await Rig(clusters: ["main", "edge"], wholeCluster: "edge")
        rig.put("web")
        rig.put("web", in: "edge")
        rig.argocd.outage(.unreachable(cluster: "main", detail: "nobody is there", pause: nil))
        try await rig.push()
        try await rig.serve("the living one") { await rig.waiting.map(\.clusters) == [["main"]] }
        #expect(rig.refreshed(in: "edge") == ["web"] && rig.refreshed().isEmpty)
        rig.argocd.outage(nil)
        try await rig.serveAll()
        #expect(rig.refreshed() == ["web"] && rig.refreshed(in: "edge") == ["web"])
    }

    @Test func `a cluster whose Applications are not known yet is told when they are`() async throws {
        let rig = try await Rig()
        rig.put("web")
        rig.argocd.setStanding(.starting)
        try await rig.push()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await RefreshService(core: rig.harness.engine.core).run() }
            group.addTask {
                rig.argocd.setStanding(.current)
                try await eventually("the refresh") { rig.refreshed() == ["web"] }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    @Test func `a failure that passes is tried again, after a pause`() async throws {
        let rig = try await Rig()
        rig.put("web")
        rig.argocd.fail(.unreachable(cluster: "main", detail: "slow", pause: .seconds(7)))
        try await rig.push()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await RefreshService(core: rig.harness.engine.core).run() }
            group.addTask {
                try await eventually("the second try") {
                    rig.advance(.seconds(1))
                    return rig.refreshed() == ["web"]
                }
                #expect(rig.harness.clock.now() - Timestamp(seconds: 1_800_000_000) >= .seconds(7))
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    @Test func `what the cluster does not allow is given up after three tries, and told`() async throws {
        let rig = try await Rig()
        rig.put("web")
        let failure = ArgoCDFailure.forbidden(
            cluster: "main",
            verb: "patch",
            resource: "applications.argoproj.io",
            namespace: "argocd"
        )
        rig.argocd.fail(failure, failure, failure)
        try await rig.push()
        try await rig.serve("the end") {
            rig.advance(.seconds(60))
            return await rig.waiting.isEmpty
        }
        #expect(rig.refreshed().isEmpty)
        let why = try await rig.harness.pipelines.why(stage: StageKey(project: "shop", name: "test"), freight: nil)
        #expect(why.lines.contains { $0.contains("could not be refreshed") && $0.contains("does not allow to patch") })
    }

    @Test func `pushes that come one after the other are one refresh at the end of the gap`() async throws {
        let rig = try await Rig()
        rig.put("web")
        try await rig.push()
        try await rig.serveAll()
        for number in 2...5 { try await rig.push(number) }
        #expect(await rig.waiting.count == 1)
        try await rig.serve("the second refresh") {
            rig.advance(.seconds(1))
            return await rig.waiting.isEmpty
        }
        #expect(rig.refreshed() == ["web", "web"])
        #expect(rig.harness.clock.now() - Timestamp(seconds: 1_800_000_000) >= RefreshLane.gap)
    }

    @Test(arguments: [false, true])
    func `a cluster that was away is told what is not older than a day`(isPushedAgain: Bool) async throws {
        let rig = try await Rig()
        rig.put("web")
        rig.argocd.setStanding(.starting)
        try await rig.push()
        rig.advance(RefreshLane.maxAge - .seconds(60))
        if isPushedAgain { try await rig.push(2) }
        rig.advance(.seconds(120))
        #expect(await rig.waiting.count == 1)
        rig.argocd.setStanding(.current)
        try await rig.serveAll()
        #expect(rig.refreshed() == (isPushedAgain ? ["web"] : []))
    }

    @Test func `what a removed cluster was to be told is dropped`() async throws {
        let rig = try await Rig()
        rig.put("web")
        try await rig.push()
        #expect(await rig.waiting.count == 1)
        let other = try await Rig(
            store: rig.harness.store,
            remote: rig.harness.remote,
            argocd: InMemoryArgoCD(clusters: ["edge"])
        )
        try await other.serveAll()
        #expect(other.argocd.refreshes(in: "edge").isEmpty)
    }
}
