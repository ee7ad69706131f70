import HoistwayModel
import HoistwayPorts
import Logging

/// Whether the live revision has the desired one in its history, with the credentials of the project.
typealias RevisionHistories = @Sendable (_ question: RevisionQuestion, _ project: String) async -> RevisionStanding

/// One look at the health of stages.
///
/// The watches show changes, but may be late. So a promotion that has just ended, and the health that verifies freight,
/// are read from the cluster itself.
struct HealthLook: Sendable {
    let core: EngineCore
    /// Asks whether a revision has another one in its history.
    let histories: RevisionHistories
    private let sight: ApplicationSight

    init(core: EngineCore, histories: @escaping RevisionHistories) {
        self.core = core
        self.histories = histories
        sight = ApplicationSight(core: core)
    }

    var book: HealthBook { core.health }

    /// A look for which the watches are not enough.
    struct Asking: Sendable {
        var stage: StageKey
        var lane: HealthBook.Lane
    }

    /// What was found about a stage.
    private struct Finding {
        var stage: Stage
        var promotion: PromotionID
        var applications: [ApplicationHealth]
        /// Whether the cluster itself was asked, so that it may verify freight.
        var isAsked: Bool
    }

    // MARK: By the watches

    /// Looks at stages by the watches, and stores the results; returns the stages for which that is not enough.
    func byWatch(at stages: Set<StageKey>) async throws -> [Asking] {
        let state = await core.ledger.snapshot
        let pipelines = core.configuration.pipelines
        let now = core.ports.clock.now()
        var asking: [Asking] = []
        var findings: [Finding] = []
        var gone: [StageKey] = []
        var plain: [Stage] = []
        for key in stages.sorted(by: { $0.description < $1.description }) {
            guard let stage = pipelines.stage(key), let (promotion, checks) = state.applicationChecks(of: key) else {
                book.index(key, [])
                // A stage that could not be read yet still exists.
                if state.health[key] != nil, pipelines.isComplete { gone.append(key) }
                if let stage = pipelines.stage(key), stage.hasVerification, stage.missingVerification == .health {
                    plain.append(stage)
                }
                continue
            }
            book.index(key, Set(checks.map(\.address)))
            if let finding = byWatch(stage, promotion, checks, state, now) {
                findings.append(finding)
            } else {
                let lane = HealthBook.Lane(project: key.project, cluster: checks.first?.address.cluster ?? "")
                asking.append(Asking(stage: key, lane: lane))
            }
        }
        try await store(findings, gone: gone, plain: plain, on: state, now: now)
        return asking
    }

    /// `nil` if the cluster or a repository must be asked.
    private func byWatch(
        _ stage: Stage,
        _ promotion: KnownPromotion,
        _ checks: [ApplicationCheck],
        _ state: PipelineState,
        _ now: Timestamp
    ) -> Finding? {
        let known = state.health[stage.key]
        guard known?.promotion == promotion.id else { return nil }
        var applications: [ApplicationHealth] = []
        var nextLook: Timestamp?
        for check in checks {
            let previous = known?.health(of: check.address, for: promotion.id)
            let reading: ApplicationReading
            switch sight.byWatch(check.address, now) {
            case .known(let known): reading = known
            case .aging(let application, let until):
                reading = .found(application)
                nextLook = Self.earlier(nextLook, until)
            case .unknown(let until):
                guard let previous else { return nil }
                applications.append(previous)
                nextLook = Self.earlier(nextLook, until)
                continue
            case .unwatched:
                guard let previous, let next = book.nextAsk(for: check.address, after: now) else { return nil }
                applications.append(previous)
                nextLook = Self.earlier(nextLook, next)
                continue
            }
            guard !hasOpenQuestions(check, reading, now) else { return nil }
            var judgement = judge(check, reading, previous, promotion, now)
            if judgement.needsRefresh {
                guard let refusal = refusal(of: stage.key, check.address, reading) else { return nil }
                judgement.withhold(refusal)
            }
            applications.append(judgement.health)
            nextLook = Self.earlier(nextLook, judgement.nextLook)
        }
        let isHealthy = applications.allSatisfy { $0.status == .healthy }
        guard !isHealthy || !mayVerify(stage, state) else { return nil }
        if let nextLook { book.wake(stage.key, at: nextLook) }
        return Finding(stage: stage, promotion: promotion.id, applications: applications, isAsked: false)
    }

    private func mayVerify(_ stage: Stage, _ state: PipelineState) -> Bool {
        Verification.way(of: stage, hasApplications: true) == .byHealth
            && !Verification.pending(in: stage.key, state).isEmpty
            && StageHealth.blocker(of: stage.key, open: state.openPromotions(of: stage.key).first, in: state) == nil
    }

    private func hasOpenQuestions(_ check: ApplicationCheck, _ reading: ApplicationReading, _ now: Timestamp) -> Bool {
        guard case .found(let application) = reading else { return false }
        return ApplicationJudgement.questions(check, about: application).contains {
            book.answer(to: $0, at: now) == nil
        }
    }

    private func judge(
        _ check: ApplicationCheck,
        _ reading: ApplicationReading,
        _ previous: ApplicationHealth?,
        _ promotion: KnownPromotion,
        _ now: Timestamp,
        _ answers: [RevisionQuestion: RevisionStanding] = [:]
    ) -> ApplicationJudgement {
        ApplicationJudgement(
            of: check,
            reading,
            previous: previous,
            promoted: promotion.finishedAt ?? promotion.createdAt,
            now: now
        ) { question in
            answers[question] ?? book.answer(to: question, at: now) ?? .unknown("its history has not been read")
        }
    }

    private static func earlier(_ one: Timestamp?, _ other: Timestamp?) -> Timestamp? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    // MARK: By asking

    /// Looks at a stage by asking the cluster, and repositories if a revision's history is needed.
    func byAsking(at key: StageKey) async throws {
        let state = await core.ledger.snapshot
        guard let stage = core.configuration.pipelines.stage(key),
            let (promotion, checks) = state.applicationChecks(of: key)
        else { return }
        let readings = await sight.byAsking(checks.map(\.address))
        var answers: [RevisionQuestion: RevisionStanding] = [:]
        for check in checks {
            guard case .found(let application)? = readings[check.address] else { continue }
            for question in ApplicationJudgement.questions(check, about: application) where answers[question] == nil {
                answers[question] = await answer(to: question, stage: stage)
            }
        }
        try Task.checkCancellation()
        let now = core.ports.clock.now()
        var applications: [ApplicationHealth] = []
        var nextLook: Timestamp?
        for check in checks {
            let previous = state.health[key]?.health(of: check.address, for: promotion.id)
            let reading = readings[check.address] ?? .unreadable("it was not asked for")
            var judgement = judge(check, reading, previous, promotion, now, answers)
            if judgement.needsRefresh { await refresh(check.address, reading, &judgement, previous, of: key) }
            if sight.isUnwatched(check.address, now) {
                let next = min(judgement.nextLook ?? now + ApplicationJudgement.pause, now + ApplicationJudgement.pause)
                book.ask(for: check.address, at: next)
                judgement.nextLook = next
            }
            applications.append(judgement.health)
            nextLook = Self.earlier(nextLook, judgement.nextLook)
        }
        let finding = Finding(stage: stage, promotion: promotion.id, applications: applications, isAsked: true)
        try await store([finding], gone: [], plain: [], on: state, now: now)
        if let nextLook { book.wake(key, at: nextLook) }
    }

    private func answer(to question: RevisionQuestion, stage: Stage) async -> RevisionStanding {
        if let known = book.answer(to: question, at: core.ports.clock.now()) { return known }
        let answer = await histories(question, stage.key.project)
        book.keep(answer, to: question, at: core.ports.clock.now())
        return answer
    }

    // MARK: Storing

    /// Stores only what differs from the record.
    private func store(
        _ findings: [Finding],
        gone: [StageKey],
        plain: [Stage],
        on state: PipelineState,
        now: Timestamp
    ) async throws {
        guard !changes(findings, gone: gone, plain: plain, on: state, now: now).isEmpty else { return }
        try await core.transact { transaction, _ in
            transaction.put(changes(findings, gone: gone, plain: plain, on: transaction.state, now: now))
        }
    }

    private func changes(
        _ findings: [Finding],
        gone: [StageKey],
        plain: [Stage],
        on state: PipelineState,
        now: Timestamp
    ) -> [Change] {
        var state = state
        var all: [Change] = []
        func put(_ changes: [Change]) {
            state.apply(changes)
            all += changes
        }
        let pipelines = core.configuration.pipelines
        for key in gone where state.health[key] != nil {
            guard pipelines.stage(key) == nil || state.applicationChecks(of: key) == nil else { continue }
            put([.removeHealth(key)])
        }
        for finding in findings {
            let key = finding.stage.key
            // Another promotion has ended in between: its end has already made a look due.
            guard state.applicationChecks(of: key)?.promotion.id == finding.promotion else { continue }
            let previous = state.health[key]
            let record = StageHealthRecord(
                key: key,
                promotion: finding.promotion,
                applications: finding.applications,
                previous: previous,
                now: now
            )
            if record != previous { put([.putHealth(record)]) }
            if finding.isAsked { put(verification(of: finding.stage, state, now)) }
        }
        for stage in plain { put(verification(of: stage, state, now)) }
        return all
    }

    /// A stage in observe mode verifies nothing.
    private func verification(of stage: Stage, _ state: PipelineState, _ now: Timestamp) -> [Change] {
        let configuration = core.configuration
        guard let present = configuration.pipelines.stage(stage.key),
            configuration.pipelines.mode(of: present, program: configuration.mode) == .promote
        else { return [] }
        guard !Verification.pending(in: present.key, state).isEmpty else { return [] }
        let health = StageHealth(of: present.key, open: state.openPromotions(of: present.key).first, in: state)
        return Verification.changes(byHealthOf: present, health: health, state, now: now)
    }
}
