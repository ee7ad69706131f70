import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Testing

@testable import HoistwayEngine

/// Events wake promotions that wait for a pull request, and only those.
struct PullRequestWakeTests {
    private typealias Harness = PullRequestHarness

    @Test func `a webhook wakes the promotion that waits, and its delivery says so`() async throws {
        let harness = try await Harness()
        let waiting = try await harness.promote()
        harness.forge.forgetRequests()
        try await harness.forge.mergeByHand(1)
        try await harness.tell()
        #expect(harness.forge.requests == ["read"])
        #expect(try await harness.promotion().phase == .succeeded)
        let delivery = try #require(try await harness.engine.store.newestDelivery())
        let stored = try #require(try await harness.engine.store.delivery(delivery))
        #expect(stored.state == .done)
        #expect(stored.reason == "pull request 1 merged: woke promotion \(waiting.id), which waits for it")
    }

    @Test func `an event only wakes: the host is asked what became of the pull request`() async throws {
        let harness = try await Harness()
        try await harness.promote()
        // It says merged, and the host does not.
        try await harness.tell()
        let record = try await harness.promotion()
        #expect(record.phase == .running && record.isLooking)
    }

    @Test(arguments: [(1, "git.test/other"), (2, "git.test/ops")])
    func `another repository's pull request of the same number, and another number, wake nobody`(
        number: Int,
        repository: String
    ) async throws {
        let harness = try await Harness()
        try await harness.promote()
        try await harness.forge.mergeByHand(1)
        harness.forge.forgetRequests()
        try await harness.tell(number, of: repository)
        #expect(harness.forge.requests.isEmpty)
        #expect(try await harness.promotion().phase == .running)
    }

    @Test(arguments: [true, false])
    func `a receiver that may not speak for the repository, or for the project, wakes nobody`(
        limitsProjects: Bool
    ) async throws {
        let harness = try await Harness()
        try await harness.promote()
        try await harness.forge.mergeByHand(1)
        harness.forge.forgetRequests()
        var configuration = harness.engine.engine.core.configuration
        if limitsProjects {
            configuration.receivers["hook"]?.projects = ["other"]
        } else {
            configuration.receivers["hook"]?.scope = SourceScope([])
        }
        harness.engine.engine.core.configuration = configuration
        try await harness.tell()
        #expect(harness.forge.requests.isEmpty)
        #expect(try await harness.promotion().phase == .running)
    }

    @Test func `an event while the promotion looks has it look once more`() async throws {
        let news = PullRequestNews()
        var record = PromotionRecord(
            id: PromotionID("test.1"),
            stage: StageKey(project: "shop", name: "test"),
            freight: FreightID("f"),
            collection: [:],
            actor: .automatic,
            reason: "",
            steps: [],
            mode: .promote,
            createdAt: Timestamp(seconds: 1)
        )
        var step = StepRecord(alias: "wait", uses: "git-wait-for-pr", status: .running)
        step.pullRequest = PullRequestWait(repository: "https://git.test/ops.git", provider: nil, number: 7)
        record.stepRecords = [step]
        let event = PullRequestEvent(
            repoKeys: [RepositoryKey(normalised: "git.test/ops")],
            number: 7,
            action: .merged,
            sourceBranch: "a",
            targetBranch: "main"
        )
        news.note(event, projects: nil)
        #expect(!news.hasChanged(of: record), "nobody looked")
        news.beginLook(record.id)
        news.note(event, projects: ["other"])
        #expect(!news.hasChanged(of: record))
        news.note(event, projects: ["shop"])
        #expect(news.hasChanged(of: record))
        news.endLook(record.id)
        #expect(!news.hasChanged(of: record))
    }

    @Test func `a wait outlives the program`() async throws {
        let harness = try await Harness()
        try await harness.promote()
        let second = try await harness.again()
        try await harness.forge.mergeByHand(1)
        try await second.tell()
        #expect(try await second.promotion().phase == .succeeded)
        #expect(harness.forge.opened == 1 && harness.engine.remote.pushes == 1)
    }
}
