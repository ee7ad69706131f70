import HoistwayModel
import Testing

@testable import HoistwaySettings

/// I4: each kind of file is read again, and what changed is named.
///
/// S9: who may name paths of this machine.
struct ReloadReportTests {
    private static let configuration = """
        webhooks:
          listen: 127.0.0.1:8420
          tls: {certificate: tls.pem, key: tls.key}
          receivers:
            - {name: hub, sender: github, sources: all, secrets: [{file: hub}]}
        notifications:
          - {name: ops, url: {file: ops-url}, secret: {file: ops}}
        kubernetes: {clusters: {main: {kubeconfig: kube}}}
        registries: [{host: registry.example.com, caFile: registry.pem}]
        git:
          knownHosts: known_hosts
          hosts: [{host: git.example.com, caFile: git.pem}]
        manifests: [pipelines.yaml]
        """

    private static func secret(_ name: String, _ type: String, _ url: String, _ data: String) -> String {
        """
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: \(name), namespace: shop, labels: {kargo.akuity.io/cred-type: \(type)}}
        stringData: {repoURL: "\(url)", \(data)}

        """
    }

    private static func files() -> [String: String] {
        var manifests = "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: shop}\n"
        manifests += secret("git", "git", "https://git.example.com/a", "username: u, password: first-password")
        manifests += secret("images", "image", "registry.example.com/a", "username: u, password: first-image-password")
        manifests += secret(
            "app",
            "git",
            "https://github.com/acme/a",
            "githubAppClientID: c, githubAppInstallationID: \"1\", githubAppPrivateKey: first-app-key"
        )
        manifests += secret("ssh", "git", "ssh://git@git.example.com/b", "sshPrivateKey: first-ssh-key")
        return [
            "hoistway.yaml": configuration, "pipelines.yaml": manifests, "hub": "first-hub-secret",
            "ops": "first-ops-secret",
            "ops-url": "https://ops.example.com/first", "tls.pem": "first", "tls.key": "first", "git.pem": "first",
            "registry.pem": "first", "known_hosts": "first", "kube": "first",
        ]
    }

    /// File, what changes in it, and what the answer says.
    static let changes: [(file: String, old: String, line: String)] = [
        ("pipelines.yaml", "first-password", "credential shop/git (git) changed"),
        ("pipelines.yaml", "first-image-password", "credential shop/images (image) changed"),
        ("pipelines.yaml", "first-app-key", "credential shop/app (git) changed"),
        ("pipelines.yaml", "first-ssh-key", "credential shop/ssh (git) changed"),
        ("hub", "first", "receiver hub: its secrets changed"), ("ops", "first", "notification ops changed"),
        ("ops-url", "first", "notification ops changed"), ("tls.pem", "first", "webhooks.tls: the certificate changed"),
        ("tls.key", "first", "webhooks.tls: the certificate changed"),
        ("git.pem", "first", "git host git.example.com: its caFile changed"),
        ("registry.pem", "first", "registry registry.example.com: its caFile changed"),
        ("known_hosts", "first", "git.knownHosts changed"),
        ("kube", "first", "cluster main: its kubeconfig changed"),
    ]

    @Test(arguments: changes)
    func `every kind of secret and certificate is read again, and its change is named without its value`(
        _ change: (file: String, old: String, line: String)
    ) throws {
        var files = Self.files()
        let sandbox = try Sandbox(files)
        let (before, problems) = sandbox.load()
        let old = try #require(before, "\(problems)")
        #expect(ConfigurationChanges.lines(from: old, to: try #require(sandbox.load().0)).isEmpty)
        files[change.file] = files[change.file]?.replacing(change.old, with: "second-value-4711")
        try sandbox.write(Array((files[change.file] ?? "").utf8), to: change.file)
        let (after, found) = sandbox.load()
        let lines = ConfigurationChanges.lines(from: old, to: try #require(after, "\(found)"))
        #expect(lines == [change.line])
    }

    @Test func `projects, stages and credentials that come and go are named`() throws {
        let sandbox = try Sandbox(Self.files())
        let old = try #require(sandbox.load().0)
        let more = "---\napiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: bank}\n"
        let moved = "# A line above.\n" + (Self.files()["pipelines.yaml"] ?? "") + more
        try sandbox.write(Array(moved.utf8), to: "pipelines.yaml")
        let new = try #require(sandbox.load().0)
        #expect(ConfigurationChanges.lines(from: old, to: new) == ["project bank was added"])
        #expect(ConfigurationChanges.lines(from: new, to: old) == ["project bank was removed"])
    }

    @Test func `a cluster and a key of argocd that change are named`() throws {
        var files = Self.files()
        let sandbox = try Sandbox(files)
        let old = try #require(sandbox.load().0)
        files["hoistway.yaml"] =
            Self.configuration.replacing("main: {kubeconfig: kube}", with: "main: {inCluster: true}")
            + "\nargocd: {instance: west}\nprojects: {shop: {argocd: {namespace: argo}}}\n"
        try sandbox.write(Array((files["hoistway.yaml"] ?? "").utf8), to: "hoistway.yaml")
        let new = try #require(sandbox.load().0)
        #expect(
            ConfigurationChanges.lines(from: old, to: new) == [
                "cluster main changed", "argocd changed", "project shop: its argocd changed",
            ]
        )
    }

    // S9
    @Test func `a manifest from Git that names a path of this machine is refused, unless the configuration allows it`()
        throws
    {
        let manifests = """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Project
            metadata: {name: shop}
            ---
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Warehouse
            metadata: {name: app, namespace: shop}
            spec: {subscriptions: [{git: {repoURL: "file:///srv/app.git", branch: main}}]}
            ---
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Stage
            metadata: {name: test, namespace: shop}
            spec:
              requestedFreight: [{origin: {kind: Warehouse, name: app}, sources: {direct: true}}]
              promotionTemplate:
                spec:
                  steps:
                    - {uses: git-clone, config: {repoURL: "file:///srv/x.git", checkout: [{branch: main, path: ./r}]}}
                    - {uses: git-commit, config: {path: ./r}}
                    - {uses: git-push, config: {path: ./r}}

            """
        func refusals(_ more: String, fromGit: Bool) throws -> Int {
            let source = "{git: {url: https://git.example.com/acme/pipelines, path: shop, projects: [shop]}}"
            let text = "manifests: [\(fromGit ? source : "pipelines.yaml")]\n\(more)"
            let sandbox = try Sandbox(["hoistway.yaml": text, "pipelines.yaml": manifests])
            let read = ReadConfiguration.read(path: "\(sandbox.folder)/hoistway.yaml", environment: [:])
            var versions: [ManifestVersion] = []
            if fromGit {
                let version = ManifestVersion(
                    source: try #require(read.settings).manifestSources[0].source,
                    commit: try #require(ObjectID(String(repeating: "1", count: 40))),
                    readAt: Timestamp(seconds: 1_800_000_000),
                    files: [.init(path: "shop/all.yaml", text: manifests)]
                )
                versions = [version]
            }
            return read.loaded(with: versions).1.count {
                $0.message.contains("may not name a repository on this machine")
            }
        }
        #expect(try refusals("", fromGit: true) == 2)
        #expect(try refusals("git: {allowFileURLs: true}\n", fromGit: true) == 0)
        #expect(try refusals("", fromGit: false) == 0)
    }
}
