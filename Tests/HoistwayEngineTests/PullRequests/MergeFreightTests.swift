import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// A warehouse that follows the branch into which pull requests of its own promotions are merged.
struct MergeFreightTests {
    private typealias Harness = PullRequestHarness

    /// Each stage writes the commit of its freight into `file` of `main`, by a pull request.
    private static func harness(
        stages: [String] = ["test"],
        excluding: [String] = [],
        including: [String] = [],
        merges: Bool = false,
        method: String = "merge"
    ) async throws -> Harness {
        let harness = try await Harness(stages: stages)
        let url = harness.engine.remote.displayURL
        let git = GitSubscription(
            repoURL: url,
            key: RepositoryKey(normalised: "git.test/ops"),
            branch: "main",
            includePaths: including.map { .prefix($0) },
            excludePaths: excluding.map { .prefix($0) },
            place: EngineHarness.place
        )
        var configuration = harness.engine.engine.core.configuration
        configuration.pipelines.projects["shop"]?.warehouses["app"]?.subscriptions = [.git(git)]
        let checkout = ConfigValue.map(["branch": .string("main"), "path": .string("./repo")])
        for stage in stages {
            let writing: [(String, [String: ConfigValue])] = [
                ("git-clone", ["repoURL": .string(url), "checkout": .list([checkout])]),
                (
                    "yaml-update",
                    [
                        "path": .string("./repo/versions.yaml"),
                        "updates": .list([
                            .map(["key": .string(stage), "value": .string("${{ commitFrom('\(url)').ID }}")])
                        ]),
                    ]
                ),
                ("git-commit", ["path": .string("./repo"), "message": .string("Promote")]),
                ("git-push", ["path": .string("./repo"), "generateTargetBranch": .bool(true)]),
            ]
            let more = merges ? Harness.openAndMerge(["mergeMethod": .string(method)]) : Harness.openAndWait
            configuration.pipelines.projects["shop"]?.stages[stage]?.promotion = .steps(
                EngineHarness.templates(writing) + more(url, "main")
            )
        }
        harness.engine.engine.core.configuration = configuration
        try await commit(harness, ["versions.yaml": stages.map { "\($0): none\n" }.joined(separator: "# apart\n\n\n")])
        return harness
    }

    /// Somebody pushes to `main`, and the host tells of it.
    @discardableResult
    private static func commit(_ harness: Harness, _ changes: [String: String]) async throws -> ObjectID {
        let files = try await harness.engine.remote.files(branch: "main") ?? [:]
        let before = harness.engine.remote.head("main") ?? .zero
        let commit = try await harness.engine.remote.seed(files: files.merging(changes) { $1 }, message: "by hand")
        try await push(harness, before, commit)
        return commit
    }

    private static func push(_ harness: Harness, _ before: ObjectID, _ after: ObjectID) async throws {
        harness.engine.receive("push \(before.hex) \(after.hex)")
        try await harness.drain()
    }

    private static func look(_ harness: Harness) async throws {
        let projects = harness.engine.engine.core.configuration.pipelines.projects
        let warehouse = try #require(projects["shop"]?.warehouses["app"])
        _ = try await harness.engine.engine.core.discover(warehouse, cause: "discovery")
        try await harness.drain()
    }

    private static func freight(_ harness: Harness) async -> Int { await harness.engine.state.freight.count }

    @Test(arguments: ["merge", "squash", "rebase"], [true, false])
    func `a merge of our own pull request makes no freight, told or found`(method: String, isTold: Bool) async throws {
        let harness = try await Self.harness(merges: true, method: method)
        let record = try await harness.promotion()
        #expect(record.phase == .succeeded, "\(record.message)")
        let before = try #require(record.branches.first?.before)
        let merged = try #require(harness.engine.remote.head("main"))
        #expect(merged != before)
        if isTold { try await Self.push(harness, before, merged) } else { try await Self.look(harness) }
        #expect(await Self.freight(harness) == 1 && harness.forge.opened == 1)
        if isTold, let delivery = try await harness.engine.store.newestDelivery() {
            let reason = try await harness.engine.store.delivery(delivery)?.reason ?? ""
            #expect(reason.hasSuffix("it makes no freight"), "\(reason)")
        }
        // Another look, as after a start, finds the same.
        try await Self.look(harness)
        #expect(await Self.freight(harness) == 1)
        // What a person pushes on top of it is freight, and is promoted.
        try await Self.commit(harness, ["app.txt": "2\n"])
        #expect(await Self.freight(harness) == 2 && harness.forge.opened == 2)
    }

    @Test func `the push may be told before anybody has looked at the pull request`() async throws {
        let harness = try await Self.harness()
        let before = try #require(harness.engine.remote.head("main"))
        let merged = try await harness.forge.mergeByHand(1, method: "squash")
        try await Self.push(harness, before, merged)
        #expect(try await harness.promotion().isLooking)
        #expect(await Self.freight(harness) == 1)
        try await harness.tell()
        #expect(try await harness.promotion().phase == .succeeded)
        #expect(await Self.freight(harness) == 1 && harness.forge.opened == 1)
    }

    @Test func `two stages that change one file do not go round in circles`() async throws {
        let harness = try await Self.harness(stages: ["test", "prod"])
        #expect(harness.forge.opened == 2)
        for number in 1...2 {
            let before = try #require(harness.engine.remote.head("main"))
            let pull = try #require(harness.forge.all.first { $0.number == number })
            // The host merges line by line.
            let versions = try #require(try await harness.engine.remote.files(branch: pull.sourceBranch))[
                "versions.yaml"
            ]
            var files = try #require(try await harness.engine.remote.files(branch: "main"))
            let lines = zip(
                (files["versions.yaml"] ?? "").split(separator: "\n", omittingEmptySubsequences: false),
                (versions ?? "").split(separator: "\n", omittingEmptySubsequences: false)
            )
            files["versions.yaml"] = lines.map { $1.hasSuffix("none") ? $0 : $1 }.joined(separator: "\n")
            let merged = try await harness.engine.remote.seed(files: files, message: "squashed \(number)")
            harness.forge.change(number) { $0.state = .merged(commit: merged) }
            try await Self.push(harness, before, merged)
            try await harness.tell(number)
        }
        #expect(try await harness.engine.remote.files(branch: "main")?["versions.yaml"]?.contains("none") == false)
        #expect(await harness.engine.promotions(.succeeded).count == 2)
        #expect(await Self.freight(harness) == 1 && harness.forge.opened == 2)
        try await Self.look(harness)
        #expect(await Self.freight(harness) == 1)
    }

    /// Merges the first pull request together with what somebody has pushed to its branch.
    private static func mergeWithMore(_ harness: Harness) async throws {
        let before = try #require(harness.engine.remote.head("main"))
        let pull = try #require(harness.forge.all.first)
        let files = try #require(try await harness.engine.remote.files(branch: pull.sourceBranch))
        try await harness.engine.remote.seed(
            branch: pull.sourceBranch,
            files: files.merging(["app/more.txt": "by hand\n"]) { $1 }
        )
        var all = try #require(try await harness.engine.remote.files(branch: "main"))
        all.merge(try #require(try await harness.engine.remote.files(branch: pull.sourceBranch))) { $1 }
        let merged = try await harness.engine.remote.seed(files: all, message: "merged with more")
        harness.forge.change(1) { $0.state = .merged(commit: merged) }
        try await push(harness, before, merged)
        try await harness.tell()
    }

    @Test func `a merge that brings somebody's work too makes freight`() async throws {
        let harness = try await Self.harness()
        try await Self.mergeWithMore(harness)
        #expect(await Self.freight(harness) == 2)
    }

    @Test func `of such a merge only the other files are asked for their paths`() async throws {
        let excluded = try await Self.harness(excluding: ["app"])
        try await Self.mergeWithMore(excluded)
        #expect(await Self.freight(excluded) == 1, "the promotion's own file does not count")
        let included = try await Self.harness(excluding: ["versions.yaml"])
        // The first commit counts.
        #expect(await Self.freight(included) == 1)
        try await Self.mergeWithMore(included)
        #expect(await Self.freight(included) == 2)
    }

    @Test func `who reverts a merge, and who reverts that, makes freight`() async throws {
        let harness = try await Self.harness(merges: true)
        let merged = try #require(harness.engine.remote.head("main"))
        let before = try #require(try await harness.promotion().branches.first?.before)
        try await Self.push(harness, before, merged)
        #expect(await Self.freight(harness) == 1)
        let promoted = try #require(try await harness.engine.remote.files(branch: "main")?["versions.yaml"])
        // Nothing is promoted in between, which would write the file too.
        var configuration = harness.engine.engine.core.configuration
        configuration.pipelines.projects["shop"]?.promotionPolicies = []
        harness.engine.engine.core.configuration = configuration
        try await Self.commit(harness, ["versions.yaml": "test: none\n"])
        #expect(await Self.freight(harness) == 2)
        try await Self.commit(harness, ["versions.yaml": promoted])
        #expect(await Self.freight(harness) == 3)
    }

    @Test func `the empty commit that begins a missing target branch makes no freight`() async throws {
        let harness = try await Self.harness()
        var configuration = harness.engine.engine.core.configuration
        let git = GitSubscription(
            repoURL: harness.engine.remote.displayURL,
            key: RepositoryKey(normalised: "git.test/ops"),
            branch: "release",
            place: EngineHarness.place
        )
        configuration.pipelines.projects["shop"]?.warehouses["app"]?.subscriptions = [.git(git)]
        harness.engine.engine.core.configuration = configuration
        let before = await Self.freight(harness)
        try await harness.engine.remote.seed(branch: "release", files: [:], parents: [])
        try await Self.look(harness)
        #expect(await Self.freight(harness) == before)
        try await harness.engine.remote.seed(branch: "release", files: ["a": "1"])
        try await Self.look(harness)
        #expect(await Self.freight(harness) == before + 1)
    }
}
