import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

/// T1: the promotion of a commit delivers that commit, or says which one it delivers instead.
struct TakenCommitTests {
    /// A repository whose `main` has moved on since the freight's commit was made.
    private struct Moved {
        var bench = Bench()
        var promoted: ObjectID
        var tip: ObjectID

        init(subscribed url: String = Bench.url) async throws {
            promoted = try await bench.remote.seed(files: ["base/a.yaml": "promoted\n"])
            tip = try await bench.remote.seed(files: ["base/a.yaml": "tip\n"])
            bench.freight = Bench.freight([Self.commit(promoted, url)])
            bench.subscriptions = [Self.subscription(url)]
        }

        static func commit(_ id: ObjectID, _ url: String = Bench.url) -> Artifact {
            .commit(CommitArtifact(repoURL: url, id: id, branch: "main", message: "Promoted", author: "Ada"))
        }

        static func subscription(_ url: String) -> Subscription {
            let key = RepositoryKey(url: url) ?? RepositoryKey(normalised: url)
            return .git(GitSubscription(repoURL: url, key: key, branch: "main", place: Bench.place))
        }

        func run(_ source: ConfigValue, url: String = Bench.url) async throws -> (StepRunEvent, StepRun) {
            var run = bench.run(
                Bench.steps([
                    (
                        "git-clone",
                        [
                            "repoURL": .string(url),
                            "checkout": [source, ["branch": "stage/prod", "create": true, "path": "./out"]],
                        ]
                    ),
                    ("git-clear", ["path": "./out"]), ("copy", ["inPath": "./src/base", "outPath": "./out"]),
                    ("git-commit", ["path": "./out"]), ("git-push", ["path": "./out"]),
                ])
            )
            return (try await bench.finish(&run), run)
        }

        func delivered() async throws -> String? { try await bench.remote.files(branch: "stage/prod")?["a.yaml"] }

        func message() async throws -> String {
            try await bench.remote.commit(#require(bench.remote.head("stage/prod"))).message
        }
    }

    @Test(arguments: [
        Bench.url, "https://git.test/ops", "https://GIT.test/Ops.git/", "ssh://git@git.test/ops.git",
    ])
    func `T1: a checkout from the freight delivers the freight's commit, however its URL is written`(
        url: String
    ) async throws {
        let moved = try await Moved(subscribed: url)
        let (event, run) = try await moved.run(["fromFreight": true, "path": "./src"])
        #expect(event.phase == .succeeded, "\(event.message)")
        #expect(try await moved.delivered() == "promoted\n")
        #expect(run.warnings == [])
        #expect(run.deliveredCommits.map(\.replacement) == [nil])
        let text = try await moved.message()
        #expect(text.contains("- git.test/ops \(moved.promoted.hex) (main): Promoted, by Ada\n"))
        #expect(text.hasPrefix("ops \(moved.promoted.short) to prod\n"))
        #expect(run.outputs["step-1"]?["commits"]?["./src"] == .string(moved.promoted.hex))
        #expect(run.records[0].message.contains("./src at \(moved.promoted.short)"))
    }

    @Test(arguments: [["branch": "main", "path": "./src"], ["path": "./src"]] as [ConfigValue])
    func `T1: a checkout by branch warns of the other commit, and the message names what was taken`(
        source: ConfigValue
    ) async throws {
        let moved = try await Moved(subscribed: "https://GIT.test/ops")
        let (event, run) = try await moved.run(source)
        #expect(event.phase == .succeeded, "\(event.message)")
        #expect(try await moved.delivered() == "tip\n")
        #expect(
            run.warnings == [
                "./src shows main of git.test/ops at \(moved.tip.short), not at the freight's commit "
                    + "\(moved.promoted.short): the promotion delivers \(moved.tip.short)"
            ]
        )
        #expect(run.deliveredCommits.map(\.carried) == [moved.promoted])
        #expect(run.deliveredCommits.map(\.replacement) == ["\(moved.tip.short) of main"])
        let text = try await moved.message()
        #expect(text.hasPrefix("ops \(moved.tip.short) to prod\n"), "\(text)")
        let line = "- git.test/ops \(moved.tip.hex) (main), not the freight's commit \(moved.promoted.short)\n"
        #expect(text.contains(line), "\(text)")
        #expect(!text.contains(moved.promoted.hex) && !text.contains("by Ada"))
        #expect(run.records[0].message.contains("./src at \(moved.tip.short) (main)"))
    }

    @Test func `T1: a template's images are those that were taken, too`() async throws {
        var moved = try await Moved()
        moved.bench.commitTemplate = CommitTemplate("deploy {images}")
        _ = try await moved.run(["branch": "main", "path": "./src"])
        #expect(try await moved.message().hasPrefix("deploy ops \(moved.tip.short)\n"))
    }

    @Test func `T1: a branch that stands at the freight's commit gives no warning`() async throws {
        var moved = try await Moved()
        moved.bench.freight = Bench.freight([Moved.commit(moved.tip)])
        let (event, run) = try await moved.run(["branch": "main", "path": "./src"])
        #expect(event.phase == .succeeded && run.warnings == [])
        #expect(try await moved.message().contains("- git.test/ops \(moved.tip.hex) (main): Promoted, by Ada\n"))
    }

    @Test func `T1: a fixed commit that is not the freight's is told too`() async throws {
        let moved = try await Moved()
        let (event, run) = try await moved.run(["commit": .string(moved.tip.hex), "path": "./src"])
        #expect(event.phase == .succeeded)
        #expect(run.warnings.count == 1 && run.warnings[0].contains("not at the freight's commit"))
        #expect(try await moved.message().contains("- git.test/ops \(moved.tip.hex), not the freight's commit"))
    }

    @Test func `T1: a repository of which the freight carries nothing is no concern`() async throws {
        var moved = try await Moved(subscribed: "https://git.test/other.git")
        moved.bench.remote = moved.bench.remote
        let (event, run) = try await moved.run(["branch": "main", "path": "./src"])
        #expect(event.phase == .succeeded && run.warnings == [])
        #expect(run.deliveredCommits == [])
    }

    @Test func `T1: a branch that is edited in place and pushed is continued, which is no other commit`() async throws {
        var moved = try await Moved()
        try await moved.bench.remote.seed(files: ["k/kustomization.yaml": "images: []\n"])
        moved.bench.freight.artifacts.append(Bench.image("reg.test/shop/checkout", "1.4.3"))
        var run = moved.bench.run(
            Bench.steps([
                ("git-clone", ["repoURL": .string(Bench.url), "checkout": [["branch": "main", "path": "w"]]]),
                ("kustomize-set-image", ["path": "w/k"]), ("git-commit", ["path": "w"]), ("git-push", ["path": "w"]),
            ])
        )
        #expect(try await moved.bench.finish(&run).phase == .succeeded)
        #expect(run.warnings == [])
    }

    @Test func `T1: what is copied within a pushed branch is delivered from its tip, and that is told`() async throws {
        let moved = try await Moved()
        var run = moved.bench.run(
            Bench.steps([
                ("git-clone", ["repoURL": .string(Bench.url), "checkout": [["branch": "main", "path": "w"]]]),
                ("copy", ["inPath": "w/base", "outPath": "w/prod"]), ("git-commit", ["path": "w"]),
                ("git-push", ["path": "w"]),
            ])
        )
        #expect(try await moved.bench.finish(&run).phase == .succeeded)
        #expect(run.warnings.count == 1)
    }

    @Test func `T1: beside the freight's commit, another checkout of the repository is told of and named`() async throws
    {
        let moved = try await Moved()
        var run = moved.bench.run(
            Bench.steps([
                (
                    "git-clone",
                    [
                        "repoURL": .string(Bench.url),
                        "checkout": [
                            ["fromFreight": true, "path": "./src"], ["branch": "main", "path": "./tools"],
                            ["branch": "stage/prod", "create": true, "path": "./out"],
                        ],
                    ]
                ),
                ("copy", ["inPath": "./src/base", "outPath": "./out"]), ("git-commit", ["path": "./out"]),
                ("git-push", ["path": "./out"]),
            ])
        )
        #expect(try await moved.bench.finish(&run).phase == .succeeded)
        #expect(try await moved.delivered() == "promoted\n")
        #expect(run.warnings.count == 1 && run.warnings[0].hasPrefix("./tools shows main"))
        let text = try await moved.message()
        #expect(text.contains("- git.test/ops \(moved.promoted.hex) (main): Promoted, by Ada\n"))
        #expect(text.contains("- git.test/ops \(moved.tip.hex) (main), beside the freight's commit\n"), "\(text)")
        #expect(text.hasPrefix("ops \(moved.promoted.short) to prod\n"))
    }

    // MARK: Whose commit

    private func two(_ source: ConfigValue) async throws -> (StepRunEvent, StepRun, Moved) {
        var moved = try await Moved()
        moved.bench.subscriptions += [Moved.subscription("https://git.test/ops")]
        moved.bench.collection = [
            Bench.freight([Moved.commit(moved.promoted)], warehouse: "base"),
            Bench.freight([Moved.commit(moved.tip)], warehouse: "overlay"),
        ]
        let (event, run) = try await moved.run(source)
        return (event, run, moved)
    }

    @Test func `T1: two warehouses that carry one repository make the commit unclear, and the step says so`()
        async throws
    {
        let (event, _, moved) = try await two(["fromFreight": true, "path": "./src"])
        #expect(event.phase == .errored)
        #expect(event.message.contains("freight of base and overlay carries a commit of it"), "\(event.message)")
        #expect(event.message.contains("fromOrigin: {kind: Warehouse"))
        #expect(moved.bench.remote.head("stage/prod") == nil)
    }

    @Test(arguments: [("base", "promoted\n"), ("overlay", "tip\n")])
    func `T1: the warehouse that is named decides`(warehouse: String, text: String) async throws {
        let origin: ConfigValue = ["kind": "Warehouse", "name": .string(warehouse)]
        let (event, run, moved) = try await two(["fromFreight": true, "fromOrigin": origin, "path": "./src"])
        #expect(event.phase == .succeeded, "\(event.message)")
        #expect(try await moved.delivered() == text)
        #expect(run.warnings == [])
    }

    @Test func `T1: a branch at one of two carried commits is told to deliver only that one`() async throws {
        let (event, run, _) = try await two(["branch": "main", "path": "./src"])
        #expect(event.phase == .succeeded)
        #expect(run.warnings.count == 1 && run.warnings[0].contains("carries 2 commits of it"), "\(run.warnings)")
    }

    @Test func `T1: freight without a commit of the repository ends the step with an error`() async throws {
        var moved = try await Moved()
        moved.bench.freight = Bench.freight([Bench.image("reg.test/a", "1")])
        let (event, _) = try await moved.run(["fromFreight": true, "path": "./src"])
        #expect(event.phase == .errored)
        #expect(event.message.contains("the freight carries no commit of git.test/ops"), "\(event.message)")
    }

    @Test(
        arguments: [
            (
                ["fromFreight": true, "branch": "main", "path": "./src"],
                "config.checkout[0].fromFreight: fromFreight stands in place of branch"
            ),
            (
                ["fromFreight": true, "create": true, "path": "./src"],
                "config.checkout[0].create: create needs a branch"
            ),
            (
                ["fromOrigin": ["name": "a"], "path": "./src"],
                "config.checkout[0].fromOrigin: fromOrigin needs fromFreight: true"
            ),
            (["fromFreight": "yes", "path": "./src"], "config.checkout[0].fromFreight: expected true or false"),
        ] as [(ConfigValue, String)]
    )
    func `T1: what cannot be meant with fromFreight is refused`(source: ConfigValue, problem: String) async throws {
        let moved = try await Moved()
        let (event, _) = try await moved.run(source)
        #expect(event.phase == .failed)
        #expect(event.message.contains(problem), "\(event.message)")
    }

    // MARK: Legacy

    private func legacy(origin: String? = nil, _ freight: [Freight]) -> [StepTemplate] {
        let update = GitRepoUpdate(
            repoURL: Bench.url,
            readBranch: "main",
            writeBranch: "stage/prod",
            images: [.init(image: "r/a", path: "x", useDigest: false)],
            origin: origin,
            place: Bench.place
        )
        let stage = Stage(
            key: StageKey(project: "demo", name: "prod"),
            requestedFreight: freight.map { FreightRequest(warehouse: $0.origin.name, direct: true) },
            promotion: .mechanisms(
                PromotionMechanisms(gitRepoUpdates: [update], argoCDAppUpdates: [], place: Bench.place)
            ),
            place: Bench.place
        )
        let subscriptions = freight.flatMap { $0.commits.map { Moved.subscription($0.repoURL) } }
        return stage.steps(for: freight[0], beside: Array(freight.dropFirst()), subscriptions: subscriptions)
    }

    @Test func `T1: a legacy update searches all freight of the stage, as Kargo 0.8 did`() throws {
        let id = try #require(ObjectID(String(repeating: "ab", count: 20)))
        let steps = legacy([
            Bench.freight([Bench.image("r/b", "2")], warehouse: "images"),
            Bench.freight([Moved.commit(id), Bench.image("r/a", "1")], warehouse: "base"),
        ])
        #expect(steps[0].config["checkout"]?.list?.first == ["commit": .string(id.hex), "path": "./src"])
        #expect(steps[1].config["images"] == [["image": "r/a", "tag": "1"]])
    }

    @Test func `T1: a legacy update of which two warehouses carry a commit fails, unless its origin is named`()
        async throws
    {
        let moved = try await Moved()
        let freight = [
            Bench.freight([Moved.commit(moved.promoted)], warehouse: "base"),
            Bench.freight([Moved.commit(moved.tip)], warehouse: "overlay"),
        ]
        var bench = moved.bench
        bench.collection = freight
        bench.subscriptions = [Moved.subscription(Bench.url), Moved.subscription(Bench.url)]
        var run = bench.run(legacy(freight))
        let event = try await bench.finish(&run)
        #expect(
            event.phase == .errored && event.message.contains("the commit for ./src is not clear"),
            "\(event.message)"
        )
        let named = legacy(origin: "overlay", freight)
        #expect(named[0].config["checkout"]?.list?.first == ["commit": .string(moved.tip.hex), "path": "./src"])
    }

    @Test func `T1: commitFrom in a checkout delivers the freight's commit`() async throws {
        let moved = try await Moved()
        let (event, _) = try await moved.run([
            "commit": .string("${{ commitFrom(\"\(Bench.url)\").ID }}"), "path": "./src",
        ])
        let delivered = try await moved.delivered()
        #expect(event.phase == .succeeded)
        #expect(delivered == "promoted\n")
    }
}
