import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

/// What each step does, and what it says of a configuration that cannot work.
struct StepTests {
    private func bench(_ files: [String: String]) async throws -> Bench {
        let bench = Bench()
        try await bench.remote.seed(files: files)
        return bench
    }

    private static let clone: (String, ConfigValue) = (
        "git-clone",
        [
            "repoURL": "https://git.test/ops.git",
            "checkout": [
                ["branch": "main", "path": "./src"],
                ["branch": "stage/prod", "create": true, "path": "./out", "as": "out"],
            ],
        ]
    )

    @Test func `a new branch appears with its first complete commit`() async throws {
        let bench = try await bench(["prod/a.yaml": "a\n", "README.md": "read me\n"])
        var run = bench.run(
            Bench.steps([
                Self.clone,
                ("git-clear", ["path": "./out"]),
                ("copy", ["inPath": "./src/prod", "outPath": "./out"]),
                ("git-commit", ["path": "./out", "message": "rendered"]),
                ("git-push", ["path": "./out"]),
            ])
        )
        guard case .pushNeeded(let need) = await run.next() else {
            Issue.record("no push")
            return
        }
        #expect(need.outgoing.base.isZero)
        #expect(need.outgoing.commits.count == 1)
        #expect(bench.remote.head("stage/prod") == nil)
        #expect(try await bench.finish(&run).phase == .succeeded)
        #expect(try await bench.remote.files(branch: "stage/prod") == ["a.yaml": "a\n"])
        let heads = run.outputs["step-1"]?["commits"]
        #expect(heads?["./src"] == .string(try #require(bench.remote.head("main")).hex))
        #expect(heads?["out"] == "")
    }

    @Test(arguments: [nil, ("Release Bot", "release@example.com")])
    func `commits bear the author of the checkout, or the commit's own`(own: (String, String)?) async throws {
        let bench = try await bench(["a": "a\n"])
        var commit: [String: ConfigValue] = ["path": "./w"]
        if let (name, email) = own { commit["author"] = ["name": .string(name), "email": .string(email)] }
        var run = bench.run(
            Bench.steps([
                (
                    "git-clone",
                    [
                        "repoURL": .string(Bench.url), "checkout": [["path": "w"]],
                        "author": ["name": "Checkout Bot", "email": "checkout@example.com"],
                    ]
                ),
                ("copy", ["inPath": "w/a", "outPath": "w/b"]),
                ("git-commit", .map(commit)),
                ("git-push", ["path": "w"]),
            ])
        )
        #expect(try await bench.finish(&run).phase == .succeeded)
        let head = try #require(bench.remote.head("main"))
        let (name, email) = own ?? ("Checkout Bot", "checkout@example.com")
        #expect(try await bench.remote.commit(head).author == "\(name) <\(email)>")
    }

    @Test func `copying merges, replaces, and leaves out what is ignored`() async throws {
        let bench = try await bench(["a/x": "new", "a/notes.md": "n", "b/x": "old", "b/y": "kept"])
        var run = bench.run(
            Bench.steps([
                ("git-clone", ["repoURL": .string(Bench.url), "checkout": [["path": "w"]]]),
                ("copy", ["inPath": "w/a", "outPath": "w/b", "ignore": "notes.md\n"]),
                ("git-commit", ["path": "w", "message": "copied"]),
                ("git-push", ["path": "w", "targetBranch": "main"]),
            ])
        )
        #expect(try await bench.finish(&run).phase == .succeeded)
        #expect(
            try await bench.remote.files(branch: "main") == [
                "a/x": "new", "a/notes.md": "n", "b/x": "new", "b/y": "kept",
            ]
        )
    }

    @Test func `copying what is not there is an error, not an empty branch`() async throws {
        let bench = try await bench(["a/x": "1"])
        var run = bench.run(
            Bench.steps([
                Self.clone, ("git-clear", ["path": "./out"]), ("copy", ["inPath": "./src/b", "outPath": "./out"]),
                ("git-commit", ["path": "./out"]), ("git-push", ["path": "./out"]),
            ])
        )
        #expect(try await bench.finish(&run).phase == .errored)
        #expect(run.records.map(\.status) == [.succeeded, .succeeded, .errored, .skipped, .skipped])
        #expect(bench.remote.head("stage/prod") == nil)
    }

    @Test func `a path that leads out of the workspace stays in it`() async throws {
        let bench = try await bench(["k/kustomization.yaml": "a: 1\n"])
        var run = bench.run(
            Bench.steps([
                ("git-clone", ["repoURL": .string(Bench.url), "checkout": [["path": "../../w"]]]),
                ("kustomize-set-image", ["path": "w/../../../w/./k"]),
                ("git-commit", ["path": "w"]), ("git-push", ["path": "w"]),
            ])
        )
        #expect(try await bench.finish(&run).phase == .succeeded)
        #expect(run.imageChanges.map(\.file) == ["k/kustomization.yaml"])
    }

    @Test func `listed images are set as they are listed`() async throws {
        let bench = try await bench(["k/kustomization.yml": "images:\n- name: app\n  newName: r/app\n  newTag: v1\n"])
        var run = bench.run(
            Bench.steps([
                ("git-clone", ["repoURL": .string(Bench.url), "checkout": [["path": "w"]]]),
                (
                    "kustomize-set-image",
                    [
                        "path": "w/k",
                        "images": [
                            ["image": "app", "newName": "*", "digest": "sha256:aa"],
                            ["image": "r/b", "name": "b", "newName": "r/b", "tag": "1.10"],
                        ],
                    ]
                ),
                ("git-commit", ["path": "w"]),
                ("git-push", ["path": "w"]),
            ])
        )
        #expect(try await bench.finish(&run).phase == .succeeded)
        #expect(
            try await bench.remote.files(branch: "main")?["k/kustomization.yml"]
                == "images:\n- name: app\n  newName: r/app\n  digest: sha256:aa\n- name: b\n  newName: r/b\n  newTag: \"1.10\"\n"
        )
        #expect(
            run.outputs["step-2"]?["commitMessage"]
                == "Updated w/k to use new images\n\n- r/app@sha256:aa\n- r/b:1.10"
        )
    }

    @Test(arguments: [
        (["k/a.yaml": ""], "w/k has no kustomization"),
        (["k/kustomization.yaml": "a: 1", "k/Kustomization": "a: 1"], "w/k has kustomization.yaml and Kustomization"),
        (["k/kustomization.yaml": "a: 1\n---\nb: 1\n"], "k/kustomization.yaml:2: a second YAML document begins here"),
        (["k/kustomization.yaml": "a: 1\n}"], "k/kustomization.yaml:2: not valid YAML"),
        (["k/kustomization.yaml": "a: ["], "k/kustomization.yaml:1: not valid YAML"),
        (["k/kustomization.yaml": ""], "k/kustomization.yaml: the document is empty"),
    ])
    func `a kustomization that cannot be edited is an error with its file and line`(
        _ files: [String: String],
        _ message: String
    ) async throws {
        let bench = try await bench(files)
        var run = bench.run(
            Bench.steps([
                ("git-clone", ["repoURL": .string(Bench.url), "checkout": [["path": "w"]]]),
                ("kustomize-set-image", ["path": "w/k"]),
            ])
        )
        let event = await run.next()
        #expect(event.phase == .errored)
        #expect(event.message.hasPrefix("step-2: \(message)"))
    }

    @Test func `automatic mode refuses two subscriptions of one image`() async throws {
        var bench = try await bench(["k/kustomization.yaml": "a: 1\n"])
        bench.subscriptions += bench.subscriptions
        var run = bench.run(
            Bench.steps([
                ("git-clone", ["repoURL": .string(Bench.url), "checkout": [["path": "w"]]]),
                ("kustomize-set-image", ["path": "w/k", "images": []]),
            ])
        )
        let event = await run.next()
        #expect(event.phase == .errored)
        #expect(event.message.contains("two subscriptions watch reg.test/shop/checkout"))
    }

    @Test func `automatic mode sets the images of all freight, later origins winning`() async throws {
        var bench = try await bench(["k/kustomization.yaml": "a: 1\n"])
        bench.collection = [
            Bench.freight([Bench.image("r/a", "1"), Bench.image("r/b", "1")], warehouse: "one"),
            Bench.freight([Bench.image("r/b", "2")], warehouse: "two"),
        ]
        var run = bench.run(
            Bench.steps([
                ("git-clone", ["repoURL": .string(Bench.url), "checkout": [["path": "w"]]]),
                ("kustomize-set-image", ["path": "w/k"]),
                ("git-commit", ["path": "w"]), ("git-push", ["path": "w"]),
            ])
        )
        #expect(try await bench.finish(&run).phase == .succeeded)
        #expect(
            try await bench.remote.files(branch: "main")?["k/kustomization.yaml"]
                == "a: 1\nimages:\n- name: r/a\n  newTag: \"1\"\n  digest: \(Bench.digest)\n- name: r/b\n  newTag: \"2\"\n  digest: \(Bench.digest)\n"
        )
    }

    struct WrongConfig: Sendable, CustomTestStringConvertible {
        var uses: String
        var config: ConfigValue
        var problem: String

        init(_ uses: String, _ config: ConfigValue, _ problem: String) {
            self.uses = uses
            self.config = config
            self.problem = problem
        }

        var testDescription: String { "\(uses): \(problem)" }
    }

    static let wrong: [WrongConfig] = [
        WrongConfig("git-clone", [:], "config.repoURL: repoURL is missing"),
        WrongConfig("git-clone", ["repoURL": "https://h/a/b"], "config.checkout: checkout is missing"),
        WrongConfig("git-clone", ["repoURL": "https://h/a/b", "chekout": []], "config.checkout: checkout is missing"),
        WrongConfig(
            "git-clone",
            ["repoURL": "https://h/a/b", "checkout": [["branch": "b"]]],
            "config.checkout[0].path: path is missing"
        ),
        WrongConfig(
            "git-clone",
            ["repoURL": "https://h/a/b", "checkout": [["path": "p", "branch": "b", "tag": "t"]]],
            "config.checkout[0].tag: a checkout has at most one of"
        ),
        WrongConfig(
            "git-clone",
            ["repoURL": "https://h/a/b", "checkout": [["path": "p", "branch": "../x"]]],
            "config.checkout[0].branch: '"
        ),
        WrongConfig(
            "git-clone",
            ["repoURL": "https://h/a/b", "checkout": [["path": "p", "branch": "-x"]]],
            "config.checkout[0].branch: '"
        ),
        WrongConfig(
            "git-clone",
            ["repoURL": "https://h/a/b", "checkout": [["path": "p", "commit": "abc"]]],
            "config.checkout[0].commit: 'abc' is not a commit"
        ),
        WrongConfig(
            "git-clone",
            ["repoURL": "https://h/a/b", "checkout": [["path": "p", "create": true]]],
            "config.checkout[0].create: create needs a branch"
        ),
        WrongConfig(
            "git-clone",
            ["repoURL": "https://h/a/b", "checkout": [["path": "p"], ["path": "q", "as": "p"]]],
            "config.checkout[1].as: 'p' is used by item 1 already"
        ),
        WrongConfig("git-clear", ["path": ""], "config.path: path is empty"),
        WrongConfig("git-clear", ["path": true], "config.path: expected text"),
        WrongConfig("copy", ["inPath": "a"], "config.outPath: outPath is missing"),
        WrongConfig(
            "kustomize-set-image",
            ["path": "a", "images": [["image": "i", "tag": "1", "digest": "sha256:00"]]],
            "config.images[0].digest: an image has a tag or a digest"
        ),
        WrongConfig(
            "kustomize-set-image",
            ["path": "a", "images": [["image": "i", "tag": "t", "digest": "d"]]],
            "config.images[0].digest: an image has"
        ),
        WrongConfig(
            "kustomize-set-image",
            ["path": "a", "images": [["image": "i", "tag": .number(1.1)]]],
            "config.images[0].tag: expected text"
        ),
        WrongConfig("git-commit", ["message": "m"], "config.path: path is missing"),
        WrongConfig(
            "git-push",
            ["path": "a", "targetBranch": "b", "generateTargetBranch": true],
            "git-push has at most one of targetBranch, generateTargetBranch and tag"
        ),
        WrongConfig("git-push", ["path": "a", "force": true, "tag": "t"], "config.force: force does not go with tag"),
        WrongConfig(
            "git-push",
            ["path": "a", "provider": "sourceforge"],
            "config.provider: it cannot be 'sourceforge'"
        ),
        WrongConfig("git-push", ["path": "a", "maxAttempts": .number(0)], "config.maxAttempts: 0 is outside"),
        WrongConfig("git-push", ["path": "a", "tag": "t..u"], "config.tag: 't..u' is not a tag name"),
        WrongConfig("git-tag", ["path": "a", "tag": "t"], "config.message: message is missing"),
        WrongConfig("git-push", .string("a"), "config: expected a mapping"),
    ]

    @Test(arguments: wrong)
    func `a configuration that cannot work fails with the path of its key`(_ wrong: WrongConfig) async throws {
        let template = StepTemplate(
            uses: wrong.uses,
            alias: "x",
            config: wrong.config,
            errorThreshold: 5,
            place: Bench.place
        )
        let failure = try #require(StepRegistry.problem(with: template))
        #expect(failure.message.hasPrefix("\(wrong.uses): config"))
        #expect(failure.message.contains(wrong.problem))
        var run = Bench().run([template])
        #expect(await run.next().phase == .failed)
    }

    @Test func `what is no branch cannot be pushed, and nothing is pushed where nothing was committed`() async throws {
        let bench = try await bench(["a": "1"])
        let head = try #require(bench.remote.head("main"))
        for (checkout, push, status) in [
            (["commit": .string(head.hex), "path": "w"], ["path": "w"], .errored),
            (["branch": "main", "path": "w"], ["path": "w", "targetBranch": "other"], .succeeded),
            (["branch": "main", "path": "w"], ["path": "w", "generateTargetBranch": true], .succeeded),
        ] as [(ConfigValue, ConfigValue, StepRecord.Status)] {
            var run = bench.run(
                Bench.steps([
                    ("git-clone", ["repoURL": .string(Bench.url), "checkout": .list([checkout])]), ("git-push", push),
                ])
            )
            _ = await run.next()
            #expect(run.records.last?.status == status)
        }
    }

    @Test func `a branch that is not there is an error unless it is to be created`() async throws {
        let bench = try await bench(["a": "1"])
        var run = bench.run(
            Bench.steps([
                ("git-clone", ["repoURL": .string(Bench.url), "checkout": [["branch": "gone", "path": "w"]]])
            ])
        )
        let event = await run.next()
        #expect(event.phase == .errored)
        #expect(event.message.contains("has no branch gone (create it, or set create: true on the checkout)"))
    }

    @Test func `a commit that is not there ends the step, and one that the freight carries is waited for`() async throws
    {
        var bench = try await bench(["a": "1"])
        let id = try #require(ObjectID(String(repeating: "7", count: 40)))
        let steps = Bench.steps([
            ("git-clone", ["repoURL": .string(Bench.url), "checkout": [["commit": .string(id.hex), "path": "w"]]])
        ])
        var run = bench.run(steps)
        let event = await run.next()
        #expect(event.phase == .errored)
        #expect(event.message.contains("does not have the commit \(id)"), "\(event.message)")
        bench.freight = Bench.freight([.commit(CommitArtifact(repoURL: Bench.url, id: id))])
        var second = bench.run(steps)
        guard case .retryLater(_, .limitedBackoff) = await second.next() else {
            Issue.record("a host whose servers are not all as new as its event is not waited for")
            return
        }
    }

    @Test func `a tag that is not there is an error whose hint is about tags`() async throws {
        let bench = try await bench(["a": "1"])
        var run = bench.run(
            Bench.steps([("git-clone", ["repoURL": .string(Bench.url), "checkout": [["tag": "v9", "path": "w"]]])])
        )
        let message = await run.next().message
        #expect(message.contains("has no tag v9 (push the tag, or name one that is there)"), "\(message)")
    }

    // MARK: T4

    @Test(
        arguments: [
            [["image": "reg.test/shop/checkout"]], [["image": "reg.test/shop/checkout", "name": "frontend"]],
            [["image": "reg.test/shop/checkout", "useDigest": true]],
            [["image": "reg.test/shop/checkout", "fromOrigin": ["kind": "Warehouse", "name": "shop"]]],
        ] as [ConfigValue]
    )
    func `T4: a listed image without a version takes tag and digest from the freight`(_ images: ConfigValue)
        async throws
    {
        let text = "images:\n- name: frontend\n  newName: reg.test/shop/checkout\n  newTag: v0\n"
        let bench = try await bench(["k/kustomization.yaml": text])
        var run = bench.run(
            Bench.steps([
                ("git-clone", ["repoURL": .string(Bench.url), "checkout": [["path": "w"]]]),
                ("kustomize-set-image", ["path": "w/k", "images": images]),
                ("git-commit", ["path": "w"]), ("git-push", ["path": "w"]),
            ])
        )
        let event = try await bench.finish(&run)
        #expect(event.phase == .succeeded, "\(event.message)")
        #expect(
            try await bench.remote.files(branch: "main")?["k/kustomization.yaml"]
                == "images:\n- name: frontend\n  newName: reg.test/shop/checkout\n  newTag: 1.4.3\n  digest: \(Bench.digest)\n"
        )
        #expect(run.imagesSet.map(\.image) == ["reg.test/shop/checkout"])
    }

    @Test func `T4: a tag that an expression takes from the freight is set`() async throws {
        let bench = try await bench(["k/kustomization.yaml": "images: []\n"])
        let tag = "${{ quote(imageFrom(\"reg.test/shop/checkout\").Tag) }}"
        var run = bench.run(
            Bench.steps([
                ("git-clone", ["repoURL": .string(Bench.url), "checkout": [["path": "w"]]]),
                (
                    "kustomize-set-image",
                    ["path": "w/k", "images": [["image": "reg.test/shop/checkout", "tag": .string(tag)]]]
                ),
            ])
        )
        let event = try await bench.finish(&run)
        #expect(event.phase == .succeeded)
    }

    @Test func `T4: an image that the freight does not carry, or carries twice, ends the step with an error`()
        async throws
    {
        var bench = try await bench(["k/kustomization.yaml": "a: 1\n"])
        func end(_ image: String) async throws -> StepRunEvent {
            var run = bench.run(
                Bench.steps([
                    ("git-clone", ["repoURL": .string(Bench.url), "checkout": [["path": "w"]]]),
                    ("kustomize-set-image", ["path": "w/k", "images": [["image": .string(image)]]]),
                ])
            )
            return try await bench.finish(&run)
        }
        let absent = try await end("reg.test/gone")
        #expect(
            absent.phase == .errored && absent.message.contains("carries no image reg.test/gone"),
            "\(absent.message)"
        )
        bench.subscriptions += bench.subscriptions
        let twice = try await end("reg.test/shop/checkout")
        #expect(twice.phase == .errored && twice.message.contains("fromOrigin: {kind: Warehouse"), "\(twice.message)")
    }
}
