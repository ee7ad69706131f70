import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// What people are told of a promotion's pull request.
struct PullRequestWordsTests {
    private typealias Harness = PullRequestHarness

    private static func why(_ harness: Harness) async throws -> String {
        let stage = StageKey(project: "shop", name: "test")
        let record = try await harness.promotion()
        let told = try await harness.engine.pipelines.why(stage: stage, freight: record.freight.text)
        return ([told.verdict] + told.lines).joined(separator: "\n")
    }

    @Test func `labels that the program did not come to are set when the opening is settled`() async throws {
        let harness = try await Harness()
        harness.forge.losesLabels()
        try await harness.promote()
        #expect(harness.forge.labels(1).isEmpty)
        try await harness.drain(after: .seconds(60))
        #expect(try await harness.promotion().isLooking)
        #expect(harness.forge.opened == 1 && harness.forge.labels(1) == ["promotion"])
    }

    @Test func `a pull request that was there before keeps the labels that it has`() async throws {
        let harness = try await Harness { repository, target in
            var open = Harness.open(repository, target)
            var config = open.config.map ?? [:]
            config["sourceBranch"] = .string("by-hand")
            open.config = .map(config)
            return [open, Harness.wait(repository)]
        }
        try await harness.engine.remote.seed(branch: "by-hand", files: ["a": "1"])
        await harness.forge.openByHand(from: "by-hand", to: "main")
        try await harness.promote()
        #expect(harness.forge.opened == 0 && harness.forge.labels(1).isEmpty)
    }

    @Test func `an aborted promotion says that its pull request is left open, and where`() async throws {
        let harness = try await Harness()
        let record = try await harness.promote()
        _ = try await harness.engine.pipelines.abort(promotion: record.id, actor: "first")
        try await harness.drain()
        let aborted = try await harness.promotion()
        let url = try #require(harness.forge.all.first).url
        let sentence = "the pull request #1 (\(url)) is left open: close it at the host, or its merge changes main"
        #expect(aborted.phase == .aborted && aborted.message.hasSuffix("; \(sentence)"), "\(aborted.message)")
        #expect(try await Self.why(harness).contains(sentence))
    }

    @Test func `one that was closed, or whose promotion succeeded, is not said to be left open`() async throws {
        let closed = try await Harness()
        try await closed.promote()
        closed.forge.change(1) { $0.state = .closed }
        try await closed.tell()
        let failed = try await closed.promotion()
        #expect(failed.phase == .failed && !failed.message.contains("left open"), "\(failed.message)")
        #expect(failed.pulls.map(\.isOpen) == [false])
    }

    @Test func `one that a promotion ends without is said to be left open, whatever ends it`() async throws {
        let refused = try await Harness(steps: Harness.openAndMerge([:]))
        refused.forge.hold(1, .never("it has conflicts"))
        let unmerged = try await refused.promote()
        #expect(unmerged.phase == .failed && unmerged.message.contains("is left open: close it"), "\(unmerged.message)")
        let locked = try await Harness()
        try await locked.promote()
        locked.forge.fails(.unauthenticated(host: "git.test", detail: "bad credentials"))
        try await locked.tell()
        for _ in 0..<10 { try await locked.drain(after: .seconds(400)) }
        let givenUp = try await locked.promotion()
        #expect(givenUp.phase == .failed && givenUp.message.contains("is left open: close it"), "\(givenUp.message)")
    }

    @Test func `one that somebody closes while it is merged is not said to be left open`() async throws {
        let harness = try await Harness(steps: Harness.openAndMerge(["wait": .bool(true)]))
        harness.forge.hold(1, .notYet("a check is missing"))
        try await harness.promote()
        harness.forge.hold(1, nil)
        harness.forge.closeAtMerge(1)
        try await harness.drain(after: .seconds(60))
        let failed = try await harness.promotion()
        #expect(failed.phase == .failed && !failed.message.contains("left open"), "\(failed.message)")
    }

    @Test func `somebody else's is not the promotion's to close`() async throws {
        let harness = try await Harness { repository, _ in
            [Harness.step("git-wait-for-pr", as: "wait", ["repoURL": .string(repository), "prNumber": .number(1)])]
        }
        try await harness.engine.remote.seed(branch: "by-hand", files: ["a": "1"])
        await harness.forge.openByHand(from: "by-hand", to: "main")
        let record = try await harness.promote()
        _ = try await harness.engine.pipelines.abort(promotion: record.id, actor: "first")
        try await harness.drain()
        let aborted = try await harness.promotion()
        #expect(aborted.phase == .aborted)
        #expect(aborted.message == "Promotion terminated by token first")
    }

    @Test func `a retry lets a login that was refused be tried at once`() async throws {
        let harness = try await Harness()
        try await harness.promote()
        let forges = try #require(harness.engine.engine.core.ports.forges as? InMemoryForges)
        func retry() async throws -> [String] {
            try await harness.engine.pipelines.retryPromotions(
                nil,
                project: nil,
                failedOnly: false,
                actor: "ada"
            ).map(\.detail)
        }
        #expect(forges.liftedRefusals.isEmpty)
        #expect(try await retry() == ["it is tried now"])
        #expect(forges.liftedRefusals == [RepositoryIdentity(harness.forge.url)])
    }

    @Test func `a promotion whose turn has not come says what it waits for, and is not hinted at again`() async throws {
        let harness = try await Harness()
        let first = try await harness.promote("1.0.0")
        let second = try await harness.promote("1.1.0")
        #expect(second.phase == .pending && second.id != first.id)
        let waits = "waits for promotion \(first.id) of stage test, which waits for pull request #1"
        let pipelines = harness.engine.pipelines
        #expect(try await pipelines.promotion(second.id).message == waits)
        #expect(try await pipelines.promotions(project: nil, stage: nil, limit: 9).map(\.message).contains(waits))
        let stage = StageKey(project: "shop", name: "test")
        let why = try await pipelines.why(stage: stage, freight: second.freight.text)
        #expect(why.hint == nil && why.lines.contains { $0.hasSuffix("Pending: \(waits)") }, "\(why)")
        #expect(why.verdict.hasSuffix("is pending: it \(waits)"), "\(why.verdict)")
    }

    @Test(arguments: [true, false])
    func `a promotion ends with where its pull request was merged`(isMerged: Bool) async throws {
        let harness = try await Harness(steps: isMerged ? Harness.openAndMerge([:]) : Harness.openAndWait)
        try await harness.promote()
        if !isMerged {
            try await harness.forge.mergeByHand(1)
            try await harness.tell()
        }
        let head = try #require(harness.engine.remote.head("main"))
        #expect(try await harness.promotion().message == "merged #1 into main at \(head.short)")
    }

    @Test func `a delivery says why a push that others compare made nothing`() async throws {
        let harness = try await EngineHarness()
        let id = String(repeating: "a", count: 40)
        harness.receive("push \(String(repeating: "b", count: 40)) \(id)")
        try await harness.engine.drain()
        let delivery = try #require(try await harness.store.newestDelivery())
        let stored = try #require(try await harness.store.delivery(delivery))
        #expect(stored.state == .ignored && stored.reason == "no warehouse subscribes to git.test/ops")
        let trace = try await harness.store.trace(of: delivery)
        #expect(trace.contains { $0.hasSuffix("are checked for changes by others") }, "\(trace)")
    }

    @Test func `the event about the opening names the promotion that has opened it`() async throws {
        let harness = try await Harness(steps: Harness.openAndMerge([:]))
        let record = try await harness.promote()
        let event = PullRequestEvent(
            repoKeys: [RepositoryKey(normalised: "git.test/ops")],
            number: 1,
            action: .opened,
            sourceBranch: try #require(harness.forge.all.first).sourceBranch,
            targetBranch: "main"
        )
        func lines(_ event: PullRequestEvent, projects: [String]? = nil) async throws -> [String] {
            let source = EventSource(
                receiver: "hook",
                scope: nil,
                projects: projects,
                isEvidence: true,
                receivedAt: Timestamp(seconds: 1),
                name: "hook delivery 1"
            )
            return try await harness.engine.engine.core.transact { transaction, core in
                core.wake([.pullRequest(event)], from: source, into: &transaction).lines
            }
        }
        #expect(
            try await lines(event) == [
                "pull request 1 opened: it is of promotion \(record.id), which no longer waits for it"
            ]
        )
        #expect(try await lines(event, projects: ["other"]) == ["pull request 1 opened: no promotion waits for it"])
        var other = event
        other.sourceBranch = "feature"
        #expect(try await lines(other) == ["pull request 1 opened: no promotion waits for it"])
    }

    @Test func `a wait says what it waits for, and when it looks again`() async throws {
        let harness = try await Harness()
        try await harness.promote()
        let why = try await Self.why(harness)
        #expect(
            why.contains("; it waits for the webhook of pull request #1, and at the latest looks again at "),
            "\(why)"
        )
        #expect(!why.contains("attempt"))
    }

    @Test func `why names newer freight that waits upstream beside that which is in the stage`() async throws {
        let harness = try await EngineHarness(stages: ["uat", "test"])
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"]?.requestedFreight = [
            FreightRequest(warehouse: "app", direct: false, stages: ["uat"])
        ]
        harness.engine.core.configuration = configuration
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(await harness.promotions(.succeeded).count == 2)
        configuration.pipelines.projects["shop"]?.promotionPolicies = []
        harness.engine.core.configuration = configuration
        harness.receive("1.1.0")
        try await harness.engine.drain()
        let stage = StageKey(project: "shop", name: "test")
        let told = try await harness.pipelines.why(stage: stage, freight: nil)
        let state = await harness.state
        let newest = try #require(state.freight(of: WarehouseKey(project: "shop", name: "app")).first)
        #expect(told.verdict.contains(" is in test"), "\(told.verdict)")
        #expect(
            told.verdict.contains("; newer freight \(newest.freight.alias) is not available to test: "),
            "\(told.verdict)"
        )
    }

    @Test func `opened and merged pull requests are told, each once`() async throws {
        let harness = try await Harness()
        let waiting = try await harness.promote()
        var opening = waiting
        opening.stepRecords = opening.stepRecords.map { step in
            var step = step
            step.pull = nil
            return step
        }
        #expect(Self.told(opening, waiting) == ["opened"])
        #expect(Self.told(waiting, waiting).isEmpty)
        try await harness.forge.mergeByHand(1)
        try await harness.tell()
        #expect(Self.told(waiting, try await harness.promotion()) == ["merged"])
    }

    private static func told(_ before: PromotionRecord, _ after: PromotionRecord) -> [String] {
        DomainEvent.of(after, since: KnownPromotion(before)).compactMap { event in
            guard case .pullRequest(_, let pull) = event else { return nil }
            return pull.isMerged ? "merged" : "opened"
        }
    }
}
