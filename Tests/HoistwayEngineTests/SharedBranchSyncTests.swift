import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Stages that write one branch: a live commit that has the pushed one below it is as good.
struct SharedBranchSyncTests {
    @Test func `forty stages and their Applications share a branch and a push, and each is synchronised once`()
        async throws
    {
        let stages = (0..<40).map { "s\($0 < 10 ? "0" : "")\($0)" }
        let harness = try await ArgoCDHarness(stages: stages)
        for stage in stages { harness.argocd.put(harness.application(stage)) }
        harness.engine.receive("1.0.0")
        try await harness.drain()
        #expect(harness.engine.remote.pushes == 1)
        let head = try #require(harness.engine.remote.head("main"))
        for stage in stages {
            harness.argocd.begin(ArgoCDHarness.key(stage), at: harness.now)
            harness.argocd.finish(ArgoCDHarness.key(stage), revisions: [head.hex], at: harness.now)
        }
        try await harness.drain(after: .seconds(60))
        let promotions = await harness.engine.state.promotions.values
        #expect(promotions.count == 40 && promotions.allSatisfy { $0.phase == .succeeded })
        let keys = harness.argocd.updates().map(\.key)
        #expect(keys.count == 40 && Set(keys).count == 40)
    }

    // MARK: Revisions

    private static func standing(
        _ harness: ArgoCDHarness,
        _ desired: String,
        in live: String,
        branch: String = "main",
        chart: String = ""
    ) async -> RevisionStanding {
        await harness.engine.engine.core.revisions.standing(
            of: live,
            toward: desired,
            source: ApplicationSource(
                repoURL: harness.engine.remote.displayURL,
                targetRevision: branch,
                chart: chart
            ),
            project: "shop"
        )
    }

    @Test func `the history of the branch tells what our own pushes do not`() async throws {
        let harness = try await ArgoCDHarness()
        let remote = harness.engine.remote
        let first = try #require(remote.head("main"))
        let second = try await remote.seed(files: ["a": "1"])
        let third = try await remote.seed(files: ["a": "2"])
        let elsewhere = try await remote.seed(branch: "other", files: ["a": "3"])
        #expect(await Self.standing(harness, third.hex, in: third.hex) == .contained)
        #expect(await Self.standing(harness, first.hex, in: third.hex) == .contained)
        #expect(await Self.standing(harness, third.hex, in: second.hex) == .absent)
        #expect(await Self.standing(harness, third.hex, in: elsewhere.hex) == .absent)
        // What was found out once is not asked for again.
        remote.fail(.unreachable(url: remote.displayURL, detail: "down"))
        #expect(await Self.standing(harness, first.hex, in: third.hex) == .contained)
        remote.recover()
        // Names stand for their commits.
        remote.set("refs/tags/v1", to: second)
        #expect(await Self.standing(harness, "v1", in: third.hex) == .contained)
        #expect(await Self.standing(harness, "v1", in: first.hex) == .absent)
        #expect(await Self.standing(harness, "v2", in: third.hex) == .unknown("\(remote.displayURL) has no 'v2'"))
        // Versions of charts are compared as they are.
        #expect(await Self.standing(harness, "1.2.3", in: "1.2.4", chart: "web") == .absent)
        #expect(await Self.standing(harness, "1.2.3", in: "1.2.3", chart: "web") == .contained)
        #expect(await Self.standing(harness, first.hex, in: "") == .absent)
    }

    @Test func `our own pushes tell it without a look at the repository, unless the branch was ever put back`()
        async throws
    {
        let harness = try await ArgoCDHarness()
        harness.argocd.put(harness.application("test"))
        harness.engine.receive("1.0.0")
        try await harness.drain()
        let first = try #require(harness.engine.remote.head("main"))
        harness.argocd.finish(ArgoCDHarness.key("test"), revisions: [first.hex], at: harness.now)
        harness.engine.receive("1.1.0")
        try await harness.drain(after: .seconds(60))
        let second = try #require(harness.engine.remote.head("main"))
        #expect(first != second)
        let key = BranchKey(remote: harness.engine.remote.displayURL, branch: "main")
        var branch = try #require(await harness.engine.state.branches[key])
        #expect(branch.showsContained(first, in: second))
        #expect(!branch.showsContained(second, in: first) && !branch.showsContained(second, in: second))
        branch.drift = first
        #expect(!branch.showsContained(first, in: second))
        branch.drift = nil
        branch.accepted = first
        #expect(!branch.showsContained(first, in: second))
    }
}
