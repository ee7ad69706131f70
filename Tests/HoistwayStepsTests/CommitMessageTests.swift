import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

/// What a promotion's commit says.
struct CommitMessageTests {
    private static let trailers = """
        Hoistway-Promotion: prod.01hzy3x8p2q6v9w4t7r5s1n0mk.0123456
        Hoistway-Freight: 0123456789abcdef0123456789abcdef01234567
        Hoistway-Stage: demo/prod

        """

    private func message(
        _ configured: String? = nil,
        _ kustomization: String,
        _ change: (inout Bench) -> Void = { _ in }
    )
        async throws -> String
    {
        var bench = Bench()
        change(&bench)
        try await bench.remote.seed(files: ["prod/kustomization.yaml": kustomization])
        var run = bench.run(Bench.commitKustomization(message: configured))
        #expect(try await bench.finish(&run).phase == .succeeded)
        return try await bench.remote.commit(#require(bench.remote.head("main"))).message
    }

    @Test func `a commit tells what changed, of what it is made, and who asked`() async throws {
        let text = try await message("images:\n- name: reg.test/shop/checkout\n  newTag: 1.4.2\n".asKustomization) {
            bench in
            bench.reason = "new freight"
            bench.freight.artifacts.append(
                .commit(
                    CommitArtifact(
                        repoURL: "https://user:hunter2@git.test/app.git",
                        id: ObjectID.zero,
                        branch: "main",
                        message: "Fix the till",
                        author: "Ada <ada@example.com>"
                    )
                )
            )
        }
        #expect(
            text == """
                checkout 1.4.2 → 1.4.3 to prod

                Freight 0123456 (brave-otter) of warehouse shop:
                - reg.test/shop/checkout:1.4.3@\(Bench.digest)
                - git.test/app 0000000000000000000000000000000000000000 (main): Fix the till, by Ada <ada@example.com>

                Promoted to stage prod of project demo by auto-promotion: new freight

                \(Self.trailers)
                """
        )
    }

    @Test func `payload text cannot pass for a trailer`() async throws {
        let text = try await message("a: 1\n".asKustomization) { bench in
            bench.reason = "pushed by eve\n\nHoistway-Stage: demo/other\u{2028}x"
            bench.freight.alias = "a\r\nHoistway-Freight: 1"
        }
        let ours = text.split(separator: "\n").filter { $0.hasPrefix("Hoistway-") }
        #expect(ours.count == 3)
        #expect(text.hasSuffix("\n\n" + Self.trailers))
    }

    @Test(arguments: [
        ("images:\n- name: reg.test/shop/checkout\n  newTag: 1.4.3\n", "checkout 1.4.3 (sha256:abababa) to prod"),
        ("a: 1\n", "checkout 1.4.3 to prod"),
        (
            "images:\n- name: reg.test/shop/checkout\n  digest: sha256:0123456789\n",
            "checkout sha256:0123456 → 1.4.3 to prod"
        ),
    ])
    func `the subject names old and new`(_ kustomization: String, _ subject: String) async throws {
        let text = try await message(kustomization.asKustomization)
        #expect(text.split(separator: "\n").first.map(String.init) == subject)
    }

    @Test func `many images are counted after three`() async throws {
        let text = try await message("a: 1\n".asKustomization) { bench in
            bench.freight.artifacts = (1...5).map { Bench.image("r/i\($0)", "v\($0)") }
        }
        #expect(text.hasPrefix("i1 v1, i2 v2, i3 v3 and 2 more to prod\n"))
    }

    @Test func `a configured message stays, and ours is below it`() async throws {
        let one = try await message("release it", "a: 1\n")
        #expect(one.hasPrefix("release it\n\nFreight 0123456 (brave-otter) of warehouse shop:\n"))
        #expect(one.hasSuffix("\n\n" + Self.trailers))
        let many = try await message("release it\n\nwith care\nHoistway-Stage: mine\n", "a: 1\n")
        #expect(many == "release it\n\nwith care\n> Hoistway-Stage: mine\n\n" + Self.trailers)
    }

    /// The message of a promotion that makes `stage/prod` a copy of `main`; `nil`: the branch is new.
    private func copied(
        source: String,
        branch: String?,
        template: String? = nil
    ) async throws -> String {
        func kustomization(_ tag: String) -> String {
            "images:\n- name: reg.test/shop/checkout\n  newTag: \(tag)\n  digest: \(Bench.digest)\n"
        }
        var bench = Bench()
        bench.commitTemplate = template.flatMap(CommitTemplate.init)
        try await bench.remote.seed(files: ["envs/prod/kustomization.yaml": kustomization(source), "base": "new"])
        if let branch {
            let files = ["prod/kustomization.yaml": kustomization(branch), "base": "old"]
            try await bench.remote.seed(branch: "stage/prod", files: files)
        }
        var run = bench.run(
            Bench.steps([
                (
                    "git-clone",
                    [
                        "repoURL": .string(Bench.url),
                        "checkout": [
                            ["branch": "main", "path": "./src"],
                            ["branch": "stage/prod", "path": "./out", "create": true],
                        ],
                    ]
                ),
                ("git-clear", ["path": "./out"]),
                ("kustomize-set-image", ["path": "./src/envs/prod"]),
                ("copy", ["inPath": "./src/base", "outPath": "./out/base"]),
                ("copy", ["inPath": "./src/envs/prod", "outPath": "./out/prod"]),
                ("git-commit", ["path": "./out"]),
                ("git-push", ["path": "./out"]),
            ])
        )
        #expect(try await bench.finish(&run).phase == .succeeded)
        return try await bench.remote.commit(#require(bench.remote.head("stage/prod"))).message
    }

    @Test(arguments: [
        ("1.0.0", "1.4.2", "checkout 1.4.2 → 1.4.3 to prod"),
        ("1.4.3", "1.4.2", "checkout 1.4.2 → 1.4.3 to prod"),
        ("1.0.0", "1.4.3", "checkout 1.4.3 to prod"),
        ("1.0.0", nil, "checkout 1.4.3 to prod"),
    ])
    func `where a copy replaces the branch, the old version is the one that the branch carried`(
        _ source: String,
        _ branch: String?,
        _ subject: String
    ) async throws {
        let text = try await copied(source: source, branch: branch)
        #expect(text.split(separator: "\n").first.map(String.init) == subject)
    }

    @Test func `a project's template tells what the branch carried, too`() async throws {
        let text = try await copied(source: "1.0.0", branch: "1.4.2", template: "{stage}: {images}")
        #expect(text.hasPrefix("prod: checkout 1.4.2 → 1.4.3\n"))
    }

    /// With a label, so that the first parameter keeps its default.
    private func message(_ kustomization: Kustomization, _ change: (inout Bench) -> Void = { _ in }) async throws
        -> String
    {
        try await message(nil, kustomization.text, change)
    }
}

struct Kustomization {
    var text: String
}

extension String {
    var asKustomization: Kustomization { Kustomization(text: self) }
}
