import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// The rules for pushes hold for the branch that `git-merge-pr` moves.
struct MergeGuardTests {
    private typealias Harness = PullRequestHarness

    /// Makes `stage/test` out of `main` by pull requests, which it merges itself.
    private static func harness(_ foreign: Stage.ForeignCommits = .stop) async throws -> Harness {
        let harness = try await Harness()
        let url = harness.engine.remote.displayURL
        try await harness.engine.remote.seed(
            branch: "stage/test",
            files: ["README.md": "read me\n", "envs/test/kustomization.yaml": EngineHarness.kustomization("0.9.0")],
            message: "made by hand",
            parents: []
        )
        var configuration = harness.engine.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"]?.foreignCommits = foreign
        configuration.pipelines.projects["shop"]?.stages["test"]?.limits.deletedFiles = 9
        let copying = EngineHarness.copying(remote: url, branch: "stage/test").dropLast()
        var steps = Array(copying)
        steps += [
            Harness.step(
                "git-push",
                as: "step-4",
                ["path": .string("./out"), "generateTargetBranch": .bool(true)]
            )
        ]
        for (index, step) in steps.enumerated() where step.alias == "step-4" && step.uses == "copy" {
            var step = step
            step.alias = "copy"
            steps[index] = step
        }
        configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(
            steps + Harness.openAndMerge([:])(url, "stage/test")
        )
        harness.engine.engine.core.configuration = configuration
        return harness
    }

    private static func change(_ harness: Harness, _ branch: String, _ changes: [String: String]) async throws {
        let files = try #require(try await harness.engine.remote.files(branch: branch))
        try await harness.engine.remote.seed(branch: branch, files: files.merging(changes) { $1 }, message: "by hand")
    }

    @Test func `a merge that would delete somebody's work on the target branch is refused`() async throws {
        let harness = try await Self.harness()
        let first = try await harness.promote()
        #expect(first.phase == .succeeded, "\(first.message)")
        try await Self.change(harness, "stage/test", ["hotfix.yaml": "urgent: true\n"])
        let refused = try await harness.promote("1.1.0")
        #expect(refused.phase == .failed, "\(refused.message)")
        #expect(
            refused.message.contains(
                "the pull request is not merged: stage/test has a commit that Hoistway did not make"
            )
                && refused.message.contains("hotfix.yaml")
                && refused.message.contains("merge the pull request by hand if that is right")
                && refused.message.contains("; the pull request #2 (") && refused.message.contains("is left open"),
            "\(refused.message)"
        )
        #expect(harness.forge.merged == 1)
        // A person decides otherwise; the next promotion stands on that.
        try await harness.forge.mergeByHand(2)
        let next = try await harness.promote("1.2.0")
        #expect(next.phase == .succeeded, "\(next.message)")
    }

    @Test func `where that is to be written over, it is merged`() async throws {
        let harness = try await Self.harness(.overwrite)
        try await harness.promote()
        try await Self.change(harness, "stage/test", ["hotfix.yaml": "urgent: true\n"])
        let record = try await harness.promote("1.1.0")
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(try await harness.engine.remote.files(branch: "stage/test")?["hotfix.yaml"] == nil)
    }

    @Test func `limits hold for what the merge would change on the branch that it moves`() async throws {
        let harness = try await Harness(target: "release", steps: Harness.openAndMerge([:]))
        // The pull request goes into another branch than was checked out, and brings all that it lacks.
        var files = ["README.md": "read me\n", "envs/test/kustomization.yaml": EngineHarness.kustomization("0.9.0")]
        try await harness.engine.remote.seed(branch: "release", files: files)
        let release = try #require(harness.engine.remote.head("release"))
        for number in 0..<600 { files["many/\(number)"] = "\(number)" }
        try await harness.engine.remote.seed(files: files, parents: [release])
        let record = try await harness.promote()
        #expect(record.phase == .failed, "\(record.message)")
        #expect(
            record.message.contains("of release") && record.message.contains("the stage's limits"),
            "\(record.message)"
        )
        #expect(record.awaitsAcceptance)
        #expect(harness.forge.merged == 0)
    }

    @Test func `nothing older is merged by itself over what the branch has`() async throws {
        let harness = try await Harness(target: "release", steps: Harness.openAndMerge([:]))
        let files = ["README.md": "read me\n", "envs/test/kustomization.yaml": EngineHarness.kustomization("2.0.0")]
        try await harness.engine.remote.seed(branch: "release", files: files, parents: [])
        let record = try await harness.promote("1.0.0")
        #expect(record.phase == .failed, "\(record.message)")
        #expect(
            record.message.contains("release carries \(EngineHarness.image) 2.0.0, and 1.0.0 is older"),
            "\(record.message)"
        )
        #expect(harness.forge.merged == 0)
    }

    // MARK: What was accepted

    private static let key = StageKey(project: "shop", name: "test")

    /// Checks out `dev`, which lacks 60 files of `main`, into which the pull request goes; every push needs acceptance.
    private static func developing() async throws -> Harness {
        let harness = try await Harness(steps: Harness.openAndMerge([:]))
        let remote = harness.engine.remote
        let files = ["README.md": "read me\n", "envs/test/kustomization.yaml": EngineHarness.kustomization("0.9.0")]
        var all = files
        for number in 0..<60 { all["many/\(number)"] = "\(number)" }
        let main = try await remote.seed(files: all)
        try await remote.seed(branch: "dev", files: files, parents: [main])
        var configuration = harness.engine.engine.core.configuration
        guard case .steps(var steps)? = configuration.pipelines.projects["shop"]?.stages["test"]?.promotion else {
            throw ContractViolation("the stage has no steps")
        }
        let checkout = ConfigValue.map(["branch": .string("dev"), "path": .string("./repo")])
        steps[0].config = .map(["repoURL": .string(remote.displayURL), "checkout": .list([checkout])])
        configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(steps)
        configuration.pipelines.projects["shop"]?.stages["test"]?.limits = .init(deletedFiles: 0, changedFiles: 0)
        harness.engine.engine.core.configuration = configuration
        return harness
    }

    private static func promote(_ harness: Harness, _ record: PromotionRecord, _ accept: String...) async throws
        -> PromotionRecord
    {
        _ = try await harness.engine.pipelines.promote(
            stage: key,
            freight: record.freight.text,
            consent: PromotionConsent(accept: accept),
            actor: "ada"
        )
        try await harness.drain()
        return try await harness.promotion()
    }

    @Test func `who accepts a small push has not accepted a merge that deletes much more`() async throws {
        let harness = try await Self.developing()
        let first = try await harness.promote()
        let pushed = try #require(first.branches.first?.digest, "\(first.message)")
        #expect(first.message.contains("would change 1 file of"), "\(first.message)")
        let second = try await Self.promote(harness, first, pushed)
        #expect(second.phase == .failed, "\(second.message)")
        #expect(second.message.contains("delete 60 files of main"), "\(second.message)")
        #expect(harness.forge.merged == 0)
        // The merge is accepted by a digest of its own, beside the push's.
        let named = second.message.split(separator: "--accept ").dropFirst().map { String($0.prefix(64)) }
        #expect(named.count == 2 && named.first == pushed, "\(second.message)")
        let third = try await Self.promote(harness, first, named[0], named[1])
        #expect(third.phase == .succeeded, "\(third.message)")
        #expect(harness.forge.merged == 1)
    }

    @Test func `who accepts a push has accepted a merge that changes no more`() async throws {
        let harness = try await Self.developing()
        // Nothing parts the branches.
        harness.engine.remote.set("refs/heads/main", to: harness.engine.remote.head("dev"))
        let first = try await harness.promote()
        let second = try await Self.promote(harness, first, try #require(first.branches.first?.digest))
        #expect(second.phase == .succeeded, "\(second.message)")
        #expect(harness.forge.merged == 1)
    }

    // MARK: Others' pull requests

    /// Merges the pull request #1, which somebody has opened.
    private static func merging() async throws -> Harness {
        try await Harness { repository, _ in
            [
                Harness.step(
                    "git-merge-pr",
                    as: "merge",
                    ["repoURL": .string(repository), "prNumber": .number(1)]
                )
            ]
        }
    }

    @Test func `limits hold for a pull request that the promotion has not pushed`() async throws {
        let harness = try await Self.merging()
        let remote = harness.engine.remote
        let files = try #require(try await remote.files(branch: "main"))
        var more = files
        for number in 0..<60 { more["many/\(number)"] = "\(number)" }
        let main = try await remote.seed(files: more)
        try await remote.seed(branch: "theirs", files: files, parents: [main])
        await harness.forge.openByHand(from: "theirs", to: "main")
        let record = try await harness.promote()
        #expect(record.phase == .failed, "\(record.message)")
        #expect(record.message.contains("would delete 60 files of main"), "\(record.message)")
        #expect(harness.forge.merged == 0)
    }

    @Test func `within the limits, somebody's pull request is merged`() async throws {
        let harness = try await Self.merging()
        let remote = harness.engine.remote
        let main = try #require(remote.head("main"))
        var files = try #require(try await remote.files(branch: "main"))
        files["README.md"] = "read me first\n"
        try await remote.seed(branch: "theirs", files: files, parents: [main])
        await harness.forge.openByHand(from: "theirs", to: "main")
        let record = try await harness.promote()
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(harness.forge.merged == 1)
    }

    @Test func `a pull request is merged into a branch that has moved, with files in folders on both sides`()
        async throws
    {
        let harness = try await Self.merging()
        let remote = harness.engine.remote
        let main = try #require(remote.head("main"))
        var files = try #require(try await remote.files(branch: "main"))
        try await remote.seed(
            branch: "theirs",
            files: files.merging(["docs/guide/a.md": "a\n"]) { $1 },
            parents: [main]
        )
        files["docs/other/b.md"] = "b\n"
        try await remote.seed(files: files, parents: [main])
        await harness.forge.openByHand(from: "theirs", to: "main")
        let record = try await harness.promote()
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(harness.forge.merged == 1)
        let merged = try #require(try await remote.files(branch: "main"))
        #expect(merged["docs/guide/a.md"] == "a\n" && merged["docs/other/b.md"] == "b\n")
    }

    @Test func `a pull request whose head cannot be read is not merged`() async throws {
        let harness = try await Self.merging()
        let remote = harness.engine.remote
        try await remote.seed(branch: "theirs", files: ["a": "b"], parents: [try #require(remote.head("main"))])
        await harness.forge.openByHand(from: "theirs", to: "main")
        harness.forge.change(1) {
            $0.head = ObjectID(String(repeating: "e", count: 40))
            $0.isFromFork = true
        }
        remote.set("refs/heads/theirs", to: nil)
        let record = try await harness.promote()
        #expect(record.phase == .failed, "\(record.message)")
        #expect(record.message.contains("is not merged") && record.message.contains("head"), "\(record.message)")
        #expect(harness.forge.merged == 0)
    }

    // MARK: What people do beside

    @Test func `who puts back what a promotion had brought has made a commit of their own`() async throws {
        let harness = try await Self.harness()
        try await harness.promote("1.0.0")
        let first = try #require(try await harness.engine.remote.files(branch: "stage/test"))
        try await harness.promote("1.1.0")
        #expect(harness.forge.merged == 2)
        try await harness.engine.remote.seed(branch: "stage/test", files: first, message: "roll back")
        let refused = try await harness.promote("1.2.0")
        #expect(refused.phase == .failed, "\(refused.message)")
        #expect(refused.message.contains("(roll back)"), "\(refused.message)")
        #expect(try await harness.engine.remote.files(branch: "stage/test") == first)
    }

    private static let theirs = [
        "envs/test/kustomization.yaml": "# theirs\n" + EngineHarness.kustomization("1.0.0")
    ]

    @Test(arguments: ["merge", "squash"])
    func `once a person has merged what a promotion had stopped at, the next one goes on`(method: String) async throws {
        let harness = try await Self.harness()
        try await harness.promote("1.0.0")
        try await Self.change(harness, "stage/test", Self.theirs)
        let refused = try await harness.promote("1.1.0")
        #expect(refused.phase == .failed, "\(refused.message)")
        try await harness.forge.mergeByHand(2, method: method)
        for tag in ["1.2.0", "1.3.0"] {
            let next = try await harness.promote(tag)
            #expect(next.phase == .succeeded, "\(next.message)")
        }
    }

    @Test func `the branch that a promotion merges into can be adopted`() async throws {
        let harness = try await Self.harness()
        try await harness.promote("1.0.0")
        try await Self.change(harness, "stage/test", Self.theirs)
        let refused = try await harness.promote("1.1.0")
        #expect(
            refused.phase == .failed && refused.message.contains("`hoistway adopt shop/test`"),
            "\(refused.message)"
        )
        let lines = try await harness.engine.pipelines.adopt(stage: Self.key, actor: "ada")
        #expect(lines.first?.contains("stage/test") == true, "\(lines)")
        let again = try await Self.promote(harness, refused)
        #expect(again.phase == .succeeded, "\(again.message)")
        #expect(try await harness.promote("1.2.0").phase == .succeeded)
        // What comes later is asked about again.
        try await Self.change(harness, "stage/test", Self.theirs)
        #expect(try await harness.promote("1.3.0").phase == .failed)
    }
}
