import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayEngine

/// The one word for a stage: the most urgent that holds.
struct StageStandingTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let key = StageKey(project: "shop", name: "prod")

    private static func promotion(_ phase: PromotionPhase, age: Int64 = 60) -> PromotionRecord {
        var record = PromotionRecord(
            id: PromotionID("prod.1.f"),
            stage: key,
            freight: FreightID("f"),
            collection: [:],
            actor: .automatic,
            reason: "",
            steps: [],
            mode: .promote,
            createdAt: Timestamp(seconds: now.seconds - age)
        )
        record.phase = phase
        record.startedAt = phase == .pending ? nil : record.createdAt
        record.message = "\(phase)"
        return record
    }

    private static func standing(
        open: PromotionRecord? = nil,
        last: PromotionRecord? = nil,
        pauses: [PauseView.Kind] = [],
        mode: PromotionMode = .promote,
        promotion: Stage.Promotion = .steps([])
    ) -> StageStanding {
        let stage = Stage(
            key: key,
            requestedFreight: [],
            promotion: promotion,
            place: SourcePlace(file: "a", line: 1)
        )
        var record = StageRecord(key: key)
        record.history = [.init(items: ["app": FreightID("f")], promotion: PromotionID("prod.0.f"), at: now)]
        return StageStanding(
            stage: stage,
            mode: mode,
            record: record,
            open: open,
            last: last.map(EndedPromotion.init),
            health: StageHealth(of: key, open: open, in: PipelineState()),
            pauses: pauses.map { PauseView(kind: $0, reason: "\($0)", since: nil, endedBy: nil) },
            now: now
        )
    }

    @Test func `a promotion that has been open for long without getting on is stuck, one that waits is not`() {
        #expect(Self.standing(open: Self.promotion(.running)).state == .promoting)
        #expect(Self.standing(open: Self.promotion(.pending)).state == .pending)
        #expect(Self.standing(open: Self.promotion(.running, age: 1000)).state == .stuck)
        #expect(Self.standing(open: Self.promotion(.pending, age: 1000)).state == .stuck)
        var waiting = Self.promotion(.running, age: 100_000)
        var step = StepRecord(alias: "step-1", uses: "git-wait-for-pr", status: .running)
        step.looks = 5
        waiting.stepRecords = [step]
        #expect(Self.standing(open: waiting).state == .pending)
        // A step of it has ended a minute ago.
        var busy = Self.promotion(.running, age: 100_000)
        busy.stepRecords = [StepRecord(alias: "a", uses: "copy", finishedAt: Timestamp(seconds: Self.now.seconds - 60))]
        #expect(Self.standing(open: busy).state == .promoting)
    }

    @Test func `a newer promotion is the answer to a failed one, and pauses come before what runs`() {
        let failed = Self.promotion(.failed)
        #expect(Self.standing(last: failed).state == .failed)
        #expect(Self.standing(last: failed).reason == "failed")
        #expect(Self.standing(open: Self.promotion(.running), last: failed).state == .promoting)
        #expect(Self.standing(open: Self.promotion(.running), pauses: [.drift]).state == .paused)
        #expect(Self.standing(pauses: [.notLooked]).state == .ready)
        // In observe mode nothing is pushed: there is nothing to wait for.
        #expect(Self.standing(pauses: [.lostState], mode: .observe).state == .ready)
        #expect(Self.standing(promotion: .controlFlow).state == .controlFlow)
        var refused = failed
        refused.failure = FailureRecord(.limits, kind: .refused, message: "too much")
        #expect(Self.standing(last: refused).state == .awaitsAcceptance)
    }
}
