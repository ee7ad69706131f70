import Foundation
import HoistwayTestServers
import Testing

/// Servers that repeat credentials, passwords that change, and promotions that end the program.
struct OddServerTests {
    private static let password = "marked/pass+word 4711"

    private static func promotion(_ served: ServedProgram, _ stage: String) async throws -> PromotionSummary? {
        try await served.get("promotions?stage=\(stage)", as: Listed<PromotionSummary>.self).items.first
    }

    // S3
    @Test func `what Git servers, registries and notification targets repeat of a request is hidden everywhere`()
        async throws
    {
        let servers = [
            try ScriptedServer.echo("403 Forbidden"), try .echo("500 Internal Server Error"), try .echoInRedirect(),
        ]
        let registry = try ScriptedServer.echo(
            "401 Unauthorized",
            headers: ["WWW-Authenticate: Basic realm=\"registry\""]
        )
        let ops = try ScriptedServer.echo("500 Internal Server Error")
        defer { for server in servers + [registry, ops] { server.stop() } }
        let source = try ImageSource()
        let urlToken = "marked-url-token-2222"
        var manifests = [Manifest.project("shop", remotes: [])]
        for (index, server) in servers.enumerated() {
            let login = (username: "deployer", password: Self.password)
            manifests.append(Manifest.secret("shop", named: "git-\(index)", for: .init(url: server.url, login: login)))
            manifests.append(
                Manifest.stage(
                    "stage-\(index)",
                    in: "shop",
                    of: ["app"],
                    steps: Manifest.inPlace(server.url, branch: "main", folder: "env")
                )
            )
        }
        let image = "127.0.0.1:\(registry.port)/acme/app"
        manifests += [
            Manifest.images("app", in: "shop", source.image("app")), Manifest.images("asked", in: "shop", image),
        ]
        manifests.append(
            Manifest.secret("shop", named: "images", for: .init(url: image, login: ("deployer", Self.password)))
                .replacing("cred-type: git", with: "cred-type: image")
        )
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver],
                manifests: manifests,
                more: [
                    "log: {level: trace}",
                    "notifications: [{name: ops, url: \"http://127.0.0.1:\(ops.port)/\(urlToken)\"}]",
                ]
            )
        )
        var shown = ""
        try await served.serving {
            #expect(try await source.announce("app", "1.1.0", to: served) == 202)
            for index in servers.indices {
                try await eventually("a failure of stage-\(index)") {
                    try await Self.promotion(served, "stage-\(index)")?.message.isEmpty == false
                }
            }
            try await eventually("the registry to be asked with the password") { registry.received.count >= 2 }
            _ = try await served.command("notify", "test", "ops")
            let ids = try await served.get("promotions", as: Listed<PromotionSummary>.self).items.map(\.id)
            for path in ["freight", "stages", "warehouses", "promotions", "deliveries"]
                + ids.map({ "promotions/\($0)" })
            {
                shown += try await served.getText(path)
            }
        }
        shown += served.log
        #expect(shown.contains("***"))
        let database = try FileManager.default.contentsOfDirectory(atPath: "\(served.folder.path)/var")
            .filter { $0.hasPrefix("hoistway.db") }
            .map { FileManager.default.contents(atPath: "\(served.folder.path)/var/\($0)") ?? Data() }
        for form in [
            Self.password, Data("deployer:\(Self.password)".utf8).base64EncodedString(),
            Data(Self.password.utf8).base64EncodedString(), urlToken,
        ] {
            #expect(!shown.lowercased().contains(form.lowercased()), "a form of \(form.count) letters is shown")
            #expect(database.allSatisfy { $0.range(of: Data(form.utf8)) == nil })
        }
    }

    // I4
    @Test func `a password that changes in its Secret is used from the reload on, which says so`() async throws {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        let file = "\(shop.served.folder.path)/pipelines.yaml"
        let right = try String(contentsOfFile: file, encoding: .utf8)
        let wrong = right.replacing(shop.git.login.password, with: "an old password")
        try wrong.write(toFile: file, atomically: true, encoding: .utf8)
        try await shop.served.serving {
            #expect(try await shop.source.announce("app", "1.1.0", to: shop.served) == 202)
            try await eventually("the refusal of the old password") {
                try await Self.promotion(shop.served, "test")?.nextTry != nil
            }
            #expect(try await shop.served.command("reload").text.contains("nothing changed"))
            try right.write(toFile: file, atomically: true, encoding: .utf8)
            let answer = try await shop.served.command("reload").text
            #expect(answer.contains("credential shop/git-0 (git) changed"), "\(answer)")
            #expect(!answer.contains(shop.git.login.password))
            #expect(try await shop.served.lastPromotion(of: "test").phase == "Succeeded")
            // A new project, and its Secret.
            let kustomization = Manifest.kustomization([(shop.source.image("app"), "1.0.0")])
            try await shop.repository.commit(["envs/vault/kustomization.yaml": kustomization])
            let bank = [
                Manifest.project("bank", remotes: [shop.git.remote("shop.git")]),
                Manifest.images("app", in: "bank", shop.source.image("app")),
                Manifest.stage(
                    "vault",
                    in: "bank",
                    of: ["app"],
                    steps: Manifest.inPlace(shop.git.url("shop.git"), branch: "main", folder: "envs/vault")
                ),
            ].joined(separator: "\n---\n")
            try (right + "\n---\n" + bank).write(toFile: file, atomically: true, encoding: .utf8)
            let second = try await shop.served.command("reload").text
            for line in [
                "project bank was added", "credential bank/git-0 (git) was added", "stage bank/vault was added",
            ] {
                #expect(second.contains(line), "\(second)")
            }
            #expect(try await shop.source.announce("app", "1.2.0", to: shop.served) == 202)
            let stored = try await shop.served.lastPromotion(of: "vault", freightOf: "1.2.0")
            #expect(stored.phase == "Succeeded", "\(stored.message)")
        }
    }

    // S1
    @Test func `a promotion with which the program ends three times is set aside, and another one goes on`()
        async throws
    {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        let silent = try ScriptedServer { _ in [.hang] }
        defer { silent.stop() }
        let file = "\(shop.served.folder.path)/pipelines.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let guilty = Manifest.stage(
            "guilty",
            in: "shop",
            of: ["app"],
            steps: Manifest.inPlace(silent.url, branch: "main", folder: "env")
        )
        try (text + "\n---\n" + guilty).write(toFile: file, atomically: true, encoding: .utf8)
        try await shop.served.explained {
            try await shop.served.start()
            #expect(try await shop.source.announce("app", "1.1.0", to: shop.served) == 202)
            #expect(try await shop.served.lastPromotion(of: "test").phase == "Succeeded")
            // A look at the branches hangs there too: not every end finds the promotion running.
            for _ in 0..<12 {
                try await eventually("the promotion to hang, or to be set aside") {
                    guard let guilty = try await Self.promotion(shop.served, "guilty") else { return false }
                    return guilty.isOver
                        || (guilty.phase == "Running" && guilty.nextTry == nil && silent.hanging != nil)
                }
                guard try await Self.promotion(shop.served, "guilty")?.isOver == false else { break }
                shop.served.kill()
                try await eventually("the connection to be gone") { silent.hanging == nil }
                try await shop.served.start()
            }
            let ended = try await shop.served.lastPromotion(of: "guilty")
            #expect(ended.phase == "Errored")
            #expect(ended.message.contains("ended suddenly 3 times"), "\(ended.message)")
        }
    }
}
