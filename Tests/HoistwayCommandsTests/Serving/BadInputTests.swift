import Foundation
import HoistwayPorts
import HoistwayTestServers
import Testing

/// What is broken, hostile or gone does no harm to the rest.
struct BadInputTests {
    private static let bodies: [(name: String, body: [UInt8])] = [
        ("truncated", Array(#"{"ref": "refs/heads/main", "repository": {"#.utf8)),
        ("nested", Array(String(repeating: "[", count: 200_000).utf8)),
        ("nested in a field", Array((#"{"a":"# + String(repeating: #"{"a":"#, count: 50_000)).utf8)),
        ("not UTF-8", [0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
        ("empty", []), ("null", Array("null".utf8)), ("null fields", Array(#"{"ref": null, "repository": null}"#.utf8)),
        ("a number", Array("1e999999".utf8)),
        ("long", Array(#"{"a":""#.utf8) + [UInt8](repeating: 0x61, count: 4 << 20)),
    ]

    @Test func `What fails outside, and a configuration with errors, are failures and no usage`() async throws {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        try await shop.served.serving {
            // Nobody listens at its registry.
            let refresh = try await shop.served.command("refresh", "shop/app")
            #expect(refresh.status == 1 && refresh.errors.contains("registry"), "\(refresh.errors)")
            // I2: what a look came to is seen everywhere.
            for command in [["get", "warehouses"], ["why", "shop/test"]] {
                let shown = try await shop.served.command(command)
                #expect(shown.text.contains("failed") && shown.text.contains("did not answer"), "\(shown.text)")
            }
            try shop.served.folder.write("kind: [\n", to: "pipelines.yaml")
            let reload = try await shop.served.command("reload")
            #expect(reload.status == 1 && reload.errors.contains("pipelines.yaml"), "\(reload.errors)")
            let text = Manifest.project("shop", remotes: []) + "\n---\nkind: Project\nmetadata: {nmae: x}\n"
            try shop.served.folder.write(text, to: "pipelines.yaml")
            let hinted = try await shop.served.command("reload")
            #expect(hinted.status == 1 && !hinted.errors.contains("u{a}"), "\(hinted.errors)")
        }
    }

    @Test func `A step that would be refused when it runs is refused by check`() async throws {
        let rig = try await SimpleShop()
        defer { rig.stop() }
        let file = "\(rig.served.folder.path)/pipelines.yaml"
        let good = try String(contentsOfFile: file, encoding: .utf8)
        #expect(try await rig.served.command("check").status == 0)
        for (from, to, words) in [
            (
                "{path: ./repo/envs/test}",
                "{path: ./repo/envs/test, images: [{image: \"\", tag: v1}]}", "images[0].image"
            ),
            ("git-commit, config: {path: ./repo}", "git-commit, config: {path: ./repo, message: \"\"}", "message"),
        ] {
            try good.replacing(from, with: to).write(toFile: file, atomically: true, encoding: .utf8)
            let told = try await rig.served.command("check")
            #expect(told.status == 1 && told.text.contains(words), "\(told.text)")
        }
        let valid = "git-push, config: {path: ./repo, targetBranch: main, generateTargetBranch: false}"
        try good.replacing("git-push, config: {path: ./repo}", with: valid)
            .write(toFile: file, atomically: true, encoding: .utf8)
        let told = try await rig.served.command("check")
        #expect(told.status == 0, "\(told.text)")
    }

    @Test func `A replay reaches a listener with TLS, whatever names its certificate has`() async throws {
        let shop = try await SimpleShop(webhooks: ["tls: {certificate: c.pem, key: k.pem}"])
        defer { shop.stop() }
        let folder = shop.served.folder.path
        try await TestProgram.check(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=hooks.example.com", "-addext", "subjectAltName=DNS:hooks.example.com",
                "-keyout", "\(folder)/k.pem", "-out", "\(folder)/c.pem",
            ]
        )
        let payload = try Payload.package(shop.source.image("app"), tag: "1.1.0", secret: shop.source.secret)
        try shop.served.folder.write("X-GitHub-Event: package\nX-GitHub-Delivery: 1\n", to: "headers")
        let replay = ["replay", "--receiver", "ghcr", "--headers", "headers", "-"]
        let early = try await shop.served.command(replay, input: payload.body)
        #expect(early.status == 1 && early.errors.contains("--to"), "\(early.errors)")
        #expect(!early.errors.contains(".swift"), "\(early.errors)")
        try await shop.served.serving {
            let sent = try await shop.served.command(replay, input: payload.body)
            #expect(sent.status == 0 && sent.text.hasPrefix("202"), "\(sent.text)\(sent.errors)")
            #expect(try await shop.served.lastPromotion(of: "test").phase == "Succeeded")
        }
    }

    @Test func `Broken and hostile bodies are kept with a reason, and what comes after them is promoted`() async throws
    {
        let rig = try await Self.rig(stages: ["test": ("main", "env")], files: ["env": nil])
        defer { rig.git.stop() }
        let served = rig.served
        try await served.serving {
            for (name, body) in Self.bodies {
                let payload = try Payload.github(body, event: "push", secret: rig.source.secret)
                #expect(try await served.post(payload, to: "/hook/ghcr") == 202, "\(name)")
            }
            for ref in ["a b", "../x", "-x", "refs/heads/refs/heads/x", "", "refs/heads/", "refs/heads/\\u0000"] {
                let body =
                    #"{"ref": "\#(ref)", "before": "\#(zeros)", "after": "\#(ones)", "repository": {"full_name": "a/b"}}"#
                let payload = try Payload.github(Array(body.utf8), event: "push", secret: rig.source.secret)
                #expect(try await served.post(payload, to: "/hook/ghcr") == 202, "\(ref)")
            }
            let huge = try Payload.github(
                [UInt8](repeating: 0x20, count: 6 << 20),
                event: "push",
                secret: rig.source.secret
            )
            // The answer comes before the body has gone; whether a client reads it then is its own affair.
            let refusal = try? await served.post(huge, to: "/hook/ghcr")
            #expect(refusal == nil || refusal == 413)
            #expect(try await rig.source.announce("app", "1.1.0", to: served) == 202)
            #expect(try await served.lastPromotion(of: "test").phase == "Succeeded")
            let deliveries = try await served.get("deliveries?limit=100", as: Listed<DeliveryView>.self).items
            #expect(deliveries.count == Self.bodies.count + 8)
            for delivery in deliveries {
                #expect([.failed, .ignored, .done].contains(delivery.state))
                #expect(!delivery.reason.isEmpty)
            }
            #expect(deliveries.count { $0.state == .done } == 1)
        }
    }

    private let zeros = String(repeating: "0", count: 40)
    private let ones = String(repeating: "1", count: 40)

    @Test func `A kustomization that is missing, no YAML or two documents fails its own stage only`() async throws {
        let rig = try await Self.rig(
            stages: [
                "missing": ("main", "nothing"), "broken": ("main", "broken"), "double": ("main", "double"),
                "good": ("main", "good"),
            ],
            files: [
                "broken": "images: [\n  - {name: x\n", "good": nil,
                "double": "kind: Kustomization\nimages: []\n---\nkind: Kustomization\n",
            ]
        )
        defer { rig.git.stop() }
        try await rig.served.serving {
            #expect(try await rig.source.announce("app", "1.1.0", to: rig.served) == 202)
            for (stage, words) in [("missing", "kustomization"), ("broken", "broken/"), ("double", "double/")] {
                let promotion = try await rig.served.lastPromotion(of: stage)
                #expect(["Failed", "Errored"].contains(promotion.phase), "\(stage): \(promotion.phase)")
                #expect(promotion.message.contains(words), "\(promotion.message)")
            }
            #expect(try await rig.served.lastPromotion(of: "good").phase == "Succeeded")
        }
        #expect(try await rig.repository.git("rev-list", "--count", "main") == "2")
    }

    @Test func `While the remote is gone a promotion runs on with its next try, and succeeds when it is back`()
        async throws
    {
        let rig = try await Self.rig(stages: ["test": ("main", "env")], files: ["env": nil])
        defer { rig.git.stop() }
        try await rig.served.serving {
            rig.git.proxy.isOpen = false
            #expect(try await rig.source.announce("app", "1.1.0", to: rig.served) == 202)
            try await eventually("the next try's announcement") {
                let list = try await rig.served.get("promotions", as: Listed<PromotionSummary>.self)
                return list.items.first.map { $0.phase == "Running" && $0.nextTry != nil && !$0.message.isEmpty }
                    ?? false
            }
            rig.git.proxy.isOpen = true
            #expect(try await rig.served.lastPromotion(of: "test").phase == "Succeeded")
        }
        #expect(try await rig.repository.show("env/kustomization.yaml").contains("newTag: 1.1.0"))
    }

    @Test func `A repository with SHA-256 is refused in plain words`() async throws {
        let rig = try await Self.rig(stages: ["test": ("main", "env")], files: ["env": nil], objectFormat: "sha256")
        defer { rig.git.stop() }
        try await rig.served.serving {
            #expect(try await rig.source.announce("app", "1.1.0", to: rig.served) == 202)
            let promotion = try await rig.served.lastPromotion(of: "test")
            #expect(promotion.phase == "Failed" || promotion.phase == "Errored")
            #expect(promotion.message.lowercased().contains("sha256") || promotion.message.contains("SHA-256"))
        }
    }

    // MARK: What it runs on

    private struct Rig {
        var git: GitRig
        var repository: GitRepositoryFixture
        var source: ImageSource
        var served: ServedProgram
    }

    /// `files`: by folder the text of its kustomization, `nil` for a good one.
    private static func rig(
        stages: [String: (branch: String, folder: String)],
        files: [String: String?],
        objectFormat: String = "sha1"
    ) async throws -> Rig {
        let git = try await GitRig()
        let source = try ImageSource()
        let good = Manifest.kustomization([(source.image("app"), "1.0.0")])
        let texts = files.map { ("\($0.key)/kustomization.yaml", $0.value ?? good) }
        let repository = try await git.repository(
            "shop.git",
            objectFormat: objectFormat,
            files: Dictionary(uniqueKeysWithValues: texts)
        )
        let url = git.url("shop.git")
        let manifests = stages.sorted { $0.key < $1.key }.map { name, place in
            let steps = Manifest.inPlace(url, branch: place.branch, folder: place.folder)
            return Manifest.stage(name, in: "shop", of: ["app"], steps: steps)
        }
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver],
                manifests: [
                    Manifest.project("shop", remotes: [git.remote("shop.git")]),
                    Manifest.images("app", in: "shop", source.image("app")),
                ] + manifests
            )
        )
        return Rig(git: git, repository: repository, source: source, served: served)
    }
}
