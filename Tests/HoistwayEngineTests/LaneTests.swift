import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

struct LaneTests {
    @Test func `a delivery becomes a commit on the stage's branch`() async throws {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.0.0")
        let promotion = try #require(await harness.promotions(.succeeded).first)
        #expect(promotion.branches.map(\.pushed) == [true])
        #expect(await harness.state.intents.isEmpty)
        let deliveries = try await harness.pipelines.deliveries(state: nil, before: nil, limit: 10)
        #expect(deliveries.map(\.state) == [.done])
    }

    @Test func `a hundred promotions to one branch share a push`() async throws {
        let stages = (0..<100).map { "s\($0)" }
        let harness = try await EngineHarness(stages: stages)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(await harness.promotions(.succeeded).count == 100)
        #expect(harness.remote.pushes == 1)
        for stage in stages { #expect(try await harness.tag(stage) == "1.0.0") }
    }

    @Test func `only the newest of a burst is promoted, and each delivery has its answer`() async throws {
        let harness = try await EngineHarness()
        for minor in 0..<50 { harness.receive("1.\(minor).0") }
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.49.0")
        #expect(await harness.promotions(.succeeded).count == 1)
        let deliveries = try await harness.pipelines.deliveries(state: nil, before: nil, limit: 100)
        #expect(deliveries.count == 50)
        #expect(deliveries.allSatisfy { $0.state == .done && !$0.reason.isEmpty })
    }

    @Test(arguments: ["a", "b", "c"])
    func `a second writer of one stage pauses that stage, wherever it stands among those that share a push`(
        _ paused: String
    ) async throws {
        let stages = ["a", "b", "c"]
        let harness = try await EngineHarness(stages: stages)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        var files = try #require(try await harness.remote.files(branch: "main"))
        files["envs/\(paused)/kustomization.yaml"] = EngineHarness.kustomization("1.0.5")
        try await harness.remote.seed(files: files, message: "app 1.0.5\n\nHoistway-Promotion: a.1.2\n")
        harness.receive("1.1.0")
        try await harness.engine.drain()
        for stage in stages {
            let key = StageKey(project: "shop", name: stage)
            let pause = await harness.state.stages[key]?.pauses.first?.kind
            #expect(pause == (stage == paused ? .twoWriters : nil), "\(stage)")
            #expect(try await harness.tag(stage) == (stage == paused ? "1.0.5" : "1.1.0"), "\(stage)")
        }
        // The first one, one that found the branch moved, and one for both of the others.
        #expect(harness.remote.pushes == 3)
    }

    @Test func `a push over another program's commit pauses the stage whose image that changed, not its own`()
        async throws
    {
        let harness = try await EngineHarness(stages: ["a", "b", "c"])
        harness.receive("1.0.0")
        try await harness.engine.drain()
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.promotionPolicies = []
        try await harness.engine.take(configuration)
        var files = try #require(try await harness.remote.files(branch: "main"))
        files["envs/b/kustomization.yaml"] = EngineHarness.kustomization("1.0.5")
        try await harness.remote.seed(files: files, message: "app 1.0.5\n\nHoistway-Promotion: b.1.2\n")
        harness.receive("1.1.0")
        try await harness.engine.drain()
        let freight = try #require(
            await harness.state.freight.values.max { $0.freight.discoveredAt < $1.freight.discoveredAt }
        )
        let a = StageKey(project: "shop", name: "a")
        _ = try await harness.pipelines.promote(
            stage: a,
            freight: freight.freight.id.text,
            acceptTree: nil,
            actor: "ada"
        )
        try await harness.engine.drain()
        #expect(try await harness.tag("a") == "1.1.0")
        #expect(try await harness.tag("b") == "1.0.5")
        let paused = await harness.state.stages.values.filter { $0.pause(.twoWriters) != nil }.map(\.key.name)
        #expect(paused == ["b"])
    }

    @Test func `a branch that moved gets the change again, on top of the other's work`() async throws {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        harness.remote.beforeNextPush { [remote = harness.remote] in
            var files = (try? await remote.files(branch: "main")) ?? [:]  // An empty branch fails the test below.
            files["outsider"] = "theirs"
            _ = try? await remote.seed(branch: "main", files: files)
        }
        try await harness.engine.drain()
        // The first try was refused as moved; the promotion is tried again at once.
        #expect(try await harness.tag("test") == "1.0.0")
        #expect(try await harness.remote.files(branch: "main")?["outsider"] != nil)
        #expect(await harness.promotions(.succeeded).count == 1)
    }

    @Test func `a protected branch fails its promotion alone, with the server's words`() async throws {
        let stages = (0..<20).map { "s\($0)" }
        let harness = try await EngineHarness(stages: stages) { "stage/\($0)" }
        harness.remote.refuse(branch: "stage/s7", words: "protected branch hook declined")
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(await harness.promotions(.succeeded).count == 19)
        let failed = try #require(await harness.promotions(.failed).first)
        #expect(failed.stage.name == "s7")
        #expect(failed.message.contains("protected branch hook declined"))
    }

    @Test func `a push that is refused as a whole fails with the server's words`() async throws {
        let harness = try await EngineHarness()
        harness.remote.trouble(nextPush: .refused("this repository is archived"))
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let failed = try #require(await harness.promotions(.failed).first)
        #expect(failed.message.contains("this repository is archived"))
        #expect(await harness.state.intents.isEmpty)
    }

    @Test func `a remote that is gone keeps the promotion running, with its next try`() async throws {
        let harness = try await EngineHarness()
        // Its branches have been looked at before.
        try await harness.engine.drain()
        // The read of what was just looked at, and the question that follows.
        let gone = GitFailure.unreachable(url: "https://git.test/ops.git", detail: "connection refused")
        harness.remote.fail(gone, gone)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let waiting = try #require(await harness.promotions(.running).first)
        let due = try #require(waiting.nextTry)
        #expect(waiting.message.contains("connection refused"))
        #expect(due > harness.clock.now())
        harness.remote.recover()
        harness.clock.advance(.seconds(10))
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.0.0")
    }

    @Test func `observing does all but the push, and keeps the diff`() async throws {
        let harness = try await EngineHarness(mode: .observe)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let promotion = try #require(await harness.promotions(.succeeded).first)
        #expect(harness.remote.pushes == 0)
        #expect(promotion.branches.first?.pushed == false)
        #expect(promotion.branches.first?.diff?.contains("+    newTag: 1.0.0 # ours") == true)
        #expect(await harness.state.stages.values.allSatisfy { $0.history.isEmpty })
    }

    @Test func `what somebody took back is promoted again when a person asks for it`() async throws {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        try await harness.remote.seed(
            files: ["envs/test/kustomization.yaml": EngineHarness.kustomization("0.9.0")]
        )
        let freight = try #require(await harness.state.freight.values.first).freight.alias
        _ = try await harness.pipelines.promote(
            stage: StageKey(project: "shop", name: "test"),
            freight: freight,
            acceptTree: nil,
            actor: "ada"
        )
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.0.0")
        #expect(harness.remote.pushes == 2)
    }

    @Test func `promotions to the default branch, named or not, share a push`() async throws {
        let names = ["a", "b", "c"]
        let harness = try await EngineHarness(stages: names)
        var configuration = harness.engine.core.configuration
        for name in names.dropFirst() {
            configuration.pipelines.projects["shop"]?.stages[name]?.promotion = .steps(
                EngineHarness.templates([
                    (
                        "git-clone",
                        [
                            "repoURL": .string(harness.remote.displayURL),
                            "checkout": .list([.map(["path": .string("./repo")])]),
                        ]
                    ),
                    ("kustomize-set-image", ["path": .string("./repo/envs/\(name)")]),
                    ("git-commit", ["path": .string("./repo")]),
                    ("git-push", ["path": .string("./repo")]),
                ])
            )
        }
        harness.engine.core.configuration = configuration
        harness.receive("1.0.0")
        try await harness.engine.drain()
        for name in names { #expect(try await harness.tag(name) == "1.0.0") }
        #expect(harness.remote.pushes == 1)
    }

    @Test func `a commit whose push is refused reaches no other branch of its batch`() async throws {
        let harness = try await EngineHarness(stages: ["a", "b"])
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["b"]?.promotion = .steps(
            EngineHarness.copying(remote: harness.remote.displayURL, branch: "stage/b", folder: "envs/b")
        )
        harness.engine.core.configuration = configuration
        harness.remote.refuse(branch: "main", words: "protected")
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(await harness.promotions(.failed).map(\.stage.name) == ["a"])
        #expect(try await harness.tag("b", on: "stage/b") == "1.0.0")
        #expect(try await harness.tag("a", on: "stage/b") == "0.9.0")
    }

    @Test(arguments: [StageRecord.Pause.Kind.notLooked, .lostState])
    func `commits of our own are no traces of a lost state, and no pause is there for good`(
        kind: StageRecord.Pause.Kind
    ) async throws {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let key = StageKey(project: "shop", name: "test")
        // A look had failed, or had found a trace, before the stage was promoted to.
        try await harness.engine.core.transact { transaction, core in
            var record = transaction.state.stages[key] ?? StageRecord(key: key)
            record.put(StageRecord.Pause(kind: kind, reason: "for the test", since: core.ports.clock.now()))
            transaction.put(.putStage(record))
        }
        if kind == .notLooked {
            try await BranchSurvey(core: harness.engine.core).checkNewStages()
        } else {
            _ = try await harness.pipelines.restore(stage: key, actor: "ada")
        }
        #expect(await harness.state.stages[key]?.pauses == [])
        harness.receive("1.1.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.1.0")
    }

    @Test func `a branch that only this program writes is not asked for again`() async throws {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let asked = harness.remote.refRequests
        harness.receive("1.1.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.1.0")
        #expect(harness.remote.refRequests == asked)
    }

    @Test func `nothing to change is said, and counts as done`() async throws {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let freight = try #require(await harness.state.freight.values.first).freight.alias
        _ = try await harness.pipelines.promote(
            stage: StageKey(project: "shop", name: "test"),
            freight: freight,
            acceptTree: nil,
            actor: "ada"
        )
        try await harness.engine.drain()
        let last = try #require(await harness.promotions(.succeeded).last)
        #expect(last.message == "nothing changed in Git")
        #expect(harness.remote.pushes == 1)
    }

    @Test func `an unreadable delivery is kept with its reason and can be driven again`() async throws {
        let harness = try await EngineHarness()
        harness.receive("!nonsense")
        try await harness.engine.drain()
        let failed = try await harness.pipelines.deliveries(state: .failed, before: nil, limit: 10)
        #expect(failed.map(\.reason) == ["not a payload"])
        #expect(try await harness.pipelines.requeueDeliveries(nil, actor: "ada") == 1)
    }
}
