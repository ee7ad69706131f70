import HoistwayPorts
import HoistwayTestServers
import Testing

/// Pipelines that copy artifacts from registry to registry, end to end.
struct ArtifactSequenceTests {
    private static let steps = #"""
        - uses: oci-push
          as: retag
          config: {srcRef: "${{ vars.src }}@${{ imageFrom(vars.src).Digest }}", destRef: "${{ vars.dest }}:${{ imageFrom(vars.src).Tag }}", annotations: {io.example.promotion: "${{ ctx.promotion }}"}}
        - {uses: git-clone, config: {repoURL: "${{ vars.repo }}", checkout: [{branch: main, path: ./p}]}}
        - {uses: kustomize-set-image, as: set, config: {path: ./p, images: [{image: api, newName: "${{ vars.dest }}", digest: "${{ outputs.retag.digest }}"}]}}
        - {uses: git-commit, config: {path: ./p, message: "${{ outputs.set.commitMessage }}"}}
        - {uses: git-tag, config: {path: ./p, tag: "rel-${{ lower(split(ctx.promotion, '.')[1]) }}", message: "release ${{ ctx.targetFreight.name }}"}}
        - {uses: git-push, as: push, config: {path: ./p}}
        - {uses: git-push, config: {path: ./p, tag: "rel-${{ lower(split(ctx.promotion, '.')[1]) }}"}}
        - {uses: argocd-update, config: {apps: [{selector: {matchLabels: {app: api, tier: prod}}}]}}
        - {uses: argocd-wait, retry: {timeout: 15m}, config: {apps: [{name: "${{ vars.app }}", waitFor: [health, sync]}]}}
        - {uses: set-freight-alias, config: {name: "${{ ctx.targetFreight.name }}", alias: "prod-${{ now().Format('2006-01-02') }}"}}
        """#

    @Test func `an image gets its tag at another registry, its digest is pinned, and the release is tagged`()
        async throws
    {
        let (first, second) = (try await RegistryServer.start(), try await Self.registry())
        defer {
            first.stop()
            second.stop()
        }
        let digest = try await first.push(
            RegistryImage(text: "api", platforms: ["linux/amd64", "linux/arm64"]),
            image: "api",
            tag: "1.2.3"
        )
        let (source, target) = ("\(first.host)/api", "\(second.host)/api")
        let git = try await GitRig()
        defer { git.stop() }
        let files = ["kustomization.yaml": "images:\n- name: api # pinned\n  newTag: 1.0.0\n"]
        let repository = try await git.repository("prod.git", files: files)
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [],
                manifests: [
                    Manifest.project("shop", remotes: [git.remote("prod.git")]), Self.login(target),
                    Manifest.images("api", in: "shop", source),
                    Manifest.pipeline(
                        of: ["api"],
                        vars: [
                            "src": source, "dest": target, "app": "api-${{ ctx.stage }}",
                            "repo": git.url("prod.git"),
                        ],
                        steps: Self.steps
                    ),
                ],
                more: ["argocd: {whenMissing: skip}"]
            )
        )
        try await served.serving {
            // The look at the start finds the image.
            let promotion = try await served.lastPromotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            let freight = try await served.get("freight", as: Listed<FreightView>.self).items
            #expect(freight.map(\.alias).allSatisfy { $0.hasPrefix("prod-20") }, "\(freight.map(\.alias))")
            let output = try await served.command("why", "shop/test")
            #expect(!output.text.contains(RegistryServer.password))
        }
        let text = try await repository.show("kustomization.yaml")
        let pinned = try #require(text.split(separator: "\n").first { $0.contains("digest: ") })
        let copied = String(pinned.trimmingPrefix("  digest: "))
        #expect(text == "images:\n- name: api # pinned\n  newName: \(target)\n  digest: \(copied)\n", "\(text)")
        let tags = try await repository.git("tag", "--list", "rel-*")
        #expect(tags.split(separator: "\n").count == 1)
        #expect(try await repository.git("rev-parse", "\(tags)^{commit}") == repository.git("rev-parse", "main"))
        // The annotation makes it another image, and its children too.
        #expect(copied != digest)
        let folder = try TemporaryFolder("hoistway-copied")
        defer { folder.remove() }
        let login = "--creds=\(RegistryServer.username):\(RegistryServer.password)"
        let inspected = try await TestProgram.check(
            "skopeo",
            ["inspect", "--raw", "--tls-verify=false", login, "docker://\(target):1.2.3"],
            environment: ["HOME": folder.path]
        )
        #expect(inspected.text.contains("linux") && inspected.text.contains("arm64"))
        let copy = try await TestProgram.check(
            "skopeo",
            ["inspect", "--format={{.Digest}}", "--tls-verify=false", login, "docker://\(target):1.2.3"],
            environment: ["HOME": folder.path]
        )
        #expect(copy.text.split(separator: "\n").first.map(String.init) == copied)
    }

    private static let umbrella = #"""
        - uses: git-clone
          config:
            repoURL: ${{ vars.repo }}
            checkout: [{branch: main, path: ./src}, {branch: "out/${{ ctx.stage }}", create: true, path: ./out}]
        - {uses: git-clear, config: {path: ./out}}
        - {uses: yaml-merge, config: {inFiles: [./src/values.yaml, "./src/values-${{ ctx.stage }}.yaml", ./src/missing.yaml], outFile: ./src/merged.yaml, ignoreMissingFiles: true}}
        - uses: helm-update-chart
          as: deps
          config:
            path: ./src/chart
            charts: [{repository: "${{ vars.charts }}", name: api, version: "${{ quote(chartFrom(vars.chartRepo).Version) }}"}]
        - uses: helm-template
          config: {path: ./src/chart, releaseName: "${{ ctx.project }}", outPath: ./out, outLayout: flat, valuesFiles: [./src/merged.yaml], setValues: [{key: global.stage, value: "${{ ctx.stage }}", literal: true}]}
        - {uses: git-commit, config: {path: ./out, message: "${{ outputs.deps?.commitMessage ?? 'no chart change' }}"}}
        - {uses: git-push, config: {path: ./out, force: true}}
        """#

    /// Helm's place is taken by a script that shows what it is given: Helm itself runs in the tests of rendered branches.
    @Test func `an umbrella chart gets its dependency from a registry, and is rendered flat to the stage's branch`()
        async throws
    {
        let registry = try await RegistryServer.start()
        defer { registry.stop() }
        let archive: [UInt8] = [0x1F, 0x8B] + Array("api 1.4.0".utf8)
        try await registry.push(.chart("api", archive: archive), image: "charts/api", tag: "1.4.0")
        let charts = "oci://\(registry.host)/charts"
        let git = try await GitRig()
        defer { git.stop() }
        let files = [
            "values.yaml": "replicas: 1\nname: api\n", "values-test.yaml": "replicas: 2\n",
            "chart/Chart.yaml": """
            apiVersion: v2
            name: umbrella
            version: 0.1.0
            dependencies:
            - {name: api, version: 1.0.0, repository: "\(charts)"}

            """,
        ]
        let repository = try await git.repository("umbrella.git", files: files)
        let scripts = try TemporaryFolder("hoistway-scripts")
        defer { scripts.remove() }
        try scripts.write(Self.helm, to: "helm")
        try await TestProgram.check("chmod", ["+x", "\(scripts.path)/helm"])
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [],
                manifests: [
                    Manifest.project("shop", remotes: [git.remote("umbrella.git")]),
                    Manifest.warehouse("charts", in: "shop", "- chart: {repoURL: \"\(charts)/api\"}"),
                    Manifest.pipeline(
                        of: ["charts"],
                        vars: ["charts": charts, "chartRepo": "\(charts)/api", "repo": git.url("umbrella.git")],
                        steps: Self.umbrella
                    ),
                ],
                more: ["programs: {helm: \"\(scripts.path)/helm\"}"]
            )
        )
        try await served.serving {
            let promotion = try await served.lastPromotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
        }
        let names = try await repository.git("ls-tree", "-r", "--name-only", "out/test")
        #expect(names.split(separator: "\n") == ["configmap-given.yaml"])
        let text = try await repository.show("configmap-given.yaml", on: "out/test")
        #expect(text.contains("charts: api-1.4.0.tgz"), "\(text)")
        #expect(text.contains("replicas: 2") && text.contains("name: api"), "\(text)")
        #expect(text.contains("-- shop ") && text.contains("global.stage=test"), "\(text)")
        let message = try await repository.git("log", "-1", "--format=%B", "out/test")
        #expect(message.contains("\n\n- api: 1.4.0\n"), "\(message)")
        #expect(try await repository.show("chart/Chart.yaml") == files["chart/Chart.yaml"])
    }

    private static let helm = #"""
        #!/bin/sh
        if [ "$1" = version ]; then echo v3.19.0; exit; fi
        chart=$(find . -name Chart.yaml | head -n 1)
        echo "apiVersion: v1"
        echo "kind: ConfigMap"
        echo "metadata: {name: given}"
        echo "data:"
        echo "  charts: $(ls "$(dirname "$chart")/charts")"
        echo "  words: |"
        echo "    $*"
        find . -name merged.yaml -exec sed 's/^/    /' {} +
        """#

    /// One that wants a login.
    private static func registry() async throws -> RegistryServer {
        var options = RegistryServer.Options()
        options.wantsLogin = true
        return try await RegistryServer.start(options: options)
    }

    private static func login(_ image: String) -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: prod-registry, namespace: shop, labels: {kargo.akuity.io/cred-type: image}}
        stringData: {repoURL: "\(image)", username: \(RegistryServer.username), password: "\(RegistryServer.password)"}
        """
    }
}
