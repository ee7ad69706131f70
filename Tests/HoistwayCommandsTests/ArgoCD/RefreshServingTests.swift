import Foundation
import HoistwayPorts
import HoistwayTestServers
import Testing

/// The whole way from a webhook, and from a push of ours, to the annotation on an Application.
struct RefreshServingTests {
    private static let annotation = "argocd.argoproj.io/refresh"

    /// A served program with two clusters, the second of which is dead.
    private func rig(_ cluster: KubernetesServer, dead: KubernetesServer) async throws -> RuleRig {
        let files = (alive: try cluster.writeKubeconfig(.none), dead: try dead.writeKubeconfig(.none))
        let rig = try await RuleRig(
            files: { source in
                [
                    "apps/web/values.yaml": "a: 1\n", "apps/api/values.yaml": "a: 1\n",
                    "env/kustomization.yaml": Manifest.kustomization([(source.image("app"), "1.0.0")]),
                ]
            },
            stages: { url in
                let steps = Manifest.inPlace(url, branch: "stage/test", folder: "env")
                return [Manifest.stage("test", in: "shop", of: ["app"], steps: steps)]
            },
            configure: { configuration in
                configuration.receivers.append(RuleRig.git)
                configuration.more += [
                    "kubernetes: {clusters: {alive: {kubeconfig: \(files.alive)}, dead: {kubeconfig: \(files.dead)}}}",
                    "argocd: {cluster: dead}", "projects: {shop: {argocd: {cluster: alive, refresh: true}}}",
                ]
            }
        )
        try await rig.repository.git("branch", "stage/test", "main")
        return rig
    }

    private func put(
        _ name: String,
        _ url: String,
        path: String,
        revision: String,
        paths: String? = nil,
        stage: String? = "shop:test",
        in cluster: KubernetesServer
    ) {
        var application: ClusterValue = [
            "metadata": ["name": .string(name), "annotations": ["note": "kept"]],
            "spec": [
                "project": "default", "destination": ["server": "https://kubernetes.default.svc", "namespace": "shop"],
                "source": ["repoURL": .string(url), "path": .string(path), "targetRevision": .string(revision)],
            ],
        ]
        if let stage { application["metadata", "annotations", "kargo.akuity.io/authorized-stage"] = .string(stage) }
        if let paths {
            application["metadata", "annotations", "argocd.argoproj.io/manifest-generate-paths"] = .string(paths)
        }
        cluster.put(application, of: .applications)
    }

    private func refreshed(_ cluster: KubernetesServer) -> [String] {
        cluster.objects(.applications).filter { $0["metadata", "annotations", Self.annotation]?.string == "normal" }
            .compactMap { $0["metadata", "name"]?.string }
    }

    @Test func `exactly the Applications that a push concerns are annotated, and it is shown which and why`()
        async throws
    {
        let (cluster, dead) = (try await KubernetesServer.start(), try await KubernetesServer.start())
        defer {
            cluster.stop()
            dead.stop()
        }
        try await dead.goDown()
        let rig = try await rig(cluster, dead: dead)
        let url = rig.git.url("shop.git")
        put("web", url, path: "apps/web", revision: "HEAD", paths: ".", in: cluster)
        put("api", url, path: "apps/api", revision: "main", paths: ".;/base", in: cluster)
        put("whole", url, path: "", revision: "refs/heads/main", in: cluster)
        put("test", url, path: "env", revision: "stage/test", in: cluster)
        put("foreign", url, path: "", revision: "main", stage: "bank:test", in: cluster)
        put("elsewhere", "https://git.example.com/other", path: "", revision: "main", in: cluster)
        try await rig.run {
            try await eventually("the list of Applications") {
                try await rig.served.command("get", "clusters").text.contains("current")
            }
            let before = try #require(try await rig.head("main"))
            _ = try await rig.repository.commit(["apps/web/values.yaml": "a: 2\n"], to: "main", message: "Change")
            #expect(try await announce(rig, "apps/web/values.yaml", before: before) == 202)
            try await eventually("the refreshes") { refreshed(cluster) == ["web", "whole"] }
            let web = cluster.object(.applications, "web")
            #expect(web?["metadata", "annotations", "note"] == "kept")
            #expect(web?["metadata", "annotations", "argocd.argoproj.io/refresh-timestamp"] != nil)

            let promotion = try await rig.push("1.1.0")
            #expect(promotion.phase == "Succeeded")
            try await eventually("the refresh after our own push") {
                refreshed(cluster) == ["test", "web", "whole"]
            }
            let why = try await rig.served.command("why", "shop/test").text
            #expect(why.contains("Application argocd/web: refreshed at "), "\(why)")
            #expect(why.contains("apps/web/values.yaml is in its path apps/web; triggered by git delivery "), "\(why)")
            #expect(why.contains("since it follows stage/test; triggered by the promotion \(promotion.id)"), "\(why)")
            let clusters = try await rig.served.command("get", "clusters").text
            #expect(clusters.contains("dead: broken since") && clusters.contains("did not answer"), "\(clusters)")
            let metrics = try await rig.served.health("metrics")
            #expect(metrics.contains(#"hoistway_cluster_up{cluster="alive"} 1"#))
            #expect(metrics.contains(#"hoistway_cluster_up{cluster="dead"} 0"#))
            #expect(metrics.contains(#"hoistway_cluster_applications{cluster="alive"} 6"#))
            #expect(
                metrics.contains(#"hoistway_argocd_refreshes_total{cluster="alive",result="done"} 3"#),
                "\(metrics)"
            )
        }
        #expect(cluster.log("patch", .applications).compactMap(\.status) == [200, 200, 200])
    }

    /// A push to `main`, as GitHub tells it.
    private func announce(_ rig: RuleRig, _ file: String, before: String) async throws -> Int {
        let after = try #require(try await rig.head("main"))
        let body = """
            {"ref": "refs/heads/main", "before": "\(before)", "after": "\(after)", "forced": false, "created": false,
            "repository": {"clone_url": "\(rig.git.url("shop.git"))", "full_name": "shop", "default_branch": "main"},
            "commits": [{"id": "\(after)", "message": "Change", "added": [], "removed": [], "modified": ["\(file)"]}]}
            """
        let payload = try Payload.github(Array(body.utf8), event: "push", secret: RuleRig.git.secret)
        return try await rig.served.post(payload, to: "/hook/git")
    }
}
