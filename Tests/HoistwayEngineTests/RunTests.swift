import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// A promotion that has acted, and meets a branch that has moved: a new run begins, and what was done stays.
struct RunTests {
    private static let shared = "shared.txt"

    private static func clone(_ remote: String, _ branches: [String]) -> (String, [String: ConfigValue]) {
        let checkouts = branches.map { ConfigValue.map(["branch": .string($0), "path": .string("./\($0)")]) }
        return ("git-clone", ["repoURL": .string(remote), "checkout": .list(checkouts)])
    }

    private static func promote(_ branch: String, copying source: String? = nil) -> [(String, [String: ConfigValue])] {
        let edit: (String, [String: ConfigValue]) =
            if let source {
                (
                    "copy",
                    ["inPath": .string("./\(source)/\(shared)"), "outPath": .string("./\(branch)/\(shared)")]
                )
            } else {
                ("kustomize-set-image", ["path": .string("./\(branch)/envs/test")])
            }
        return [
            edit, ("git-commit", ["path": .string("./\(branch)")]), ("git-push", ["path": .string("./\(branch)")]),
        ]
    }

    private static func remember(_ value: ConfigValue) -> (String, [String: ConfigValue]) {
        let update: [String: ConfigValue] = [
            "kind": .string("Stage"), "name": .string("test"), "values": .map(["seen": value]),
        ]
        return ("set-metadata", ["updates": .list([.map(update)])])
    }

    /// With two branches of one repository, each with a kustomization and a file.
    private static func harness(
        _ steps: (_ remote: String) -> [(String, [String: ConfigValue])]
    ) async throws -> EngineHarness {
        let harness = try await EngineHarness()
        for branch in ["main", "other"] {
            try await harness.remote.seed(
                branch: branch,
                files: ["envs/test/kustomization.yaml": EngineHarness.kustomization("0.9.0"), shared: "one\n"]
            )
        }
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(
            EngineHarness.templates(steps(harness.remote.displayURL))
        )
        harness.engine.core.configuration = configuration
        return harness
    }

    /// Somebody else's commit.
    private static func move(_ branch: String, of remote: InMemoryGitRemote, _ file: String, _ text: String) async {
        do {
            var files = try await remote.files(branch: branch) ?? [:]
            files[file] = text
            _ = try await remote.seed(branch: branch, files: files)
        } catch {
            Issue.record(error)
        }
    }

    private static func promote(_ harness: EngineHarness) async throws -> PromotionRecord {
        harness.receive("1.0.0")
        try await harness.engine.drain()
        harness.clock.advance(.seconds(600))
        try await harness.engine.drain()
        return try #require(harness.wholes.first)
    }

    @Test func `a default branch that nobody named is the promotion's own, once it has pushed it`() async throws {
        let harness = try await Self.harness { remote in
            let checkout = ConfigValue.map(["path": .string("./main")])
            return [("git-clone", ["repoURL": .string(remote), "checkout": .list([checkout])])] + Self.promote("main")
                + [Self.remember(.string("${{ outputs['step-1'].commits['./main'] }}"))]
                + [("file-write", ["path": .string("./main/after.txt"), "contents": .string("after")])]
                + Self.promote("main").dropFirst()
        }
        let base = try #require(harness.remote.head("main"))
        let remote = harness.remote
        remote.beforeNextPush { remote.beforeNextPush { await Self.move("main", of: remote, "README", "theirs") } }
        let record = try await Self.promote(harness)
        #expect(record.phase == .succeeded, "\(record.message)")
        let files = try #require(try await remote.files(branch: "main"))
        #expect(files["README"] == "theirs" && files["after.txt"] == "after", "\(files)")
        let stage = StageKey(project: "shop", name: "test")
        #expect(await harness.state.stages[stage]?.metadata == ["seen": .string(base.hex)])
    }

    @Test func `a branch that moves after another was pushed begins a new run, which pushes only that branch again`()
        async throws
    {
        let harness = try await Self.harness {
            [Self.clone($0, ["main", "other"])] + Self.promote("main") + Self.promote("other")
        }
        let remote = harness.remote
        remote.beforeNextPush { remote.beforeNextPush { await Self.move("other", of: remote, "README", "theirs") } }
        let record = try await Self.promote(harness)
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(record.runNumber == 2)
        #expect(record.stepRecords.map(\.status).allSatisfy { $0 == .succeeded }, "\(record.stepRecords)")
        #expect(record.branches.filter(\.pushed).map(\.branch) == ["main", "other"])
        #expect(try await harness.tag("test") == "1.0.0")
        #expect(try await harness.tag("test", on: "other") == "1.0.0")
        #expect(try await remote.files(branch: "other")?["README"] == "theirs")
    }

    @Test(arguments: [(RunTests.shared, false), ("README", true)])
    func `a promotion that has pushed what depends on a branch that moves then ends Errored, and says so`(
        changed: String,
        isSame: Bool
    ) async throws {
        let harness = try await Self.harness {
            [Self.clone($0, ["main", "other"])] + Self.promote("main", copying: "other") + Self.promote("other")
        }
        let remote = harness.remote
        await Self.move("other", of: remote, Self.shared, "two\n")
        remote.beforeNextPush { remote.beforeNextPush { await Self.move("other", of: remote, changed, "three\n") } }
        let record = try await Self.promote(harness)
        #expect(record.runNumber == 2)
        #expect(try await remote.files(branch: "main")?[Self.shared] == "two\n")
        if isSame {
            #expect(record.phase == .succeeded, "\(record.message)")
            #expect(try await harness.tag("test", on: "other") == "1.0.0")
        } else {
            #expect(record.phase == .errored)
            #expect(
                record.message == "step-4: other moved after main was pushed, and main depends on it",
                "\(record.message)"
            )
            #expect(try await harness.tag("test", on: "other") == "0.9.0", "nothing more is pushed")
        }
    }

    @Test(arguments: [(RunTests.shared, false), ("README", true)])
    func `a promotion that has used what a branch held ends Errored where that has changed when the branch moves`(
        changed: String,
        isSame: Bool
    ) async throws {
        let harness = try await Self.harness { remote in
            let read: [String: ConfigValue] = [
                "path": .string("./main/\(Self.shared)"),
                "outputs": .list([.map(["name": .string("it"), "fromExpression": .string("value")])]),
            ]
            return [
                Self.clone(remote, ["main"]), ("yaml-parse", read),
                Self.remember(.string("${{ outputs['step-2'].it }}")),
            ] + Self.promote("main")
        }
        let remote = harness.remote
        await Self.move("main", of: remote, Self.shared, "value: two\n")
        remote.beforeNextPush { await Self.move("main", of: remote, changed, "value: three\n") }
        let record = try await Self.promote(harness)
        #expect(record.runNumber == 2)
        let metadata = await harness.state.stages.values.first?.metadata
        #expect(metadata == ["seen": .string("two")], "it is done once")
        if isSame {
            #expect(record.phase == .succeeded, "\(record.message)")
            #expect(try await harness.tag("test") == "1.0.0")
        } else {
            #expect(record.phase == .errored)
            #expect(
                record.message == "step-3: main moved after step-3 was done, and step-3 depends on it",
                "\(record.message)"
            )
            #expect(remote.pushes <= 1)
        }
    }

    @Test func `what was done stays on record where a later try does not come as far`() async throws {
        let harness = try await Self.harness {
            [Self.clone($0, ["main"]), Self.remember(.string("x"))] + Self.promote("main")
        }
        let remote = harness.remote
        remote.trouble(nextPush: .dropped)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let before = try #require(await harness.promotions(.running).first)
        #expect(before.stepRecords[1].status == .succeeded && before.stepRecords[1].began == true)
        let down = GitFailure.unreachable(url: "https://git.test/ops.git", detail: "down")
        for _ in 0..<2 {
            remote.fail(down, down, down, down)
            harness.clock.advance(.seconds(600))
            try await harness.engine.drain()
            let failed = try #require(await harness.promotions(.running).first)
            #expect(failed.stepRecords[1] == before.stepRecords[1])
            #expect(failed.hasActed)
        }
        remote.recover()
        harness.clock.advance(.seconds(3600))
        try await harness.engine.drain()
        let record = try #require(await harness.promotions(.succeeded).first)
        #expect(record.stepRecords[1] == before.stepRecords[1], "it is not done again")
        #expect(record.runNumber == nil)
    }

    @Test func `a branch that is only read is read as it was when the promotion began to act`() async throws {
        let harness = try await Self.harness {
            [Self.clone($0, ["main", "other"]), Self.remember(.string("x"))] + Self.promote("other", copying: "main")
        }
        let remote = harness.remote
        await Self.move("main", of: remote, Self.shared, "two\n")
        remote.trouble(nextPush: .dropped)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        await Self.move("main", of: remote, Self.shared, "three\n")
        harness.clock.advance(.seconds(600))
        try await harness.engine.drain()
        let record = try #require(await harness.promotions(.succeeded).first)
        #expect(record.runNumber == nil)
        #expect(try await remote.files(branch: "other")?[Self.shared] == "two\n")
    }

    @Test func `an if is decided once in a run, also where what it asks has changed since`() async throws {
        let harness = try await Self.harness {
            [Self.clone($0, ["main", "other"]), ("compose-output", ["a": .string("b")])]
                + Self.promote("main") + Self.promote("other")
        }
        var configuration = harness.engine.core.configuration
        guard case .steps(var steps)? = configuration.pipelines.projects["shop"]?.stages["test"]?.promotion else {
            Issue.record("there are no steps")
            return
        }
        steps[1].condition = "${{ stageMetadata('test')?.seen != 'y' }}"
        configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(steps)
        harness.engine.core.configuration = configuration
        let remote = harness.remote
        remote.beforeNextPush { remote.trouble(nextPush: .dropped) }
        harness.receive("1.0.0")
        try await harness.engine.drain()
        try await harness.engine.core.transact { transaction, _ in
            let key = StageKey(project: "shop", name: "test")
            var stage = transaction.state.stages[key] ?? StageRecord(key: key)
            stage.metadata = ["seen": .string("y")]
            transaction.put(.putStage(stage))
        }
        harness.clock.advance(.seconds(600))
        try await harness.engine.drain()
        let record = try #require(await harness.promotions(.succeeded).first)
        #expect(record.stepRecords[1].status == .succeeded, "\(record.stepRecords[1])")
        #expect(remote.pushes == 2)
    }
}
