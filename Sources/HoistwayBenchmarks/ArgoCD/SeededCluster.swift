import HoistwayTestServers

/// A cluster with many Applications, each of about 20 KB as JSON, most of them unused.
struct SeededCluster {
    let server: KubernetesServer
    let count: Int
    /// Size of all Applications in the API's form.
    let bytes: Int

    static func seed(_ count: Int) async throws -> SeededCluster {
        let server = try await KubernetesServer.start()
        var bytes = 0
        for number in 0..<count {
            let application = application(number)
            bytes += application.bytes.count
            server.put(application, of: .applications)
        }
        return SeededCluster(server: server, count: count, bytes: bytes)
    }

    static func name(_ number: Int) -> String { "app-\(number)" }

    /// Sets it like a controller.
    func setHealth(_ health: String, of number: Int) {
        server.edit(.applications, Self.name(number)) { $0["status", "health", "status"] = .string(health) }
    }

    /// Adds one more, after all earlier changes.
    func add(_ number: Int) { server.put(Self.application(number), of: .applications) }

    private static func application(_ number: Int) -> ClusterValue {
        let name = name(number)
        let resources = (0..<80).map { index -> ClusterValue in
            [
                "group": "apps", "version": "v1", "kind": "Deployment", "namespace": .string("team-\(number % 50)"),
                "name": .string("\(name)-component-\(index)"), "status": "Synced",
                "health": ["status": "Healthy", "message": "all replicas are available"],
            ]
        }
        let history = (0..<10).map { index -> ClusterValue in
            [
                "id": .integer(index), "revision": .string(String(repeating: "\(index)", count: 40)),
                "deployedAt": "2026-11-29T10:00:00Z", "deployStartedAt": "2026-11-29T09:59:00Z",
                "source": source(number),
            ]
        }
        var value: ClusterValue = [
            "metadata": [
                "name": .string(name), "namespace": "argocd",
                "labels": ["team": .string("team-\(number % 50)"), "app.kubernetes.io/part-of": "platform"],
                "annotations": [
                    "kargo.akuity.io/authorized-stage": .string("bench:s\(number)"),
                    "argocd.argoproj.io/manifest-generate-paths": ".",
                    "kubectl.kubernetes.io/last-applied-configuration": .string(String(repeating: "x", count: 2000)),
                ],
            ]
        ]
        value["spec"] = [
            "project": .string("team-\(number % 50)"), "source": source(number),
            "destination": ["server": "https://kubernetes.default.svc", "namespace": .string("team-\(number % 50)")],
            "syncPolicy": ["automated": ["prune": true], "syncOptions": ["CreateNamespace=true"]],
        ]
        value["status"] = [
            "sync": ["status": "Synced", "revision": .string(String(repeating: "a", count: 40))],
            "health": ["status": "Healthy"], "reconciledAt": "2026-11-29T10:00:00Z", "history": .list(history),
            "resources": .list(resources), "summary": ["images": [.string("ghcr.io/acme/\(name):1.0.0")]],
        ]
        return value
    }

    private static func source(_ number: Int) -> ClusterValue {
        [
            "repoURL": "https://git.example.com/platform/deployments.git", "path": .string("apps/\(name(number))"),
            "targetRevision": "main",
        ]
    }
}
