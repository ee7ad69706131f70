import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// What people do to a pull request that a promotion waits for, and what becomes of the promotion.
struct PullRequestPeopleTests {
    private typealias Harness = PullRequestHarness

    /// A harness whose promotion waits, and after what `act` does, how it has ended or what it waits for.
    private static func after(
        _ act: (Harness, PullRequest) async throws -> Void
    ) async throws -> (record: PromotionRecord, harness: Harness) {
        let harness = try await Harness()
        try await harness.promote()
        try await act(harness, try #require(harness.forge.all.first))
        try await harness.tell()
        return (try await harness.promotion(), harness)
    }

    private static func branch(_ pull: PullRequest) -> String { "refs/heads/\(pull.sourceBranch)" }

    @Test func `closed without a merge: the promotion fails`() async throws {
        let (record, _) = try await Self.after { harness, _ in harness.forge.change(1) { $0.state = .closed } }
        #expect(record.phase == .failed)
        #expect(record.message == "wait: the pull request #1 was closed and not merged")
    }

    @Test func `its branch deleted: the promotion fails, whether the host closes it or not`() async throws {
        for isClosed in [true, false] {
            let (record, _) = try await Self.after { harness, pull in
                harness.engine.remote.set(Self.branch(pull), to: nil)
                if isClosed { harness.forge.change(1) { $0.state = .closed } }
            }
            #expect(record.phase == .failed)
            #expect(record.message.hasSuffix("its branch kargo/promotion/\(record.id) is gone"), "\(record.message)")
        }
    }

    @Test func `closed and opened again before anybody looked: the promotion goes on waiting`() async throws {
        let (record, harness) = try await Self.after { harness, _ in
            harness.forge.change(1) { $0.state = .closed }
            harness.forge.change(1) { $0.state = .open }
        }
        #expect(record.phase == .running)
        try await harness.forge.mergeByHand(1)
        try await harness.tell()
        #expect(try await harness.promotion().phase == .succeeded)
    }

    @Test(arguments: ["squash", "rebase"])
    func `squashed or rebased: the commit that landed is the host's`(method: String) async throws {
        let (record, harness) = try await Self.after { harness, _ in
            try await harness.forge.mergeByHand(1, method: method)
        }
        #expect(record.phase == .succeeded, "\(record.message)")
        let head = try #require(harness.engine.remote.head("main"))
        #expect(try await harness.outputs("wait")["commit"] == .string(head.hex))
    }

    @Test func `pushed to the target by hand: the promotion succeeds with the head`() async throws {
        for isClosed in [true, false] {
            let (record, harness) = try await Self.after { harness, pull in
                harness.engine.remote.set(
                    "refs/heads/main",
                    to: pull.head ?? harness.engine.remote.head(pull.sourceBranch)
                )
                if isClosed { harness.forge.change(1) { $0.state = .closed } }
            }
            #expect(record.phase == .succeeded, "\(record.message)")
            #expect(record.stepRecords.last?.message.contains("somebody has pushed it there") ?? false)
            let head = try #require(harness.engine.remote.head("main"))
            #expect(try await harness.outputs("wait")["commit"] == .string(head.hex))
        }
    }

    @Test func `retargeted: the promotion says so, goes on when it is put back, and fails when it lands elsewhere`()
        async throws
    {
        let (record, harness) = try await Self.after { harness, _ in
            harness.engine.remote.set("refs/heads/release", to: harness.engine.remote.head("main"))
            harness.forge.change(1) { $0.targetBranch = "release" }
        }
        #expect(record.message == "wait: the pull request #1 goes into release now, and not into main")
        harness.forge.change(1) { $0.targetBranch = "main" }
        try await harness.tell()
        #expect(try await harness.promotion().message == "wait: the pull request #1 is open")
        harness.forge.change(1) { $0.targetBranch = "release" }
        try await harness.forge.mergeByHand(1)
        try await harness.tell()
        let ended = try await harness.promotion()
        #expect(ended.phase == .failed)
        #expect(ended.message.contains("merged into release: main does not have the change"), "\(ended.message)")
    }

    @Test func `turned into a draft: the promotion waits, and says so`() async throws {
        let (record, _) = try await Self.after { harness, _ in harness.forge.change(1) { $0.isDraft = true } }
        #expect(record.message == "wait: the pull request #1 is open, and a draft")
    }

    @Test func `the repository gone or renamed, or the token taken away: the promotion fails after a few tries`()
        async throws
    {
        for failure in [
            ForgeFailure.notFound(host: "git.test", what: "repository acme/ops"),
            .unauthenticated(host: "git.test", detail: "bad credentials"),
        ] {
            let (held, harness) = try await Self.after { harness, _ in harness.forge.fails(failure) }
            #expect(held.phase == .running && held.trouble != nil)
            for _ in 0..<10 { try await harness.drain(after: .seconds(400)) }
            let record = try await harness.promotion()
            #expect(record.phase == .failed)
            #expect(
                record.message.contains(failure.message) && record.message.contains("given up after"),
                "\(record.message)"
            )
        }
    }

    @Test func `401 in the middle: a token that is put right lets the promotion go on`() async throws {
        let (_, harness) = try await Self.after { harness, _ in
            try await harness.forge.mergeByHand(1)
            harness.forge.fail(.unauthenticated(host: "git.test", detail: "bad credentials"))
        }
        try await harness.drain(after: .seconds(61))
        #expect(try await harness.promotion().phase == .succeeded)
    }

    @Test func `a required check that never comes: the step ends with its time limit`() async throws {
        let harness = try await Harness { repository, target in
            var merge = Harness.openAndMerge(["wait": .bool(true)])(repository, target)
            merge[1].timeout = .seconds(3600)
            return merge
        }
        harness.forge.hold(1, .notYet("the check build is missing"))
        try await harness.promote()
        for _ in 0..<30 { try await harness.drain(after: .seconds(600)) }
        let record = try await harness.promotion()
        #expect(record.phase == .errored)
        #expect(
            record.message.contains("not done within its time limit (1h0m0s)")
                && record.message.contains("the check build is missing")
                && record.message.contains("; the pull request #1 (") && record.message.contains("is left open"),
            "\(record.message)"
        )
    }

    @Test func `somebody else pushes to the branch of the promotion: it stays as it is`() async throws {
        let (record, harness) = try await Self.after { harness, pull in
            try await harness.engine.remote.seed(
                branch: pull.sourceBranch,
                files: ["by-hand.txt": "x"],
                message: "mine"
            )
        }
        #expect(record.phase == .running)
        let head = harness.engine.remote.head(try #require(harness.forge.all.first).sourceBranch)
        let second = try await harness.again()
        try await second.tell()
        #expect(second.engine.remote.head(harness.forge.all[0].sourceBranch) == head)
        #expect(second.engine.remote.pushes == 1)
    }
}
