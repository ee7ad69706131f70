import HoistwayTestServers
import Testing

/// What a promotion asks of the Git server, by the server's own log.
struct PromotionRequestTests {
    /// Method, and what comes after the repository's URL.
    private static func lines(_ requests: some Sequence<GitHTTPServer.Request>) -> [String] {
        requests.map { "\($0.method) \($0.uri.replacing("/shop.git/", with: ""))" }
    }

    /// A program with one stage, which edits the folder `env` of the branch main.
    private static func served(_ git: GitRig, _ source: ImageSource) throws -> ServedProgram {
        let steps = Manifest.inPlace(git.url("shop.git"), branch: "main", folder: "env")
        return try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver],
                manifests: [
                    Manifest.project("shop", remotes: [git.remote("shop.git")]),
                    Manifest.images("app", in: "shop", source.image("app")),
                    Manifest.stage("test", in: "shop", of: ["app"], steps: steps),
                ]
            )
        )
    }

    @Test func `a first promotion reads what it edits and is greeted once; the next one is its push alone`()
        async throws
    {
        let git = try await GitRig(isOpen: true)
        defer { git.stop() }
        let source = try ImageSource()
        let files = ["env/kustomization.yaml": Manifest.kustomization([(source.image("app"), "1.0.0")])]
        let repository = try await git.repository("shop.git", files: files)
        let served = try Self.served(git, source)
        try await served.serving {
            #expect(try await source.announce("app", "1.1.0", to: served) == 202)
            #expect(try await served.lastPromotion(of: "test", freightOf: "1.1.0").phase == "Succeeded")
            let first = try await git.server.requests()
            let lines = Self.lines(first)
            #expect(lines.count <= 8, "\(lines)")
            #expect(lines.count { $0 == "GET info/refs?service=git-upload-pack" } == 1)
            #expect(lines.count { $0 == "GET info/refs?service=git-receive-pack" } == 1)
            #expect(lines.last == "POST git-receive-pack", "\(lines)")
            // The greeting and what was read beside it.
            let connections = Set(first.map(\.connection))
            #expect(connections.count <= 2)

            #expect(try await source.announce("app", "1.2.0", to: served) == 202)
            #expect(try await served.lastPromotion(of: "test", freightOf: "1.2.0").phase == "Succeeded")
            let next = try await git.server.requests(atLeast: first.count + 1).dropFirst(first.count)
            #expect(Self.lines(next) == ["POST git-receive-pack"])
            #expect(connections.isSuperset(of: next.map(\.connection)), "the push came on an open connection")
        }
        #expect(try await repository.show("env/kustomization.yaml", on: "main").contains("newTag: 1.2.0"))
    }

    @Test func `the manifests that a kustomization names come in one request, and the root tree with its commit`()
        async throws
    {
        let git = try await GitRig(isOpen: true)
        defer { git.stop() }
        let source = try ImageSource()
        let image = source.image("app")
        let manifests = (0..<5).map { "app-\($0).yaml" }
        var files = Dictionary(uniqueKeysWithValues: manifests.map { ("env/\($0)", Self.deployment($0, image)) })
        files["env/kustomization.yaml"] =
            Manifest.kustomization([(image, "1.0.0")]) + "resources: [\(manifests.joined(separator: ", "))]\n"
        let repository = try await git.repository("shop.git", files: files)
        let root = try await repository.git("rev-parse", "main^{tree}")
        let served = try Self.served(git, source)
        try await served.serving {
            #expect(try await source.announce("app", "1.1.0", to: served) == 202)
            #expect(try await served.lastPromotion(of: "test", freightOf: "1.1.0").phase == "Succeeded")
            let requests = try await git.server.requests()
            // Greeting and refs; history, beside it the tip; the folder's tree, beside it the push's greeting; the
            // kustomization; its manifests; the push.
            #expect(requests.count <= 9, "\(Self.lines(requests))")
            let wants = requests.map { $0.body.split(separator: "want ").dropFirst().map { String($0.prefix(40)) } }
            #expect(wants.contains { $0.count == manifests.count }, "\(wants)")
            #expect(!wants.joined().contains(root), "\(wants)")
        }
    }

    private static func deployment(_ name: String, _ image: String) -> String {
        """
        kind: Deployment
        metadata: {name: \(name)}
        spec: {template: {spec: {containers: [{name: app, image: \(image)}]}}}

        """
    }
}
