import Foundation
import HoistwayTestServers

/// A repository with a kustomization and a chart, and a stage that renders one of them to a branch of its own.
struct RenderRig {
    /// kubectl with kustomize 5.0 or newer, as `scripts/test` finds it.
    static let kubectl =
        ProcessInfo.processInfo.environment["HOISTWAY_TEST_KUBECTL"]
        ?? (try? TestProgram.find("kubectl", package: "kubernetes-client"))
    static let helm = ProcessInfo.processInfo.environment["HOISTWAY_TEST_HELM"]

    let git: GitRig
    let source: ImageSource
    let repository: GitRepositoryFixture
    let served: ServedProgram
    let scripts: TemporaryFolder

    /// - Parameters:
    ///   - render: the step between `kustomize-set-image` and `git-commit`, as the manifest has it.
    ///   - programs: below `programs`, `SCRIPTS` for the folder of scripts; `nil`: kubectl.
    ///   - scripts: by name; each answers the question for its version.
    ///   - options: what the configuration file says of the project.
    init(
        render: [String],
        programs: String? = nil,
        scripts bodies: [String: String] = [:],
        others: [String] = [],
        options: String? = nil
    ) async throws {
        git = try await GitRig()
        source = try ImageSource()
        scripts = try TemporaryFolder("hoistway-scripts")
        for (name, body) in bodies { try await Self.write(body, to: "\(scripts.path)/\(name)") }
        let image = source.image("app")
        var files = Self.files(image: image, entry: "newTag: 1.0.0")
        for name in others { files["envs/\(name)/kustomization.yaml"] = Manifest.kustomization([(image, "1.0.0")]) }
        repository = try await git.repository("shop.git", files: files)
        let url = git.url("shop.git")
        let programs = programs ?? Self.kubectl.map { "{kubectl: \($0)}" } ?? "{}"
        let steps =
            [
                "        - uses: git-clone",
                "          config:",
                "            repoURL: \(url)",
                "            checkout: [{branch: main, path: ./src}, {branch: env/dev, create: true, path: ./out}]",
                "        - {uses: git-clear, config: {path: ./out}}",
                "        - uses: kustomize-set-image",
                "          as: update-image",
                "          config:",
                "            path: ./src/overlays/dev",
                "            images: [{image: '${{ vars.imageRepo }}', tag: '${{ imageFrom(vars.imageRepo).Tag }}'}]",
            ] + render.map { "        \($0)" } + [
                "        - uses: git-commit",
                "          as: commit",
                "          config: {path: ./out, message: \"${{ outputs['update-image'].commitMessage }}\"}",
                "        - {uses: git-push, config: {path: ./out, targetBranch: env/dev}}",
                "        - uses: argocd-update",
                "          config:",
                "            apps:",
                "              - name: shop-dev",
                "                sources: [{repoURL: \(url), desiredRevision: '${{ outputs.commit.commit }}'}]",
            ]
        served = try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver],
                manifests: [
                    Manifest.project("shop", remotes: [git.remote("shop.git")]),
                    Manifest.images("app", in: "shop", image),
                    Manifest.stage("dev", in: "shop", of: ["app"], steps: steps)
                        .replacingOccurrences(
                            of: "  promotionTemplate:",
                            with: "  vars: [{name: imageRepo, value: \"\(image)\"}]\n  promotionTemplate:"
                        ),
                ]
                    + others.map {
                        Manifest.stage(
                            $0,
                            in: "shop",
                            of: ["app"],
                            steps: Manifest.inPlace(url, branch: "main", folder: "envs/\($0)")
                        )
                    },
                more: [
                    "argocd: {whenMissing: skip}",
                    "programs: \(programs.replacingOccurrences(of: "SCRIPTS", with: scripts.path))",
                ] + (options.map { ["projects: {shop: \($0)}"] } ?? [])
            )
        )
    }

    func stop() {
        served.stop()
        git.stop()
        scripts.remove()
    }

    /// What lies on `main`: the Deployment comes before the Namespace, and kustomize's own order is another.
    static func files(image: String, entry: String) -> [String: String] {
        [
            "base/kustomization.yaml": "resources: [web.yaml, service.yaml]\n",
            "base/web.yaml": """
            # Gone after rendering.
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: web, image: "\(image)"}]}

            """,
            "base/service.yaml": """
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {selector: {app: web}, ports: [{port: 80}]}

            """,
            "overlays/dev/namespace.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n",
            "overlays/dev/kustomization.yaml": """
            # Kept by hand.
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            resources: [../../base, namespace.yaml]
            images:
              - name: \(image)
                \(entry)

            """,
            "chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
            "chart/values.yaml": "replicas: 1\ntag: none\n",
            "values/dev.yaml": "replicas: 2\n",
            "chart/templates/web.yaml": """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: "{{ .Release.Name }}", namespace: "{{ .Release.Namespace }}"}
            spec: {replicas: {{ .Values.replicas }}, tag: "{{ .Values.tag }}"}

            """,
            "chart/templates/note.yaml": """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: note}
            data: {kube: "{{ .Capabilities.KubeVersion }}"}

            """,
        ]
    }

    /// The same files with the image set by hand, for the programs themselves.
    func golden(tag: String) throws -> TemporaryFolder {
        let image = source.image("app")
        let folder = try TemporaryFolder("hoistway-golden")
        for (name, text) in Self.files(image: image, entry: "newTag: \(tag)") {
            try Self.write(text, to: name, in: folder)
        }
        // kubectl sorts; this keeps the order in which resources are named.
        try Self.write(
            "resources: [../overlays/dev]\nsortOptions: {order: fifo}\n",
            to: "ordered/kustomization.yaml",
            in: folder
        )
        return folder
    }

    private static func write(_ text: String, to name: String, in folder: TemporaryFolder) throws {
        let path = URL(fileURLWithPath: "\(folder.path)/\(name)").deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try folder.write(text, to: name)
    }

    /// Texts of all files of a branch, by path.
    func files(on branch: String) async throws -> [String: String] {
        var files: [String: String] = [:]
        for name in try await repository.git("ls-tree", "-r", "--name-only", branch).split(separator: "\n") {
            files[String(name)] = try await repository.show(String(name), on: branch)
        }
        return files
    }

    /// Tells the server of a new image, and waits for the end of its promotion to `dev`.
    func promote(_ tag: String) async throws -> PromotionSummary {
        let status = try await source.announce("app", tag, to: served)
        guard status == 202 else { throw TestServerError.failed("announcing \(tag)", detail: "\(status)") }
        return try await served.lastPromotion(of: "dev", freightOf: tag)
    }

    /// Another process writes it: a file that this one has open to write could be open in a child that is started at
    /// that moment, and cannot be run as long as it is.
    private static func write(_ body: String, to path: String) async throws {
        let text = "#!/bin/sh\nif [ \"$1\" = version ]; then echo v5.4.2; exit; fi\n\(body)\n"
        try await TestProgram.check(
            "/bin/sh",
            ["-c", "cat >\"$1\" && chmod 755 \"$1\"", "sh", path],
            input: Array(text.utf8)
        )
    }
}
