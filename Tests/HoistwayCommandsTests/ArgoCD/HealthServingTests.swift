import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// A stage's health through a served program, beside a cluster with Argo CD.
struct HealthServingTests {
    private static func steps(_ url: String, _ stage: String) -> [String] {
        [
            "        - uses: git-clone",
            "          config: {repoURL: \(url), checkout: [{branch: main, path: ./repo}]}",
            "        - {uses: kustomize-set-image, config: {path: ./repo/\(stage)}}",
            "        - {uses: git-commit, config: {path: ./repo}}",
            "        - {uses: git-push, as: push, config: {path: ./repo}}",
            "        - uses: argocd-update",
            "          config:",
            "            apps:",
            "            - name: shop-\(stage)",
            "              sources: [{repoURL: \(url), desiredRevision: '${{ outputs.push.commit }}'}]",
        ]
    }

    private static func rig(_ cluster: KubernetesServer) async throws -> RuleRig {
        let kubeconfig = try cluster.writeKubeconfig(.none)
        return try await RuleRig(
            files: { source in
                let text = Manifest.kustomization([(source.image("app"), "1.0.0")])
                return ["test/kustomization.yaml": text, "prod/kustomization.yaml": text]
            },
            stages: { url in
                [
                    Manifest.stage("test", in: "shop", of: ["app"], steps: steps(url, "test")),
                    Manifest.stage("prod", in: "shop", of: ["app"], after: ["test"], steps: steps(url, "prod")),
                ]
            },
            configure: { $0.more.append("kubernetes: {clusters: {main: {kubeconfig: \(kubeconfig)}}}") }
        )
    }

    @Test func `freight goes from stage to stage as their Applications become healthy, and what degrades is shown`()
        async throws
    {
        let cluster = try await KubernetesServer.start()
        defer { cluster.stop() }
        let rig = try await Self.rig(cluster)
        let url = rig.git.url("shop.git")
        let folder = rig.repository.path
        for name in ["test", "prod"] {
            let source = ApplicationFixture.Source(url, at: "main", path: name)
            let fixture = ApplicationFixture("shop-\(name)", source).authorizing("shop:\(name)")
            cluster.put(fixture.value, of: .applications)
        }
        let argocd = await ArgoCDController.start(on: cluster, revisions: GitRevisions { _ in folder })
        await argocd.script("shop-test", .progress(then: "Healthy"))
        try await rig.run {
            #expect(try await rig.push("1.1.0").phase == "Succeeded")
            try await eventually("the stage's health") { try await rig.stage().health?.status == .progressing }
            let waiting = try await rig.served.command("why", "prod").text
            #expect(waiting.contains("not verified in test yet: test is Progressing"), "\(waiting)")
            #expect(try await rig.tag(in: "prod/kustomization.yaml", on: "main") == "1.0.0")

            await argocd.advance("shop-test")
            #expect(try await rig.served.lastPromotion(of: "prod", freightOf: "1.1.0").phase == "Succeeded")
            try await eventually("the stage's health") { try await rig.stage("prod").health?.isReady == true }
            // The other stage's push has moved the branch on; it contains what was promoted.
            await argocd.compare("shop-test")
            try await eventually("the stage's health") { try await rig.stage().health?.status == .healthy }

            await argocd.setHealth("Degraded", "crash loop", of: "shop-test")
            try await eventually("the stage's health") { try await rig.stage().health?.status == .progressing }
            let table = try await rig.served.command("get", "stages").text
            #expect(table.contains("Application argocd/shop-test is Degraded: crash loop"), "\(table)")
            await argocd.setHealth("Missing", "nothing is live", of: "shop-test")
            try await eventually("the stage's health") { try await rig.stage().health?.status == .unhealthy }
            let json = try await rig.served.command("get", "stages", "-o", "json").text
            #expect(json.contains("\"Unhealthy\"") && json.contains("nothing is live"), "\(json)")
            let metrics = try await rig.served.health("metrics")
            #expect(metrics.contains(#"hoistway_stage_health{project="shop",stage="test",status="unhealthy"} 1"#))
            #expect(metrics.contains(#"hoistway_stage_health{project="shop",stage="prod",status="healthy"} 1"#))
            #expect(try await rig.tag(in: "prod/kustomization.yaml", on: "main") == "1.1.0")
        }
        // What was known is there after a restart, also where the cluster is not.
        try await cluster.goDown()
        try await rig.served.serving {
            let health = try #require(try await rig.stage().health)
            #expect(health.status == .unhealthy && health.applications.map(\.name) == ["shop-test"])
        }
        await argocd.stop()
    }
}
