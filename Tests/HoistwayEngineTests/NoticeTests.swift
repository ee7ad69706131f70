import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Synchronization
import Testing

@testable import HoistwayEngine

struct NoticeTests {
    private static let all = NoticeRule(target: "ops", events: Set(NoticeEvent.allCases), projects: nil)

    @Test func `a refused push is told with stage, freight, the remote's words and the next step`() async throws {
        let notifier = RecordingNotifier()
        let harness = try await EngineHarness(notifier: notifier, notices: [Self.all])
        harness.remote.refuse(branch: "main", words: "protected branch hook declined")
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(notifier.taken.isEmpty)
        await harness.engine.drainNotices()
        let notice = try #require(notifier.taken.first?.occurrence)
        #expect(notifier.taken.count == 1)
        #expect(notice.event == .promotionRefused)
        #expect(notice.stage == StageKey(project: "shop", name: "test"))
        #expect(notice.reason.contains("protected branch hook declined"))
        #expect(notice.next?.contains("hoistway promote shop/test") == true)
        #expect(notice.delivery == 1)
        #expect(await harness.promotions(.failed).map(\.id) == [notice.promotion])
        #expect(await harness.state.notices.isEmpty)
    }

    @Test func `exceeding the limits is told as waiting for acceptance, a success not at all`() async throws {
        let notifier = RecordingNotifier()
        let harness = try await EngineHarness(
            notifier: notifier,
            notices: [Self.all]
        )
        harness.receive("1.0.0")
        try await harness.engine.drain()
        await harness.engine.drainNotices()
        #expect(notifier.tries == 0)
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"]?.limits = Stage.Limits(
            deletedFiles: 0,
            changedFiles: 0
        )
        try await harness.engine.take(configuration)
        harness.receive("1.1.0")
        try await harness.engine.drain()
        await harness.engine.drainNotices()
        #expect(notifier.taken.map(\.occurrence.event) == [.acceptanceNeeded])
        #expect(notifier.taken.first?.occurrence.reason.contains("--accept") == true)
        #expect(notifier.taken.first?.occurrence.next?.contains("the command that its message names") == true)
    }

    @Test func `a delivery that cannot be decided is told`() async throws {
        let notifier = RecordingNotifier()
        let harness = try await EngineHarness(notifier: notifier, notices: [Self.all])
        harness.receive("!nonsense")
        try await harness.engine.drain()
        await harness.engine.drainNotices()
        #expect(notifier.taken.map(\.occurrence.event) == [.deliveryFailed])
        #expect(notifier.taken.first?.occurrence.receiver == "hook")
    }

    @Test func `a target hears of its projects and events only`() {
        let failed = Occurrence(.promotionFailed, at: Timestamp(seconds: 0), projects: ["shop"], reason: "")
        let unknown = Occurrence(.deliveryFailed, at: Timestamp(seconds: 0), projects: nil, reason: "")
        let shared = Occurrence(.deliveryFailed, at: Timestamp(seconds: 0), projects: ["shop", "bank"], reason: "")
        let shop = NoticeRule(target: "a", events: Set(NoticeEvent.allCases), projects: ["shop"])
        let failures = NoticeRule(target: "b", events: [.promotionFailed], projects: nil)
        #expect(shop.wants(failed) && !shop.wants(unknown) && !shop.wants(shared))
        #expect(failures.wants(failed) && !failures.wants(unknown))
    }

    @Test func `what is not taken is tried again with growing pauses, under one id, and given up at the bound`()
        async throws
    {
        let notifier = RecordingNotifier()
        let harness = try await EngineHarness(notifier: notifier, notices: [Self.all])
        notifier.fail(with: .unreachable(target: "ops", detail: "nobody listens there"))
        harness.receive("!nonsense")
        try await harness.engine.drain()
        var ids: Set<String> = []
        var pauses: [Duration] = []
        for _ in 0..<Outbox.maxTries {
            await harness.engine.drainNotices()
            guard let notice = await harness.state.notices.values.first, let next = notice.nextTry else { break }
            ids.insert(notice.id)
            pauses.append(next - harness.clock.now())
            harness.clock.advance(next - harness.clock.now())
        }
        #expect(notifier.tries == Outbox.maxTries)
        #expect(ids.count == 1)
        #expect(pauses.first.map { $0 < .seconds(3) } == true && pauses.last.map { $0 >= .seconds(300) } == true)
        #expect(await harness.state.notices.isEmpty)
    }

    @Test func `a target that says no for good is not asked again`() async throws {
        let notifier = RecordingNotifier()
        let harness = try await EngineHarness(notifier: notifier, notices: [Self.all])
        notifier.fail(with: .refused(target: "ops", status: 404))
        harness.receive("!nonsense")
        try await harness.engine.drain()
        await harness.engine.drainNotices()
        #expect(notifier.tries == 1)
        #expect(await harness.state.notices.isEmpty)
    }

    @Test func `the queue of a target that is gone is bounded, and is there again after a restart`() async throws {
        let notifier = RecordingNotifier()
        let harness = try await EngineHarness(notifier: notifier, notices: [Self.all])
        notifier.fail(with: .unreachable(target: "ops", detail: "nobody listens there"))
        for number in 0..<(Outbox.maxWaiting + 20) { harness.receive("!nonsense \(number)") }
        try await harness.engine.drain()
        #expect(await harness.state.notices.count == Outbox.maxWaiting)
        let again = RecordingNotifier()
        let restarted = try await EngineHarness(
            store: harness.store,
            remote: harness.remote,
            notifier: again,
            notices: [Self.all]
        )
        await restarted.engine.drainNotices()
        #expect(again.taken.count == Outbox.maxWaiting)
        #expect(again.taken.first?.occurrence.delivery == 1)
        #expect(await restarted.state.notices.isEmpty)
    }

    // MARK: Two writers

    private static let stage = StageKey(project: "shop", name: "test")

    /// A stage that was promoted, and to whose branch another instance has committed since.
    private static func twoWriters(_ notifier: RecordingNotifier, _ notices: [NoticeRule]) async throws -> EngineHarness
    {
        let harness = try await EngineHarness(notifier: notifier, notices: notices)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        var files = try #require(try await harness.remote.files(branch: "main"))
        files["envs/test/kustomization.yaml"] = EngineHarness.kustomization("1.0.5")
        try await harness.remote.seed(
            files: files,
            message: "app 1.0.0 → 1.0.5 to test\n\nHoistway-Promotion: test.1.2\nHoistway-Stage: shop/test\n"
        )
        return harness
    }

    @Test func `two writers that a look at the branch finds are told once, with who the other one is`() async throws {
        let notifier = RecordingNotifier()
        let harness = try await Self.twoWriters(notifier, [Self.all])
        let survey = BranchSurvey(core: harness.engine.core)
        try await survey.checkKnownBranches()
        await harness.engine.drainNotices()
        let told = try #require(notifier.taken.first?.occurrence)
        #expect(notifier.taken.count == 1)
        #expect(told.event == .twoWriters && told.stage == Self.stage && told.promotion == nil)
        #expect(told.reason.contains("two writers: another instance of Hoistway"), "\(told.reason)")
        #expect(told.reason.contains("Someone <someone@example.com> (app 1.0.0 → 1.0.5 to test)"), "\(told.reason)")
        #expect(told.next?.contains("hoistway adopt shop/test") == true)

        // Nothing is new: another look, and freight that waits for a person.
        try await survey.checkKnownBranches()
        harness.receive("1.1.0")
        try await harness.engine.drain()
        try await survey.checkKnownBranches()
        await harness.engine.drainNotices()
        #expect(notifier.taken.count == 1)
        #expect(await harness.promotions(.failed).isEmpty)

        // Adopted, and then found again: that is news.
        _ = try await harness.pipelines.adopt(stage: Self.stage, actor: "ada")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.1.0")
        var files = try #require(try await harness.remote.files(branch: "main"))
        files["envs/test/kustomization.yaml"] = EngineHarness.kustomization("1.1.5")
        try await harness.remote.seed(files: files, message: "app\n\nHoistway-Promotion: test.1.3\n")
        try await survey.checkKnownBranches()
        await harness.engine.drainNotices()
        #expect(notifier.taken.map(\.occurrence.event) == [.twoWriters, .twoWriters])
    }

    @Test func `a promotion that comes across two writers is told once, as a refusal to those who hear of these only`()
        async throws
    {
        let notifier = RecordingNotifier()
        let refusals = NoticeRule(target: "refusals", events: [.promotionRefused], projects: nil)
        let harness = try await Self.twoWriters(notifier, [Self.all, refusals])
        harness.receive("1.1.0")
        try await harness.engine.drain()
        await harness.engine.drainNotices()
        let refused = try #require(await harness.promotions(.failed).first)
        let told = Dictionary(grouping: notifier.taken, by: \.target).mapValues { $0.map(\.occurrence) }
        #expect(told["ops"]?.map(\.event) == [.twoWriters])
        #expect(told["refusals"]?.map(\.event) == [.promotionRefused])
        #expect(told["ops"]?.first?.promotion == refused.id && told["ops"]?.first?.delivery == 2)
        #expect(told["ops"]?.first.map { refused.message.contains($0.reason) } == true)
        #expect(told["refusals"]?.first?.reason == refused.message)

        // By hand, while the stage is paused: the refusal is all that is new.
        _ = try await harness.pipelines.promote(
            stage: Self.stage,
            freight: refused.freight.text,
            acceptTree: nil,
            actor: "ada"
        )
        try await harness.engine.drain()
        await harness.engine.drainNotices()
        let ops = notifier.taken.filter { $0.target == "ops" }
        #expect(ops.map(\.occurrence.event) == [.twoWriters, .promotionRefused])
    }
}
