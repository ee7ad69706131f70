import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

/// One signed payload on its way to a pushed branch, through the real program and a real Git server.
struct FirstBranchTests {
    private static let secret = "a webhook's secret"
    private static let login = (username: "deployer", password: "only for the deployer")

    @Test func `A signed payload becomes a pushed stage branch, and commands tell and steer what follows`() async throws
    {
        let rig = try await Self.rig()
        defer { rig.server.stop() }
        let served = rig.served
        try await served.serving {
            let payload = try Payload.package(rig.image, tag: "1.1.0", secret: Self.secret)
            #expect(try await served.post(payload, to: "/hook/ghcr") == 202)
            #expect(try await served.post(payload, to: "/hook/ghcr") == 200, "the same delivery again")
            var forged = payload
            forged.body.append(0x20)
            #expect(try await served.post(forged, to: "/hook/ghcr") == 401)

            try await eventually("stage/test") {
                try await rig.repository.id(of: "refs/heads/stage/test") != nil
            }
            let file = try await rig.repository.show("envs/test/kustomization.yaml", on: "stage/test")
            #expect(file == Self.file(rig.image, "1.1.0", digest: Payload.digest(of: rig.image, tag: "1.1.0")))
            let message = try await rig.repository.git("log", "-1", "--format=%B", "stage/test")
            #expect(message.hasPrefix("app 1.1.0 to test\n"), "the new branch carried nothing before")
            #expect(message.contains("Hoistway-Stage: shop/test"))

            try await Self.steer(served, rig: rig)
        }
        try await rig.repository.fsck()
    }

    /// Each command with its exit code.
    private static func steer(_ served: ServedProgram, rig: Rig) async throws {
        try await eventually("the promotion's end") {
            try await served.get("promotions", as: Listed<PromotionView>.self).items.first?.phase == .succeeded
        }
        let freight = try #require(try await served.get("freight", as: Listed<FreightView>.self).items.first)
        let list = try await served.command("get", "stages")
        #expect(list.status == 0)
        #expect(list.text.contains("test") && list.text.contains("1.1.0"))
        #expect(try await served.command("get", "deliveries").status == 0)

        let why = try await served.command("why", "prod")
        #expect(why.status == 0)
        #expect(why.text.contains("hoistway promote shop/prod \(freight.alias)"), "\(why.text)")

        let promote = try await served.command("promote", "shop/prod", freight.alias, "--wait")
        #expect(promote.status == 0, "\(promote.text)\(promote.errors)")
        let prod = try await rig.repository.show("envs/prod/kustomization.yaml", on: "stage/prod")
        #expect(prod.contains("newTag: 1.1.0"))

        let promotion = try #require(
            try await served.get("promotions?stage=prod", as: Listed<PromotionView>.self).items.first
        )
        #expect(try await served.command("abort", promotion.id).status == 3, "it is over")
        #expect(try await served.command("promote", "shop/nowhere", freight.alias).status != 0)
        #expect(try await served.command("get", "nonsense").status == 2)
        #expect(try await served.command("promote", "shop/late", freight.alias).status == 4, "not verified upstream")
    }

    // MARK: What it runs on

    private struct Rig {
        var folder: TemporaryFolder
        var server: GitHTTPServer
        var repository: GitRepositoryFixture
        var served: ServedProgram
        var image: String
    }

    private static func file(_ image: String, _ tag: String, digest: String? = nil) -> String {
        var text = Manifest.kustomization([(image, tag)])
        if let digest { text += "    digest: \(digest)\n" }
        return text
    }

    private static func rig() async throws -> Rig {
        let folder = try TemporaryFolder("hoistway-git")
        let repository = try await GitRepositoryFixture.bare(at: "\(folder.path)/shop.git")
        let image = "127.0.0.1:\(try LoopbackPort.free())/acme/app"
        var files: [String: String] = [:]
        for stage in ["test", "prod", "late"] { files["envs/\(stage)/kustomization.yaml"] = file(image, "1.0.0") }
        try await repository.commit(files)
        var options = GitHTTPServer.Options()
        options.login = login
        let server = try await GitHTTPServer.start(root: folder.path, options: options)
        let url = server.url(for: "shop.git")
        let stages = [("test", []), ("prod", ["test"]), ("late", ["never"]), ("never", ["late2"]), ("late2", [])]
        let manifests = stages.map { name, upstream in
            Manifest.stage(
                name,
                in: "shop",
                of: ["app"],
                after: upstream,
                steps: Manifest.replaced(url, branch: "stage/\(name)", from: "main", folder: "envs/\(name)")
            )
        }
        let configuration = ServedConfiguration(
            receivers: [
                .init(name: "ghcr", sender: "ghcr", secret: secret)
            ],
            manifests: [
                Manifest.project("shop", auto: "test", remotes: [.init(url: url, login: login)]),
                Manifest.images("app", in: "shop", image),
            ] + manifests
        )
        return Rig(
            folder: folder,
            server: server,
            repository: repository,
            served: try ServedProgram(configuration),
            image: image
        )
    }
}
