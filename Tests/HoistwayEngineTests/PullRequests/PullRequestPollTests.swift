import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Looks at pull requests without a webhook: few requests for many, and none that a host does not want.
struct PullRequestPollTests {
    private typealias Harness = PullRequestHarness

    private static func poll(_ harness: Harness, after pause: Duration) async throws {
        harness.engine.clock.advance(pause)
        await PullRequestPollService(core: harness.engine.engine.core).poll()
        try await harness.engine.engine.drain()
    }

    /// 500 stages, each with a promotion that waits for its pull request.
    private static func many() async throws -> Harness {
        let stages = (0..<500).map { "s\($0)" }
        let url = InMemoryGitRemote().displayURL
        let branches = NamedBranches(["main": .zero])
        let forge = InMemoryForge(branches, url: url)
        var state = PipelineState()
        let now = Timestamp(seconds: 1_800_000_000)
        for stage in stages {
            let pull = await forge.openByHand(from: stage, to: "main")
            var step = StepRecord(alias: "wait", uses: "git-wait-for-pr", status: .running, startedAt: now)
            step.began = true
            step.looks = 1
            step.pullRequest = PullRequestWait(
                repository: url,
                provider: nil,
                number: pull.number,
                seen: pull.updatedAt,
                lookedAt: now + .seconds(3600),
                pollSeconds: 30
            )
            var record = PromotionRecord(
                id: PromotionID("\(stage).1"),
                stage: StageKey(project: "shop", name: stage),
                freight: FreightID("f"),
                collection: [:],
                actor: .automatic,
                reason: "",
                steps: [Harness.wait(url)],
                mode: .promote,
                createdAt: now
            )
            record.phase = .running
            record.startedAt = now
            record.stepRecords = [step]
            record.nextTry = now + .seconds(24 * 3600)
            state.apply([.putPromotion(record)])
        }
        return try await Harness(stages: stages, store: InMemoryStateStore(state), forge: forge)
    }

    @Test func `500 open pull requests cost at most 60 requests an hour, and a merge wakes its promotion alone`()
        async throws
    {
        let harness = try await Self.many()
        let service = PullRequestPollService(core: harness.engine.engine.core)
        var most = 0
        for _ in 0..<3 {
            harness.forge.forgetRequests()
            for _ in 0..<240 {
                harness.engine.clock.advance(.seconds(15))
                await service.poll()
            }
            #expect(Set(harness.forge.requests) == ["latest"])
            most = max(most, harness.forge.requests.count)
        }
        #expect(most > 0 && most <= 60, "\(most) requests in an hour")
        #expect(await harness.engine.state.openPromotions.allSatisfy { $0.nextTry != nil })
        // The oldest of them: it has the least chance to stand among the latest before something happens to it.
        harness.forge.change(1) { $0.state = .merged(commit: nil) }
        for _ in 0..<12 {
            harness.engine.clock.advance(.seconds(15))
            await service.poll()
        }
        let woken = await harness.engine.state.openPromotions.filter { $0.nextTry == nil }
        #expect(woken.map(\.id.text) == ["s0.1"])
    }

    @Test(.timeLimit(.minutes(5)))
    func `without a wait there is no timer, and the first wait starts it`() async throws {
        let harness = try await Harness()
        let service = PullRequestPollService(core: harness.engine.engine.core)
        #expect(await !service.poll())
        let running = Task { await service.run() }
        #expect(!harness.engine.clock.hasSlept(for: PullRequestPollService.tick))
        try await harness.promote()
        while !harness.engine.clock.hasSlept(for: PullRequestPollService.tick) { await Task.yield() }
        #expect(await service.poll())
        running.cancel()
        await running.value
    }

    @Test func `a host that asks for a pause is left alone until it is over`() async throws {
        let harness = try await Harness()
        try await harness.promote()
        harness.forge.fail(.limited(host: "git.test", pause: .seconds(900)))
        harness.forge.forgetRequests()
        for _ in 0..<10 { try await Self.poll(harness, after: .seconds(60)) }
        #expect(harness.forge.requests.count == 1, "\(harness.forge.requests)")
        try await harness.forge.mergeByHand(1)
        for _ in 0..<40 { try await Self.poll(harness, after: .seconds(60)) }
        #expect(try await harness.promotion().phase == .succeeded)
    }

    @Test func `a look that does not reach a pull request tells nothing of it`() {
        let pull = { (number: Int, second: Int64) in
            PullRequest(
                number: number,
                url: "",
                state: .open,
                sourceBranch: "a",
                targetBranch: "b",
                head: nil,
                updatedAt: Timestamp(seconds: second)
            )
        }
        let verdict = { (list: ListedPullRequests, number: Int, seen: Int64, known: Int64?) in
            LatestPullRequests(list).verdict(
                on: PullRequestWait(
                    repository: "https://git.test/ops",
                    provider: nil,
                    number: number,
                    seen: Timestamp(seconds: seen)
                ),
                known: known.map { Timestamp(seconds: $0) }
            )
        }
        let pulls = [pull(2, 2000), pull(1, 1000)]
        let all = ListedPullRequests(pulls, isByChange: true)
        let cut = ListedPullRequests(pulls, isComplete: false, isByChange: true)
        #expect(verdict(all, 1, 1000, nil) == .same)
        #expect(verdict(all, 1, 999, nil) == .changed)
        #expect(verdict(all, 3, 500, 1500) == .unknown, "it is not among all that there are: it is gone")
        #expect(verdict(cut, 3, 500, 1500) == .same, "a later change would stand among them")
        #expect(verdict(cut, 3, 500, 1200) == .unknown, "the host's clock may be behind")
        #expect(verdict(cut, 3, 500, nil) == .unknown)
        let unordered = ListedPullRequests(pulls, isComplete: false)
        #expect(verdict(unordered, 3, 500, 1500) == .unknown, "the host does not say by what it orders them")
        let torn = ListedPullRequests(pulls, unread: 1, isComplete: false, isByChange: true)
        #expect(verdict(torn, 3, 500, 1500) == .unknown, "it may be the one that cannot be read")
        var closed = pull(1, 1000)
        closed.state = .closed
        #expect(verdict(ListedPullRequests([closed]), 1, 1000, nil) == .changed)
    }

    @Test func `many repositories of one host share what it may be asked`() async throws {
        let book = PollBook()
        let place = ForgePlace("https://github.com/acme/a.git", project: "shop")
        #expect(place == ForgePlace("git@github.com:acme/b.git", project: "shop"))
        #expect(place != ForgePlace("https://github.com/acme/a.git", project: "other"))
        var asked = 0
        for second in 0..<3600 where book.mayAsk(place, now: Timestamp(seconds: Int64(second))) { asked += 1 }
        #expect(asked <= 60 && asked >= 54)
    }

    @Test func `waits that a former run has left overdue are not looked at all at once`() async throws {
        let stages = ["a", "b", "c", "test"]
        let harness = try await Harness(stages: stages)
        try await harness.promote()
        let second = try await PullRequestHarness(
            stages: stages,
            store: harness.engine.store,
            remote: harness.engine.remote,
            forge: harness.forge
        )
        second.engine.clock.advance(.seconds(48 * 3600))
        try await PullRequestPollService.takeOver(second.engine.engine.core)
        let tries = await second.engine.state.openPromotions.compactMap(\.nextTry)
        #expect(Set(tries).count == 4)
    }
}
