import Foundation
import HoistwayTestServers
import Testing

/// Clusters in the configuration: how `check` looks at them, and what a reload makes of a change.
struct ClusterServingTests {
    private static func configuration(_ file: String, _ more: [String] = []) -> ServedConfiguration {
        ServedConfiguration(
            receivers: [],
            manifests: [Manifest.project("shop", remotes: [])],
            more: ["kubernetes: {clusters: {main: {kubeconfig: \(file)}}}"] + more
        )
    }

    private static func put(_ name: String, in cluster: KubernetesServer) {
        cluster.put(
            [
                "metadata": ["name": .string(name)],
                "spec": ["project": "default", "source": ["repoURL": "https://git.example.com/a"]],
            ],
            of: .applications
        )
    }

    @Test func `check reads the kubeconfig and asks nobody, unless it fetches`() async throws {
        let cluster = try await KubernetesServer.start()
        defer { cluster.stop() }
        Self.put("web", in: cluster)
        let served = try ServedProgram(Self.configuration(try cluster.writeKubeconfig(.none)))
        let plain = try await served.command("check")
        #expect(plain.status == 0 && !plain.text.contains("cluster main"), "\(plain.text)\(plain.errors)")
        #expect(cluster.log.isEmpty)
        let fetched = try await served.command("check", "--fetch")
        #expect(fetched.text.contains("cluster main: 1 Application in argocd"), "\(fetched.text)")
        cluster.setAccess { $0.denied = [.init(verbs: ["list"])] }
        let closed = try await served.command("check", "--fetch")
        #expect(closed.status == 0)
        #expect(
            closed.text.contains(
                "the cluster main does not allow to list applications.argoproj.io in the namespace argocd"
            ),
            "\(closed.text)"
        )
    }

    @Test func `a kubeconfig that says nothing of use is an error of check, with both places`() async throws {
        let served = try ServedProgram(Self.configuration("./kube", []))
        try served.folder.write("apiVersion: v1\nkind: Config\ncurrent-context: gone\ncontexts: []\n", to: "kube")
        let check = try await served.command("check")
        #expect(check.status == 1)
        #expect(
            check.text.contains("the cluster main cannot be used: ") && check.text.contains("/kube"),
            "\(check.text)"
        )
        #expect(check.text.contains("hoistway.yaml:"), "\(check.text)")
    }

    @Test func `a reload takes over another kubeconfig, and a cluster that comes and goes`() async throws {
        let (first, second) = (try await KubernetesServer.start(), try await KubernetesServer.start())
        defer {
            first.stop()
            second.stop()
        }
        Self.put("old", in: first)
        for name in ["new", "newer"] { Self.put(name, in: second) }
        let served = try ServedProgram(Self.configuration("./kube"))
        func point(at cluster: KubernetesServer) throws {
            let text = try String(contentsOfFile: try cluster.writeKubeconfig(.none), encoding: .utf8)
            try served.folder.write(text, to: "kube")
        }
        try point(at: first)
        try await served.serving {
            func counts() async throws -> String { try await served.command("get", "clusters").text }
            try await eventually("the first cluster") { try await counts().contains("main     current  1") }
            try point(at: second)
            let reloaded = try await served.command("reload")
            #expect(
                reloaded.text.contains("cluster main: its kubeconfig changed"),
                "\(reloaded.text)\(reloaded.errors)"
            )
            try await eventually("the second cluster") { try await counts().contains("main     current  2") }
            let bare = try String(contentsOfFile: served.configFile, encoding: .utf8)
                .replacing("kubernetes: {clusters: {main: {kubeconfig: ./kube}}}", with: "")
            try served.folder.write(bare, to: "hoistway.yaml")
            let removed = try await served.command("reload")
            #expect(removed.text.contains("cluster main was removed"), "\(removed.text)\(removed.errors)")
            #expect(try await counts().contains("no clusters are configured"))
            try await eventually("the end of the watches") { first.watches.isEmpty && second.watches.isEmpty }
        }
    }
}
