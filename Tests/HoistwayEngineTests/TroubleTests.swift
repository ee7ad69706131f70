import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// I3: what cannot pass fails after five tries in a quarter of an hour; what may pass goes on, and people are told.
struct TroubleTests {
    private static let url = "https://git.test/ops.git"
    private static let all = NoticeRule(target: "ops", events: Set(NoticeEvent.allCases), projects: nil)

    static let refusals: [GitFailure] = [
        .unauthorized(url: url, detail: "HTTP Basic: Access denied"), .notFound(url: url),
        .notARepository(url: url, detail: "it answered with a page for browsers"),
        .packRefused(
            url: url,
            words: "unpack index-pack abnormal exit; remote: fatal: pack exceeds maximum allowed size"
        ),
    ]

    /// As many failures as any number of requests within one try could use up.
    private static func fail(_ harness: EngineHarness, _ failure: GitFailure) {
        for _ in 0..<20 { harness.remote.fail(failure) }
    }

    @Test(arguments: refusals)
    func `a refusal is tried five times in fifteen minutes, then the promotion fails with the server's words`(
        _ failure: GitFailure
    ) async throws {
        let notifier = RecordingNotifier()
        let harness = try await EngineHarness(notifier: notifier, notices: [Self.all])
        try await harness.engine.drain()
        Self.fail(harness, failure)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let begin = harness.clock.now()
        var tries = 1
        while let running = await harness.promotions(.running).first {
            let next = try #require(running.nextTry)
            #expect(next - harness.clock.now() >= .seconds(60))
            harness.clock.advance(next - harness.clock.now())
            tries += 1
            Self.fail(harness, failure)
            try await harness.engine.drain()
        }
        #expect(tries == 5)
        #expect(harness.clock.now() - begin == .seconds(900))
        let failed = try #require(await harness.promotions(.failed).first)
        #expect(failed.message.contains(failure.message))
        #expect(failed.message.contains("given up after 5 tries"))
        #expect(failed.trouble?.refusals == 5)
        await harness.engine.drainNotices()
        #expect(notifier.taken.map(\.occurrence.event) == [.promotionFailed])
    }

    /// A signed push may name a commit that is not there; a mirror may be behind.
    @Test func `what the server does not have is asked for soon, and given up after a quarter of an hour`() async throws
    {
        let notifier = RecordingNotifier()
        let harness = try await EngineHarness(notifier: notifier, notices: [Self.all])
        try await harness.engine.drain()
        let failure = GitFailure.missingObject(url: Self.url, .zero)
        Self.fail(harness, failure)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let begin = harness.clock.now()
        var pauses: [Duration] = []
        while let next = await harness.promotions(.running).first?.nextTry {
            pauses.append(next - harness.clock.now())
            harness.clock.advance(next - harness.clock.now())
            Self.fail(harness, failure)
            try await harness.engine.drain()
        }
        #expect(pauses.count > 5 && pauses.prefix(3).allSatisfy { $0 < .seconds(12) }, "\(pauses)")
        let lasted = harness.clock.now() - begin
        #expect(lasted >= Trouble.patience && lasted < Trouble.patience + NextTry.horizon, "\(lasted)")
        let failed = try #require(await harness.promotions(.failed).first)
        let given = "given up after \(pauses.count + 1) tries"
        #expect(failed.message.contains(failure.message) && failed.message.contains(given), "\(failed.message)")
        await harness.engine.drainNotices()
        #expect(notifier.taken.map(\.occurrence.event) == [.promotionFailed])
    }

    @Test func `I3: newer freight takes the refusals over, so that releases neither hide them nor ask more often`()
        async throws
    {
        let harness = try await EngineHarness()
        try await harness.engine.drain()
        Self.fail(harness, Self.refusals[0])
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let first = try #require(await harness.promotions(.running).first)
        harness.receive("1.1.0")
        try await harness.engine.drain()
        #expect(await harness.promotions(.aborted).map(\.id) == [first.id])
        let second = try #require(await harness.state.openPromotions.first { _ in true })
        #expect(second.id != first.id)
        #expect(second.trouble == first.trouble && second.nextTry == first.nextTry && second.attempts == 1)
        #expect(second.message == first.message)
    }

    static let passing: [GitFailure] = [
        .unreachable(url: url, detail: "git.test:443 refused the connection"), .timedOut(url: url, seconds: 30),
        .serverError(url: url, status: 503, detail: "maintenance"), .limited(url: url, after: .seconds(100)),
    ]

    @Test(arguments: passing)
    func `what may pass keeps running with its next try, and is told once after fifteen minutes`(
        _ failure: GitFailure
    ) async throws {
        let notifier = RecordingNotifier()
        let harness = try await EngineHarness(notifier: notifier, notices: [Self.all])
        try await harness.engine.drain()
        Self.fail(harness, failure)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let begin = harness.clock.now()
        while harness.clock.now() - begin < .seconds(3600) {
            let running = try #require(await harness.promotions(.running).first)
            let next = try #require(running.nextTry)
            await harness.engine.drainNotices()
            #expect(notifier.taken.isEmpty == (harness.clock.now() - begin < .seconds(900)))
            harness.clock.advance(next - harness.clock.now())
            Self.fail(harness, failure)
            try await harness.engine.drain()
        }
        await harness.engine.drainNotices()
        let told = try #require(notifier.taken.first?.occurrence)
        #expect(notifier.taken.count == 1)
        #expect(told.event == .promotionRetrying)
        #expect(told.reason.contains(failure.message))
        #expect(told.next?.contains("the next try is at") == true)
    }

    @Test func `I3: the next try of a postponed promotion stands in the list of stages and in why`() async throws {
        let harness = try await EngineHarness()
        try await harness.engine.drain()
        #expect(try await harness.pipelines.stages(project: nil).map(\.nextTry) == [nil])
        Self.fail(harness, Self.passing[0])
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let running = try #require(await harness.promotions(.running).first)
        let next = try #require(running.nextTry)
        #expect(try await harness.pipelines.stages(project: nil).map(\.nextTry) == [next])
        let line = "; the next try is at \(next.rfc3339), after 1 attempt"
        for freight in [nil, running.freight.text] {
            let why = try await harness.pipelines.why(stage: running.stage, freight: freight)
            #expect(why.lines.contains { $0.contains(running.id.text) && $0.hasSuffix(line) }, "\(why.lines)")
        }
        // A time that has come is none that is waited for.
        harness.clock.advance(next - harness.clock.now() + .seconds(1))
        for freight in [nil, running.freight.text] {
            let why = try await harness.pipelines.why(stage: running.stage, freight: freight)
            let due = "; the next try is due now, after 1 attempt"
            #expect(why.lines.contains { $0.contains(running.id.text) && $0.hasSuffix(due) }, "\(why.lines)")
        }
    }

    @Test func `a reload that changes the credential tries at once, and counts from the beginning`() async throws {
        let harness = try await EngineHarness()
        try await harness.engine.drain()
        for _ in 0..<3 {
            Self.fail(harness, Self.refusals[0])
            if await harness.promotions(.running).isEmpty { harness.receive("1.0.0") }
            try await harness.engine.drain()
            harness.clock.advance(.seconds(399))
        }
        harness.clock.advance(.seconds(-399))
        #expect(await harness.promotions(.running).first?.trouble?.refusals == 3)
        let waiting = await harness.engine.waitingRemotes
        #expect(waiting == [WaitedFor(url: Self.url, project: "shop")])
        try await harness.engine.take(harness.engine.core.configuration)
        #expect(await harness.promotions(.running).first?.nextTry != nil)
        Self.fail(harness, Self.refusals[0])
        try await harness.engine.take(harness.engine.core.configuration, reachedAnew: waiting)
        try await harness.engine.drain()
        #expect(await harness.promotions(.running).first?.trouble?.refusals == 1)
    }

    // MARK: S1

    @Test func `that a promotion runs is on the disk before anything of it is read`() async throws {
        let harness = try await EngineHarness()
        try await harness.engine.drain()
        let store = harness.store
        harness.remote.beforeNextLoad {
            let stored = try? await store.load().openPromotions.first { _ in true }
            #expect(stored?.run == RunMark(isAlone: true))
        }
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let record = try #require(await harness.promotions(.succeeded).first)
        #expect(record.run == nil)
    }

    @Test func `a promotion that was alone at three sudden ends is set aside, and others go on`() async throws {
        let store = InMemoryStateStore()
        let first = try await EngineHarness(stages: ["test", "other"], store: store)
        try await first.engine.drain()
        Self.fail(first, Self.passing[0])
        first.receive("1.0.0")
        try await first.engine.drain()
        let all = await first.promotions(.running)
        #expect(all.count == 2)
        let guilty = try #require(all.first)
        for crash in 0..<3 {
            let mark = RunMark(isAlone: true, crashes: crash)
            try await first.engine.core.transact { transaction, _ in
                guard var record = transaction.state.openPromotion(guilty.id) else { return }
                record.run = mark
                transaction.put(.putPromotion(record))
            }
            let resumed = await LaneSupervisor(core: first.engine.core).suspects()
            #expect(resumed == (crash < 2 ? [guilty.id] : []))
        }
        let ended = try #require(await first.promotions(.errored).first)
        #expect(ended.id == guilty.id)
        #expect(ended.message.contains("ended suddenly 3 times while this promotion alone was running"))
        #expect(await first.promotions(.running).count == 1)
        // An orderly end leaves no mark.
        try await first.engine.core.endRuns()
        #expect(await LaneSupervisor(core: first.engine.core).suspects().isEmpty)
    }

    @Test func `what became of a push is found out before its promotion is set aside`() async throws {
        let harness = try await EngineHarness()
        try await harness.engine.drain()
        Self.fail(harness, Self.passing[0])
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let guilty = try #require(await harness.promotions(.running).first)
        let commit = PushIntent.Commit(id: .zero, promotion: guilty.id)
        let intent = PushIntent(
            id: "push",
            project: "shop",
            remote: Self.url,
            insecureSkipTLSVerify: false,
            branches: [PushIntent.Branch(branch: "main", old: .zero, commits: [commit])],
            createdAt: guilty.createdAt
        )
        try await harness.engine.core.transact { transaction, _ in
            var record = guilty
            record.run = RunMark(isAlone: true, crashes: 2)
            transaction.put([.putPromotion(record), .putIntent(intent)])
        }
        #expect(await LaneSupervisor(core: harness.engine.core).suspects() == [guilty.id])
        try await harness.engine.core.transact { transaction, _ in
            guard var record = transaction.state.openPromotion(guilty.id) else { return }
            record.run = RunMark(isAlone: true, crashes: 3)
            transaction.put([.putPromotion(record), .removeIntent(intent.id)])
        }
        #expect(await LaneSupervisor(core: harness.engine.core).suspects().isEmpty)
        #expect(await harness.promotions(.errored).map(\.id) == [guilty.id])
    }

    @Test func `looks that were not stored are repeated after a second, without another event`() async throws {
        let harness = try await EngineHarness()
        try await harness.engine.drain()
        let core = harness.engine.core
        core.decider.noteConfiguration(concerning: nil)
        let seen = core.ledger.lanesChanged.count
        harness.store.fail(with: .full(path: "state.db"))
        await #expect(throws: (any Error).self) {
            try await core.transact { transaction, _ in
                transaction.put(.putStage(StageRecord(key: StageKey(project: "shop", name: "test"))))
            }
        }
        #expect(core.ledger.lanesChanged.count > seen, "a sleeping service would not look")
        #expect(core.decider.nextLook == harness.clock.now() + .seconds(1))
    }

    // MARK: I8

    @Test func `one command promotes again what failed, with a line for each stage`() async throws {
        let harness = try await EngineHarness(stages: ["test", "other", "third"]) { $0 == "third" ? "third" : "main" }
        harness.remote.refuse(branch: "main", words: "protected branch hook declined")
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(await harness.promotions(.failed).count == 2)
        await #expect(throws: OperatorFailure.notFound("no project bank")) {
            try await harness.pipelines.retryPromotions(nil, project: "bank", failedOnly: true, actor: "ada")
        }
        #expect(await harness.promotions(.pending).isEmpty)
        harness.remote.allow(branch: "main")
        let lines = try await harness.pipelines.retryPromotions(nil, project: "shop", failedOnly: true, actor: "ada")
        #expect(lines.map(\.stage).sorted() == ["other", "test"])
        #expect(lines.allSatisfy { $0.started != nil && $0.detail.contains("is promoted again") })
        let again = try await harness.pipelines.retryPromotions(nil, project: nil, failedOnly: false, actor: "ada")
        #expect(again.isEmpty)
        let named = try await harness.pipelines.retryPromotions(
            lines.map { PromotionID($0.promotion) },
            project: nil,
            failedOnly: false,
            actor: "ada"
        )
        #expect(named.allSatisfy { $0.started == nil && $0.detail.contains("of the same freight is pending already") })
        try await harness.engine.drain()
        #expect(await harness.promotions(.succeeded).count == 3)
        #expect(try await harness.tag("test") == "1.0.0")
    }

    /// A transaction that waited for the reader would wait for ever here.
    @Test(.timeLimit(.minutes(2)))
    func `while what failed is read, others go on; what they have promoted meanwhile is not retried`() async throws {
        let harness = try await EngineHarness(stages: ["test", "other"])
        harness.remote.refuse(branch: "main", words: "protected branch hook declined")
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(await harness.promotions(.failed).count == 2)
        harness.remote.allow(branch: "main")
        let alias = try #require(try await harness.pipelines.freight(project: "shop", warehouse: "app", limit: 1).first)
            .alias
        harness.store.onReading {
            harness.store.onReading(nil)
            do {
                let key = StageKey(project: "shop", name: "other")
                _ = try await harness.pipelines.promote(stage: key, freight: alias, acceptTree: nil, actor: "ann")
            } catch {
                Issue.record(error)
            }
        }
        let lines = try await harness.pipelines.retryPromotions(nil, project: "shop", failedOnly: true, actor: "ada")
        #expect(lines.map(\.stage) == ["test"] && lines.first?.started != nil)
        try await harness.engine.drain()
        #expect(await harness.promotions(.succeeded).count == 2)
    }

    @Test func `what waits for its next try is tried at once, unless only failures were asked for`() async throws {
        let harness = try await EngineHarness()
        try await harness.engine.drain()
        Self.fail(harness, Self.passing[0])
        harness.receive("1.0.0")
        try await harness.engine.drain()
        harness.remote.recover()
        #expect(try await harness.pipelines.retryPromotions(nil, project: nil, failedOnly: true, actor: "ada").isEmpty)
        let lines = try await harness.pipelines.retryPromotions(nil, project: nil, failedOnly: false, actor: "ada")
        #expect(lines.map(\.detail) == ["it is tried now"])
        try await harness.engine.drain()
        #expect(await harness.promotions(.succeeded).count == 1)
    }
}
