import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Pushes to another branch than is checked out, to a promotion's own branch, and of tags.
struct PushTargetTests {
    private static let stage = StageKey(project: "shop", name: "test")

    /// Edits `main` in place, and pushes that somewhere else.
    static func steps(_ remote: String, stage: String = "test", push: [String: ConfigValue]) -> [StepTemplate] {
        let checkout = ConfigValue.map(["branch": .string("main"), "path": .string("./repo")])
        var steps: [(String, [String: ConfigValue])] = [
            ("git-clone", ["repoURL": .string(remote), "checkout": .list([checkout])]),
            ("kustomize-set-image", ["path": .string("./repo/envs/\(stage)")]),
            ("git-commit", ["path": .string("./repo")]),
        ]
        if let tag = push["tag"] {
            steps.append(("git-tag", ["path": .string("./repo"), "tag": tag, "message": .string("release")]))
        }
        steps.append(("git-push", push.merging(["path": .string("./repo")]) { $1 }))
        return EngineHarness.templates(steps)
    }

    static func harness(
        stages: [String] = ["test"],
        store: InMemoryStateStore = InMemoryStateStore(),
        remote: InMemoryGitRemote? = nil,
        push: [String: ConfigValue]
    ) async throws -> EngineHarness {
        let harness = try await EngineHarness(stages: stages, store: store, remote: remote)
        var configuration = harness.engine.core.configuration
        for stage in stages {
            let steps = steps(harness.remote.displayURL, stage: stage, push: push)
            configuration.pipelines.projects["shop"]?.stages[stage]?.promotion = .steps(steps)
        }
        harness.engine.core.configuration = configuration
        return harness
    }

    static func promote(_ harness: EngineHarness, _ tag: String) async throws {
        harness.receive(tag)
        try await harness.engine.drain()
        harness.clock.advance(.seconds(60))
        try await harness.engine.drain()
    }

    /// The first promotion that succeeded; where there is none, what became of all.
    static func succeeded(_ harness: EngineHarness) async throws -> PromotionRecord {
        let all = await harness.state.promotions.values.map { "\($0.phase) \($0.message)" }
        let done = await harness.promotions(.succeeded)
        return try #require(done.first, "\(all)")
    }

    @Test func `a target that does not exist begins at the made commit, and main stays`() async throws {
        let harness = try await Self.harness(push: ["targetBranch": .string("env/test")])
        let main = try #require(harness.remote.head("main"))
        try await Self.promote(harness, "1.0.0")
        let record = try await Self.succeeded(harness)
        let head = try #require(harness.remote.head("env/test"))
        #expect(harness.remote.head("main") == main)
        #expect(try await harness.remote.commit(head).parents == [main])
        #expect(try await harness.tag("test", on: "env/test") == "1.0.0")
        #expect(record.branches.map(\.branch) == ["env/test"] && record.branches[0].commit == head)
        #expect(record.branches[0].before == main)
        #expect(await harness.state.branches.keys.map(\.branch) == ["env/test"])
        // The same again brings nothing.
        _ = try await harness.pipelines.promote(
            stage: Self.stage,
            freight: record.freight.text,
            acceptTree: nil,
            actor: "ada"
        )
        try await harness.engine.drain()
        harness.clock.advance(.seconds(60))
        try await harness.engine.drain()
        #expect(harness.remote.head("env/test") == head)
        #expect(await harness.promotions(.succeeded).count == 2)
    }

    @Test func `on a target that exists the steps edit what stands there, and all else of it stays`() async throws {
        let harness = try await Self.harness(push: ["targetBranch": .string("env/test")])
        let theirs = "# theirs\n" + EngineHarness.kustomization("0.8.0")
        let tip = try await harness.remote.seed(
            branch: "env/test",
            files: ["envs/test/kustomization.yaml": theirs, "only/there.yaml": "x"]
        )
        try await harness.remote.seed(
            files: ["envs/test/kustomization.yaml": EngineHarness.kustomization("0.9.0"), "only/main.yaml": "y"]
        )
        for version in ["1.0.0", "1.1.0"] {
            try await Self.promote(harness, version)
            let files = try #require(try await harness.remote.files(branch: "env/test"))
            let file = try #require(files["envs/test/kustomization.yaml"])
            #expect(file.hasPrefix("# theirs\n") && file.contains("newTag: \(version) # ours"), "\(file)")
            #expect(files["only/there.yaml"] == "x" && files["only/main.yaml"] == nil)
        }
        #expect(await harness.promotions(.failed).map(\.message) == [])
        let head = try #require(harness.remote.head("env/test"))
        let commit = try await harness.remote.commit(head)
        #expect(commit.message.contains("Hoistway-Stage: shop/test"))
        #expect(try await harness.remote.commit(commit.parents[0]).parents == [tip])
        #expect(harness.remote.pushes == 2)
    }

    @Test func `stages that push main to one target share its push, and none loses another's change`() async throws {
        let harness = try await Self.harness(stages: ["a", "b", "c"], push: ["targetBranch": .string("live")])
        try await Self.promote(harness, "1.0.0")
        try await Self.promote(harness, "1.1.0")
        for stage in ["a", "b", "c"] { #expect(try await harness.tag(stage, on: "live") == "1.1.0", "\(stage)") }
        #expect(await harness.promotions(.succeeded).count == 6)
        #expect(harness.remote.pushes <= 4, "\(harness.remote.pushes)")
    }

    @Test func `the promotion's own branch is no stage's, and nothing waits for it afterwards`() async throws {
        let harness = try await Self.harness(push: ["generateTargetBranch": .bool(true)])
        let main = try #require(harness.remote.head("main"))
        try await Self.promote(harness, "1.0.0")
        let record = try await Self.succeeded(harness)
        let branch = "kargo/promotion/\(record.id.text.lowercased())"
        let head = try #require(harness.remote.head(branch))
        #expect(try await harness.remote.commit(head).parents == [main])
        #expect(harness.remote.head("main") == main)
        #expect(record.branches.map(\.kind) == [.promotionBranch])
        let state = await harness.state
        #expect(state.branches.isEmpty && state.intents.isEmpty)
        #expect(await harness.state.stages[Self.stage]?.history.first?.commits == [])
        // Somebody deletes it once it is merged.
        harness.remote.set("refs/heads/" + branch, to: nil)
        try await Self.promote(harness, "1.1.0")
        #expect(await harness.promotions(.succeeded).count == 2)
        #expect(await harness.state.stages[Self.stage]?.pauses == [])
    }

    static let pushes: [[String: ConfigValue]] = [
        ["targetBranch": .string("env/test")], ["generateTargetBranch": .bool(true)], ["tag": .string("v1")],
    ]

    @Test(arguments: pushes)
    func `a push whose answer was lost is found after a restart, wherever it went`(
        push: [String: ConfigValue]
    ) async throws {
        let store = InMemoryStateStore()
        let first = try await Self.harness(store: store, push: push)
        first.receive("1.0.0")
        first.remote.trouble(nextPush: .answerLost)
        try await first.engine.drain()
        #expect(await first.state.intents.count == 1)
        let second = try await Self.harness(store: store, remote: first.remote, push: push)
        second.clock.advance(.seconds(600))
        try await second.engine.drain()
        let record = try await Self.succeeded(second)
        #expect(record.branches.count(where: \.pushed) == 1)
        #expect(second.remote.pushes == 1)
        #expect(await second.state.intents.isEmpty)
    }

    @Test(arguments: pushes)
    func `a push that never arrived is made again, wherever it goes`(push: [String: ConfigValue]) async throws {
        let store = InMemoryStateStore()
        let first = try await Self.harness(store: store, push: push)
        first.receive("1.0.0")
        first.remote.trouble(nextPush: .dropped)
        try await first.engine.drain()
        let second = try await Self.harness(store: store, remote: first.remote, push: push)
        second.clock.advance(.seconds(600))
        try await second.engine.drain()
        _ = try await Self.succeeded(second)
        #expect(second.remote.pushes == 1)
    }

    @Test func `a tag is pushed with its commit, and another one of that name is never moved`() async throws {
        let harness = try await Self.harness(push: ["tag": .string("v1")])
        try await Self.promote(harness, "1.0.0")
        let record = try await Self.succeeded(harness)
        let refs = try await harness.remote.refs(prefixes: ["refs/tags/"])
        let tag = try #require(refs.refs["refs/tags/v1"])
        #expect(refs.peeled["refs/tags/v1"] == record.branches.first?.commit)
        #expect(record.branches.map(\.kind) == [.tag])
        #expect(await harness.state.branches.isEmpty)
        try await Self.promote(harness, "1.1.0")
        let errored = try #require(await harness.promotions(.errored).first)
        #expect(errored.message.contains("the tag v1 exists already"), "\(errored.message)")
        #expect(try await harness.remote.refs(prefixes: ["refs/tags/"]).refs["refs/tags/v1"] == tag)
    }

    @Test func `what is only observed pushes nothing anywhere`() async throws {
        for push in Self.pushes {
            let harness = try await EngineHarness(mode: .observe)
            var configuration = harness.engine.core.configuration
            configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(
                Self.steps(harness.remote.displayURL, push: push)
            )
            harness.engine.core.configuration = configuration
            try await Self.promote(harness, "1.0.0")
            let record = try await Self.succeeded(harness)
            #expect(record.branches.map(\.pushed) == [false])
            #expect(harness.remote.pushes == 0)
        }
    }
}
