/// What a test's server is configured with.
struct ServedConfiguration {
    /// One receiver with its secret in a file.
    struct Receiver {
        var name: String
        var sender: String
        var secret: String
        /// What it may speak for, as the file has it.
        var sources = "all"
        /// Further keys, as they stand in the file: `imageHost: 127.0.0.1:5000`.
        var options: [String] = []

        var text: String {
            let lines = [
                "name: \(name)", "sender: \(sender)", "sources: \(sources)", "secrets: [{file: secret-\(name)}]",
            ]
            return "    - " + (lines + options).joined(separator: "\n      ")
        }
    }

    var receivers: [Receiver]
    /// Kargo's manifests.
    var manifests: [String]
    /// Manifests in Git, as the file has them.
    var sources: [String] = []
    /// Keys below `webhooks`.
    var webhooks: [String] = []
    /// Keys below `git`.
    var git: [String] = []
    /// Further top-level keys.
    var more: [String] = []

    var files: [(String, String)] {
        receivers.map { ("secret-\($0.name)", $0.secret) }
            + [("pipelines.yaml", manifests.joined(separator: "\n---\n"))]
    }

    func text(_ ports: ServedPorts) -> String {
        """
        webhooks:
          listen: 127.0.0.1:\(ports.webhooks)
        \(webhooks.map { "  \($0)\n" }.joined())  receivers:
        \(receivers.map(\.text).joined(separator: "\n"))
        console: {listen: 127.0.0.1:\(ports.console)}
        health: {listen: 127.0.0.1:\(ports.health)}
        state: {url: "sqlite:./var/hoistway.db"}
        manifests:
        \((["pipelines.yaml"] + sources).map { "  - \($0)\n" }.joined())
        git:
          cache: {path: ./var/git}
        \(git.map { "  \($0)\n" }.joined())
        \(more.joined(separator: "\n"))
        """
    }
}

/// Kargo's manifests, written short.
enum Manifest {
    struct Git {
        var url: String
        var login: (username: String, password: String)?
    }

    /// A project with its policies and credentials.
    ///
    /// `auto`: a stage selector's name, `nil` for every stage.
    static func project(_ name: String, auto: String? = nil, remotes: [Git]) -> String {
        let selector = auto.map { "{name: \"\($0)\"}" } ?? "{}"
        var parts = [
            """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Project
            metadata: {name: \(name)}
            """,
            """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: ProjectConfig
            metadata: {name: \(name), namespace: \(name)}
            spec:
              promotionPolicies:
                - {stageSelector: \(selector), autoPromotionEnabled: true}
            """,
        ]
        for (index, remote) in remotes.enumerated() where remote.login != nil {
            parts.append(secret(name, named: "git-\(index)", for: remote))
        }
        return parts.joined(separator: "\n---\n")
    }

    /// A project's credential for a repository that wants one.
    static func secret(_ project: String, named name: String, for remote: Git) -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: \(name)
          namespace: \(project)
          labels: {kargo.akuity.io/cred-type: git}
        stringData:
          repoURL: \(remote.url)
          username: "\(remote.login?.username ?? "")"
          password: "\(remote.login?.password ?? "")"
        """
    }

    static func images(_ name: String, in project: String, _ image: String, constraint: String = ">=0.0.0") -> String {
        warehouse(name, in: project, "- image: {repoURL: \(image), constraint: \"\(constraint)\"}")
    }

    static func warehouse(_ name: String, in project: String, _ subscription: String) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Warehouse
        metadata: {name: \(name), namespace: \(project)}
        spec:
          interval: 24h
          subscriptions:
            \(subscription)
        """
    }

    /// `upstream` empty: straight from the warehouses.
    static func stage(
        _ name: String,
        in project: String,
        of warehouses: [String],
        after upstream: [String] = [],
        steps: [String]
    ) -> String {
        let sources = upstream.isEmpty ? "{direct: true}" : "{stages: [\(upstream.joined(separator: ", "))]}"
        let requests = warehouses.map { "    - {origin: {kind: Warehouse, name: \($0)}, sources: \(sources)}" }
        return """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Stage
            metadata: {name: \(name), namespace: \(project)}
            spec:
              requestedFreight:
            \(requests.joined(separator: "\n"))
              promotionTemplate:
                spec:
                  steps:
            \(steps.joined(separator: "\n"))
            """
    }

    /// Sets the freight's images in `folder` of `branch`, and pushes that.
    static func inPlace(_ url: String, branch: String, folder: String, mount: String = "repo") -> [String] {
        [
            "        - uses: git-clone",
            "          config: {repoURL: \(url), checkout: [{branch: \"\(branch)\", path: ./\(mount)}]}",
            "        - {uses: kustomize-set-image, config: {path: ./\(mount)/\(folder)}}",
            "        - {uses: git-commit, config: {path: ./\(mount)}}",
            "        - {uses: git-push, config: {path: ./\(mount)}}",
        ]
    }

    /// Makes `branch` out of `folder` of `source`, with the freight's images set.
    static func replaced(_ url: String, branch: String, from source: String, folder: String) -> [String] {
        [
            "        - uses: git-clone",
            "          config:",
            "            repoURL: \(url)",
            "            checkout: [{branch: \(source), path: ./src}, {branch: \"\(branch)\", create: true, path: ./out}]",
            "        - {uses: git-clear, config: {path: ./out}}",
            "        - {uses: kustomize-set-image, config: {path: ./src/\(folder)}}",
            "        - {uses: copy, config: {inPath: ./src/\(folder), outPath: ./out/\(folder)}}",
            "        - {uses: git-commit, config: {path: ./out}}",
            "        - {uses: git-push, config: {path: ./out}}",
        ]
    }

    /// A kustomization of these images, each at the tag given.
    static func kustomization(_ images: [(name: String, tag: String)]) -> String {
        let entries = images.map { "  - name: \($0.name)\n    newTag: \($0.tag)\n" }
        return """
            # Kept by hand.
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            images:
            \(entries.joined())
            """
    }
}
