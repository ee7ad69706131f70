import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Which promotions may run, and how little a change looks at to know it.
struct LaneBookTests {
    private static let now = Timestamp(seconds: 1_700_000_000)
    /// Of the harness's clock.
    private static let harnessStart = Timestamp(seconds: 1_800_000_000)
    private static let lane = LaneKey(project: "p", repository: "git.test/ops")

    private static func stage(_ number: Int) -> StageKey { StageKey(project: "p\(number)", name: "test") }

    private static func head(_ id: String, isLook: Bool = false, nextTry: Timestamp? = nil) -> LaneBook.Head {
        LaneBook.Head(id: PromotionID(id), lane: lane, isLook: isLook, nextTry: nextTry, horizon: NextTry.horizon)
    }

    private static func promotion(_ number: Int, nextTry: Timestamp?) -> PromotionRecord {
        var record = PromotionRecord(
            id: PromotionID("test.\(number)"),
            stage: stage(number),
            freight: FreightID("f"),
            collection: [:],
            actor: .automatic,
            reason: "",
            steps: [],
            mode: .promote,
            createdAt: now
        )
        record.phase = .running
        record.nextTry = nextTry
        return record
    }

    @Test func `a change of one promotion looks at few records, though 5,000 are open`() async throws {
        var state = PipelineState()
        var projects: [String: Project] = [:]
        for number in 0..<5_000 {
            let key = Self.stage(number)
            let stage = Stage(key: key, requestedFreight: [], promotion: .steps([]), place: EngineHarness.place)
            projects[key.project] = Project(name: key.project, stages: [key.name: stage])
            state.apply(.putStage(StageRecord(key: key)))
            state.apply(.putPromotion(Self.promotion(number, nextTry: Self.harnessStart + .seconds(300))))
        }
        let harness = try await EngineHarness(store: InMemoryStateStore(state))
        let core = harness.engine.core
        var configuration = core.configuration
        configuration.pipelines.projects.merge(projects) { own, _ in own }
        try await harness.engine.take(configuration)
        let first = await core.takeRunnable()
        #expect(first.lanes.isEmpty && first.looks.isEmpty)
        #expect(first.nextDue == Self.harnessStart + .seconds(300))
        try await harness.engine.drain()
        harness.receive("1.0.0")
        try await IntakeService(core: core, inbox: harness.engine.inbox).drain()
        #expect(await Array(core.ledger.snapshot.openPromotions).count == 5_001)
        let counter = VisitCounter()
        try await counter.counting { try await LaneSupervisor(core: core).drain() }
        #expect(counter.count <= 200, "\(counter.count) records")
        let promotion = try #require(
            await core.ledger.snapshot.promotions(of: StageKey(project: "shop", name: "test")).first
        )
        #expect(promotion.phase == .succeeded, "\(promotion.message)")
    }

    @Test func `a lane is given once, and again when it ended with something ready, or a change concerns it`() {
        let book = LaneBook()
        book.put([Self.stage(1): Self.head("a"), Self.stage(2): Self.head("b")], of: book.takeConcern())
        #expect(book.take(now: Self.now, isApart: { _ in false }).lanes == [Self.lane])
        #expect(book.take(now: Self.now, isApart: { _ in false }).lanes.isEmpty)
        #expect(book.ready(in: Self.lane, now: Self.now) == [PromotionID("a"), PromotionID("b")])
        book.ended(Self.lane)
        #expect(book.take(now: Self.now, isApart: { _ in false }).lanes == [Self.lane])
        // What runs beside its lane does not begin it.
        book.ended(Self.lane)
        #expect(book.take(now: Self.now, isApart: { _ in true }).lanes.isEmpty)
        book.tell(Self.stage(2))
        book.put([Self.stage(2): Self.head("c")], of: book.takeConcern())
        #expect(book.take(now: Self.now, isApart: { _ in false }).lanes == [Self.lane])
        #expect(book.ready(in: Self.lane, now: Self.now) == [PromotionID("a"), PromotionID("c")])
        book.tell(Self.stage(1))
        book.tell(Self.stage(2))
        book.put([:], of: book.takeConcern())
        book.ended(Self.lane)
        #expect(book.take(now: Self.now, isApart: { _ in false }).lanes.isEmpty)
    }

    @Test func `what waits is ready when its time has come, or lies farther ahead than any pause`() {
        let book = LaneBook()
        let due = Self.now + .seconds(30)
        book.put([Self.stage(1): Self.head("a", nextTry: due)], of: book.takeConcern())
        let waiting = book.take(now: Self.now, isApart: { _ in false })
        #expect(waiting.lanes.isEmpty && waiting.nextDue == due)
        #expect(book.ready(in: Self.lane, now: Self.now).isEmpty)
        let ripe = book.take(now: due, isApart: { _ in false })
        #expect(ripe.lanes == [Self.lane] && ripe.nextDue == nil)
        book.tell(Self.stage(1))
        book.put([Self.stage(1): Self.head("a", nextTry: due)], of: book.takeConcern())
        // The clock was set back by a day.
        #expect(book.take(now: Self.now + .seconds(-86_400), isApart: { _ in false }).lanes == [Self.lane])
    }

    @Test func `a look is given without its lane`() {
        let book = LaneBook()
        book.put([Self.stage(1): Self.head("a", isLook: true)], of: book.takeConcern())
        let work = book.take(now: Self.now, isApart: { _ in false })
        #expect(work.lanes.isEmpty && work.looks == [PromotionID("a")])
        #expect(book.take(now: Self.now, isApart: { _ in false }).looks.isEmpty)
    }

    @Test func `a look that began earlier does not undo what a later one has found`() {
        let book = LaneBook()
        let slow = book.takeConcern()
        book.tellAll()
        let quick = book.takeConcern()
        book.put([Self.stage(1): Self.head("new")], of: quick)
        book.put([Self.stage(1): Self.head("old")], of: slow)
        #expect(book.ready(in: Self.lane, now: Self.now) == [PromotionID("new")])
    }
}
