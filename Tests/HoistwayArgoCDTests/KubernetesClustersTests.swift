import HoistwayKubernetes
import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Testing

@testable import HoistwayArgoCD

/// The adapter against an API server.
struct KubernetesClustersTests {
    private static func application(_ name: String, _ namespace: String = "argocd") -> Application {
        Application(
            key: ApplicationKey(namespace: namespace, name: name),
            annotations: ["kargo.akuity.io/authorized-stage": "shop:test"],
            sources: [ApplicationSource(repoURL: "https://git.example.com/acme/deploy", targetRevision: "main")]
        )
    }

    private static func address(_ name: String, _ namespace: String = "argocd", of cluster: String = "main")
        -> ApplicationAddress
    {
        ApplicationAddress(cluster: cluster, key: ApplicationKey(namespace: namespace, name: name))
    }

    /// Runs the clusters while `body` does.
    private func following(
        _ connections: [ClusterConnection],
        _ body: @escaping @Sendable (KubernetesClusters) async throws -> Void
    ) async throws {
        let clusters = KubernetesClusters(clock: PlainClock(), log: silent)
        clusters.replace(connections)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await clusters.run() }
            group.addTask { try await body(clusters) }
            // The first to end is the body, or its failure.
            defer { group.cancelAll() }
            try await group.next()
        }
        await clusters.shutdown()
    }

    @Test func `it keeps the contract of the port`() async throws {
        let server = try await KubernetesServer.start()
        defer { server.stop() }
        try await following([try server.connection(namespaces: ["argocd", "apps"])]) { clusters in
            try await ArgoCDContract.run(
                ArgoCDContract.Subject(
                    clusters: clusters,
                    put: { server.put($0) },
                    remove: { server.remove(.applications, $0.name, in: $0.namespace) },
                    eventually: { what, check in try await eventually(what, check) }
                )
            )
        }
    }

    @Test func `an AppProject's windows are read`() async throws {
        let server = try await KubernetesServer.start()
        defer { server.stop() }
        let window: ClusterValue = [
            "kind": "deny", "schedule": "0 22 * * *", "duration": "8h", "applications": ["web-*"],
        ]
        server.put(["metadata": ["name": "shop"], "spec": ["syncWindows": [window]]], of: .appProjects)
        try await following([try server.connection()]) { clusters in
            let project = try await clusters.cluster("main")?.appProject("shop", in: "argocd")
            #expect(
                project?.syncWindows == [
                    SyncWindow(kind: "deny", schedule: "0 22 * * *", duration: "8h", applications: ["web-*"])
                ]
            )
        }
    }

    // MARK: What goes wrong

    @Test func `a cluster that is dead holds up no other, and is followed when it is back`() async throws {
        let (alive, dead) = (try await KubernetesServer.start(), try await KubernetesServer.start())
        defer {
            alive.stop()
            dead.stop()
        }
        for server in [alive, dead] { server.put(Self.application("web")) }
        try await dead.goDown()
        let connections = [try dead.connection("dead"), try alive.connection("alive")]
        try await following(connections) { clusters in
            let watch = clusters.applications
            try await eventually("the living one") { watch.standing(of: "alive") == .current }
            #expect(watch.applications(of: "alive").map(\.key.name) == ["web"])
            try await eventually("the dead one's failure") {
                if case .broken = watch.standing(of: "dead") { true } else { false }
            }
            let view = clusters.views.first { $0.name == "dead" }
            #expect(view?.state == .broken && view?.reason?.contains("the cluster dead did not answer") == true)
            let failure = await #expect(throws: ArgoCDFailure.self) {
                try await clusters.cluster("dead")?.application(Self.address("web").key)
            }
            guard case .unreachable("dead", _, _) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            try await dead.listen()
            try await eventually("its return") { watch.standing(of: "dead") == .current }
            #expect(watch.applications(of: "dead").map(\.key.name) == ["web"])
        }
    }

    @Test func `RBAC that closes one namespace is told with the verb, and closes no other`() async throws {
        let server = try await KubernetesServer.start()
        defer { server.stop() }
        server.put(Self.application("web"))
        server.setAccess { $0.denied = [.init(namespaces: ["apps"]), .init(verbs: ["patch"])] }
        try await following([try server.connection(namespaces: ["argocd", "apps"])]) { clusters in
            let watch = clusters.applications
            try await eventually("the open one") { watch.standing(of: "main", in: "argocd") == .current }
            try await eventually("the closed one") {
                if case .broken = watch.standing(of: "main", in: "apps") { true } else { false }
            }
            #expect(watch.standing(of: "main") == .current)
            let cluster = try #require(clusters.cluster("main"))
            let failure = await #expect(throws: ArgoCDFailure.self) {
                try await cluster.refresh(Self.address("web").key, isHard: false, at: Timestamp(seconds: 1))
            }
            #expect(
                failure
                    == .forbidden(
                        cluster: "main",
                        verb: "patch",
                        resource: "applications.argoproj.io",
                        namespace: "argocd"
                    )
            )
        }
    }

    @Test func `a token that is refused is no secret in the failure`() async throws {
        var options = KubernetesServer.Options()
        options.wantsLogin = true
        let server = try await KubernetesServer.start(options: options)
        defer { server.stop() }
        server.revoke()
        try await following([try server.connection(login: .token)]) { clusters in
            let failure = await #expect(throws: ArgoCDFailure.self) {
                try await clusters.cluster("main")?.application(Self.address("web").key)
            }
            guard case .unauthenticated("main", _) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            try await eventually("its failure") { clusters.views.first?.state == .broken }
            let told = "\(String(reflecting: failure)) \(clusters.views)"
            #expect(!told.contains(KubernetesServer.token))
        }
    }

    @Test func `an Application that cannot be read counts as not there, and the others are followed`() async throws {
        let server = try await KubernetesServer.start()
        defer { server.stop() }
        for name in ["good", "odd"] { server.put(Self.application(name)) }
        server.edit(.applications, "odd") { $0["spec", "project"] = 5 }
        try await following([try server.connection()]) { clusters in
            let watch = clusters.applications
            try await eventually("the list") { watch.standing(of: "main") == .current }
            #expect(watch.applications(of: "main").map(\.key.name) == ["good"])
            // A selection that leaves it out would look whole.
            let failure = await #expect(throws: ArgoCDFailure.self) {
                try await clusters.cluster("main")?.applications(in: "argocd", LabelSelector())
            }
            #expect(failure?.message.contains("the Application argocd/odd cannot be read: spec.project") == true)
            server.edit(.applications, "odd") { $0["spec", "project"] = "default" }
            try await eventually("the mended one") { watch.application(Self.address("odd")) != nil }
        }
    }

    @Test func `a watch that breaks, and one whose version is gone, lose nothing`() async throws {
        let server = try await KubernetesServer.start()
        defer { server.stop() }
        for name in ["a", "b"] { server.put(Self.application(name)) }
        try await following([try server.connection()]) { clusters in
            let watch = clusters.applications
            try await eventually("the watch") { server.watches.count == 1 }
            server.inject(KubernetesFault(.close, verbs: ["watch"], times: 1))
            server.breakWatches()
            server.remove(.applications, "a")
            server.put(Self.application("c"))
            try await eventually("what was missed") {
                watch.applications(of: "main").map(\.key.name) == ["b", "c"] && watch.standing(of: "main") == .current
            }
            try await eventually("the next watch") { server.watches.count == 1 }
            server.inject(KubernetesFault(.close, verbs: ["watch"], times: 1))
            server.breakWatches()
            server.remove(.applications, "b")
            server.forgetHistory()
            try await eventually("what a list says") { watch.applications(of: "main").map(\.key.name) == ["c"] }
        }
    }

    // MARK: Configuration

    @Test func `a namespace is followed once somebody asks for an Application there`() async throws {
        let server = try await KubernetesServer.start()
        defer { server.stop() }
        server.put(Self.application("web", "apps"))
        try await following([try server.connection()]) { clusters in
            let watch = clusters.applications
            try await eventually("the first list") { watch.standing(of: "main") == .current }
            #expect(watch.application(Self.address("web", "apps")) == nil)
            try await eventually("the other namespace") { watch.application(Self.address("web", "apps")) != nil }
            #expect(clusters.views.first?.namespaces == ["argocd": "current", "apps": "current"])
        }
    }

    @Test func `a reload keeps what has not changed, and exchanges what has`() async throws {
        let (first, second) = (try await KubernetesServer.start(), try await KubernetesServer.start())
        defer {
            first.stop()
            second.stop()
        }
        first.put(Self.application("old"))
        second.put(Self.application("new"))
        let before = [try first.connection("same"), try first.connection("moved"), try first.connection("gone")]
        try await following(before) { clusters in
            let watch = clusters.applications
            try await eventually("the lists") {
                ["same", "moved", "gone"].allSatisfy { watch.applications(of: $0).map(\.key.name) == ["old"] }
            }
            let lists = first.log("list", .applications).count
            clusters.replace([try first.connection("same"), try second.connection("moved")])
            #expect(watch.standing(of: "gone") == .absent && clusters.cluster("gone") == nil)
            try await eventually("the moved one") { watch.applications(of: "moved").map(\.key.name) == ["new"] }
            #expect(watch.applications(of: "same").map(\.key.name) == ["old"])
            try await eventually("the end of the others") { first.watches.count == 1 }
            #expect(first.log("list", .applications).count == lists)
            let read = try await clusters.cluster("moved")?.application(Self.address("new").key)
            #expect(read?.key.name == "new")
        }
    }

    @Test func `a kubeconfig that cannot be read makes that cluster fail with the reason`() async throws {
        let server = try await KubernetesServer.start()
        defer { server.stop() }
        let bad = ClusterConnection(name: "bad", fingerprint: "", namespaces: ["argocd"]) {
            KubernetesClient(cluster: "bad", access: try ClusterAccess.kubeconfig("/nowhere/kubeconfig"))
        }
        try await following([bad, try server.connection()]) { clusters in
            try await eventually("the good one") { clusters.applications.standing(of: "main") == .current }
            let failure = await #expect(throws: ArgoCDFailure.self) {
                try await clusters.cluster("bad")?.application(Self.address("web").key)
            }
            #expect(failure?.message.contains("/nowhere/kubeconfig") == true)
            #expect(clusters.views.map(\.state) == [.broken, .current])
        }
    }

    @Test func `a cluster that could not be used is gone when it is removed`() async {
        let clusters = KubernetesClusters(clock: PlainClock(), log: silent)
        let bad = ClusterConnection(name: "bad", fingerprint: "", namespaces: ["argocd"]) {
            KubernetesClient(cluster: "bad", access: try ClusterAccess.kubeconfig("/nowhere/kubeconfig"))
        }
        clusters.replace([bad])
        #expect(clusters.views.map(\.name) == ["bad"])
        clusters.replace([])
        #expect(clusters.views.isEmpty && clusters.cluster("bad") == nil)
        #expect(clusters.applications.standing(of: "bad") == .absent)
        await clusters.shutdown()
    }
}
