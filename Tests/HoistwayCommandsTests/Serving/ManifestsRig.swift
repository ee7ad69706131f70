import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

/// A server whose pipelines lie in a Git repository of their own; its Git servers can be closed apart.
struct ManifestsRig {
    static let secret = "the secret of the manifests' webhook"

    /// Where stages push.
    let git: GitRig
    let shop: GitRepositoryFixture
    /// Where the manifests are.
    let source: GitRig
    let manifests: GitRepositoryFixture
    let images: ImageSource
    let served: ServedProgram

    /// - Parameters:
    ///   - stages: those that are there at the first start.
    ///   - projects: what the repository may define, as the file has it.
    ///   - others: further sources, as the file has them.
    init(
        stages: [String] = ["test"],
        projects: String = "[shop]",
        interval: String = "1h",
        others: [String] = []
    ) async throws {
        git = try await GitRig()
        source = try await GitRig(login: ("reader", "only for whoever reads manifests"))
        images = try ImageSource()
        var files: [String: String] = [:]
        for stage in ["test", "prod"] {
            files["envs/\(stage)/kustomization.yaml"] = Manifest.kustomization([(images.image("app"), "1.0.0")])
        }
        shop = try await git.repository("shop.git", files: files)
        manifests = try await source.repository("pipelines.git", files: ["README.md": "Pipelines.\n"])
        let receiver = ServedConfiguration.Receiver(
            name: "manifests",
            sender: "github",
            secret: Self.secret,
            sources: "[\"127.0.0.1:\(source.proxy.port)/pipelines\"]"
        )
        var configuration = ServedConfiguration(
            receivers: [images.receiver, receiver],
            // The credentials are this machine's own; what they are for lies in Git.
            manifests: [
                Manifest.secret("shop", named: "shop", for: git.remote("shop.git")),
                Manifest.secret("shop", named: "manifests", for: source.remote("pipelines.git")),
            ]
        )
        configuration.sources =
            [
                "git: {url: \"\(source.url("pipelines.git"))\", path: live, projects: \(projects), interval: \(interval)}"
            ] + others
        served = try ServedProgram(configuration)
        try await commit(stages: stages)
    }

    /// Writes the pipelines with these stages, and nothing of others.
    func commit(stages: [String], more: [String: String] = [:]) async throws {
        var files = ["live/project.yaml": pipelines(stages)]
        for (name, text) in more { files[name] = text }
        try await manifests.commit(files, message: "Stages \(stages.joined(separator: ", "))")
    }

    func pipelines(_ stages: [String]) -> String {
        let parts =
            [
                Manifest.project("shop", remotes: []), Manifest.images("app", in: "shop", images.image("app")),
            ]
            + stages.map { name in
                let steps = Manifest.inPlace(git.url("shop.git"), branch: "main", folder: "envs/\(name)")
                return Manifest.stage(name, in: "shop", of: ["app"], steps: steps)
            }
        return parts.joined(separator: "\n---\n")
    }

    /// Tells the server of the newest commit, as GitHub would.
    func announce(changing files: [String] = ["live/project.yaml"]) async throws {
        let head = try await manifests.git("rev-parse", "main")
        let list = files.map { "\"\($0)\"" }.joined(separator: ",")
        let url = source.url("pipelines.git")
        let body = """
            {"ref": "refs/heads/main", "before": "\(String(repeating: "1", count: 40))", "after": "\(head)",
            "created": false, "deleted": false, "forced": false,
            "repository": {"full_name": "pipelines", "clone_url": "\(url)", "default_branch": "main"},
            "pusher": {"name": "ada"}, "sender": {"login": "ada"},
            "head_commit": {"id": "\(head)", "message": "m", "timestamp": "2026-01-02T03:04:05Z",
            "author": {"name": "Ada", "email": "ada@example.com"}},
            "commits": [{"id": "\(head)", "message": "m", "timestamp": "2026-01-02T03:04:05Z",
            "author": {"name": "Ada", "email": "ada@example.com"},
            "added": [], "removed": [], "modified": [\(list)]}]}
            """
        let payload = try Payload.github(Array(body.utf8), event: "push", secret: Self.secret)
        #expect(try await served.post(payload, to: "/hook/manifests") == 202)
    }

    func view() async throws -> ManifestSourceView {
        let list = try await served.get("manifests", as: Listed<ManifestSourceView>.self).items
        return try #require(list.first)
    }

    func stages() async throws -> [String] {
        try await served.get("stages", as: Listed<StageView>.self).items.map(\.name)
    }

    func waitForStages(_ names: [String]) async throws {
        try await eventually("the stages \(names.joined(separator: ", "))") { try await stages() == names }
    }

    func waitForState(_ state: ManifestSourceView.State) async throws {
        try await eventually("manifests that are \(state)") { try await view().state == state }
    }

    func stop() {
        served.stop()
        git.stop()
        source.stop()
    }

    func run(_ body: () async throws -> Void) async throws {
        defer {
            git.stop()
            source.stop()
        }
        try await served.serving(body)
    }
}
