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
                && refused.message.contains("merge the pull request by hand if that is right"),
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
}
