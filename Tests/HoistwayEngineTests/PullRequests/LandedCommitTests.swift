import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Whose work a merge is on a branch that other stages push to.
struct LandedCommitTests {
    private typealias Harness = PullRequestHarness

    /// The stage `direct` pushes to `main` what `test` changes by pull requests.
    private static func harness() async throws -> Harness {
        let harness = try await Harness(stages: ["direct", "test"])
        var configuration = harness.engine.engine.core.configuration
        let url = harness.engine.remote.displayURL
        let checkout = ConfigValue.map(["branch": .string("main"), "path": .string("./repo")])
        configuration.pipelines.projects["shop"]?.stages["direct"]?.promotion = .steps(
            EngineHarness.templates([
                ("git-clone", ["repoURL": .string(url), "checkout": .list([checkout])]),
                ("kustomize-set-image", ["path": .string("./repo/envs/direct")]),
                ("git-commit", ["path": .string("./repo")]), ("git-push", ["path": .string("./repo")]),
            ])
        )
        harness.engine.engine.core.configuration = configuration
        try await harness.promote()
        #expect(try await harness.promotion(of: "direct").phase == .succeeded)
        #expect(try await harness.promotion().isLooking)
        return harness
    }

    private static func main(_ harness: Harness) async throws -> BranchRecord {
        let key = BranchKey(remote: harness.engine.remote.displayURL, branch: "main")
        return try #require(await harness.engine.state.branches[key])
    }

    @Test(arguments: ["merge", "squash"])
    func `a merge that changes just what was promoted is ours`(method: String) async throws {
        let harness = try await Self.harness()
        let landed = try await harness.forge.mergeByHand(1, method: method)
        try await harness.tell()
        #expect(try await harness.promotion().phase == .succeeded)
        let record = try await Self.main(harness)
        #expect(record.ownCommits.contains(landed) && record.head == landed)
    }

    @Test func `a merge that brings more is somebody else's work`() async throws {
        let harness = try await Self.harness()
        let pull = try #require(harness.forge.all.first)
        var files = try #require(try await harness.engine.remote.files(branch: "main"))
        files["envs/test/kustomization.yaml"] = EngineHarness.kustomization("1.0.0")
        files["more.txt"] = "by hand\n"
        let tip = try #require(harness.engine.remote.head("main"))
        let landed = try await harness.engine.remote.seed(files: files, message: "merged with more", parents: [tip])
        harness.forge.change(1) {
            $0.head = harness.engine.remote.head(pull.sourceBranch)
            $0.state = .merged(commit: landed)
        }
        try await harness.tell()
        #expect(try await harness.promotion().phase == .succeeded)
        #expect(try await !Self.main(harness).ownCommits.contains(landed))
    }
}
