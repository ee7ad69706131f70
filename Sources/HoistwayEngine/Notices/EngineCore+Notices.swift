import HoistwayModel
import HoistwayPorts

extension EngineCore {
    /// The only place where notices are raised.
    ///
    /// A notice is stored in the transaction that it is about, so neither exists without the other. `told`: targets of
    /// this event have a notice already.
    func raise(
        _ occurrence: Occurrence,
        unlessTold told: NoticeEvent? = nil,
        into transaction: inout Ledger.Transaction
    ) {
        let rules = configuration.notices.filter { rule in told.map { !rule.events.contains($0) } ?? true }
        let posting = Outbox.post(occurrence, to: rules, on: transaction.state) {
            "\(occurrence.at.microseconds)-\(String(ports.random(), radix: 36))"
        }
        transaction.put(posting.changes)
        transaction.fullTargets += posting.dropped
    }

    /// Raises notices about the transaction itself: promotions that failed, deliveries that could not be decided.
    func raise(_ domainEvents: [DomainEvent], into transaction: inout Ledger.Transaction) {
        guard !configuration.notices.isEmpty else { return }
        for domainEvent in domainEvents {
            switch domainEvent {
            case .ended(let record) where record.phase == .failed || record.phase == .errored:
                let objection = transaction.objections[record.id]
                let occurrence = occurrence(of: record, objection: objection, in: transaction)
                raise(occurrence, unlessTold: objection == .twoWriters ? .twoWriters : nil, into: &transaction)
            case .strained(let record):
                raise(strain(on: record, in: transaction), into: &transaction)
            case .decided(let delivery) where delivery.outcome.state == .failed:
                raise(occurrence(of: delivery), into: &transaction)
            case .paused(let stage, let pause) where pause.kind == .lostState:
                let next = "`hoistway adopt \(stage) --from-branches` takes the stage's freight from its branches"
                raise(occurrence(.stateLost, stage, pause.reason, next: next), into: &transaction)
            case .drifted(let branch, let found):
                for occurrence in occurrences(ofDriftOf: branch, found: found) { raise(occurrence, into: &transaction) }
            // After a notice about two writers, or a lost state, people must look at the branch anyway.
            case .freightLost(let stage, let lost) where stage.pauses.isEmpty:
                raise(occurrence(of: lost, stage: stage, in: transaction.state), into: &transaction)
            default: continue
            }
        }
    }

    /// `promotion`: the one that found the other program's commits, if any.
    func twoWriters(
        _ reason: String,
        stage: StageKey,
        promotion: PromotionRecord?,
        in state: PipelineState
    ) -> Occurrence {
        let freight = promotion.flatMap { state.freight[FreightKey(project: stage.project, id: $0.freight)] }
        return Occurrence(
            .twoWriters,
            at: ports.clock.now(),
            projects: [stage.project],
            stage: stage,
            freight: promotion?.freight,
            summary: freight?.freight.summary,
            promotion: promotion?.id,
            delivery: freight?.delivery,
            reason: reason,
            next: "stop one of them, then `hoistway adopt \(stage)`"
        )
    }

    private func occurrence(_ event: NoticeEvent, _ stage: StageKey, _ reason: String, next: String) -> Occurrence {
        Occurrence(
            event,
            at: ports.clock.now(),
            projects: [stage.project],
            stage: stage,
            reason: reason,
            next: next
        )
    }

    /// The stages whose promotions wait for a person after the branch has drifted.
    func stages(halting branch: BranchKey) -> [Stage] {
        configurations.present.writers(of: branch).filter { stage in
            stage.foreignCommits != .overwrite && promotes(stage.key)
                && written(by: stage).contains { key(of: $0, stage: stage.key) == branch }
        }
    }

    /// One for each project with such stages.
    private func occurrences(ofDriftOf branch: BranchRecord, found: ObjectID) -> [Occurrence] {
        let standing: BranchStanding =
            found.isZero ? .gone(from: branch.head) : .rewritten(from: branch.head, to: found)
        let byProject = Dictionary(grouping: stages(halting: branch.key), by: \.key.project)
        return byProject.sorted { $0.key < $1.key }.compactMap { project, stages in
            guard let first = stages.first,
                let reason = PushGuard.drift(standing, branch: branch.key.description, stage: first)
            else { return nil }
            return Occurrence(
                .branchDrifted,
                at: ports.clock.now(),
                projects: [project],
                stage: stages.count == 1 ? first.key : nil,
                reason: reason,
                next: "look at the branch, then `hoistway adopt \(first.key)`"
            )
        }
    }

    private func occurrence(of lost: StageRecord.Lost, stage: StageRecord, in state: PipelineState) -> Occurrence {
        let id = stage.history.first?.items.values.min { $0.text < $1.text }
        let freight = id.flatMap { state.freight[FreightKey(project: stage.key.project, id: $0)]?.freight }
        let alias = freight?.alias ?? id?.short ?? ""
        var occurrence = occurrence(
            .freightLost,
            stage.key,
            "freight \(alias) is no longer in \(stage.key.name): \(lost.reason)",
            next: lost.remedy(stage: stage.key, freight: alias, drift: state.branches[lost.branch]?.drift)
        )
        occurrence.freight = id
        occurrence.summary = freight?.summary
        return occurrence
    }

    private func occurrence(
        of record: PromotionRecord,
        objection: NoticeEvent?,
        in transaction: Ledger.Transaction
    ) -> Occurrence {
        let freight = transaction.state.freight[FreightKey(project: record.stage.project, id: record.freight)]
        let event = objection == .twoWriters ? .promotionRefused : objection ?? .promotionFailed
        let again = "`hoistway promote \(record.stage) \(freight?.freight.alias ?? record.freight.short)`"
        let next: String =
            switch event {
            case .acceptanceNeeded:
                "look at the diff (`hoistway get promotions \(record.id)`), then run the command that its message names: it "
                    + "accepts exactly that difference"
            case .promotionRefused: "remove the cause of the refusal, then \(again)"
            default: "`hoistway get promotions \(record.id)` shows its steps; \(again) tries again"
            }
        return Occurrence(
            event,
            at: ports.clock.now(),
            projects: [record.stage.project],
            stage: record.stage,
            freight: record.freight,
            summary: freight?.freight.summary,
            promotion: record.id,
            delivery: freight?.delivery,
            mode: record.mode,
            reason: record.message,
            next: next
        )
    }

    private func strain(on record: PromotionRecord, in transaction: Ledger.Transaction) -> Occurrence {
        let freight = transaction.state.freight[FreightKey(project: record.stage.project, id: record.freight)]
        let next = record.nextTry.map { "; the next try is at \($0.rfc3339)" } ?? ""
        return Occurrence(
            .promotionRetrying,
            at: ports.clock.now(),
            projects: [record.stage.project],
            stage: record.stage,
            freight: record.freight,
            summary: freight?.freight.summary,
            promotion: record.id,
            delivery: freight?.delivery,
            reason: record.message,
            next: "it goes on by itself\(next); `hoistway abort \(record.id)` ends it"
        )
    }

    private func occurrence(of delivery: DecidedDelivery) -> Occurrence {
        let id = delivery.outcome.id
        let configuration = configuration
        let policy = configuration.receivers[delivery.receiver]
        let next =
            delivery.outcome.failureKind == .sender
            ? "correct the sender: the same body would give the same result again"
            : "`hoistway retry \(id)` works through it again"
        return Occurrence(
            .deliveryFailed,
            at: ports.clock.now(),
            projects: policy?.projects,
            delivery: id.number,
            receiver: delivery.receiver,
            reason: delivery.outcome.reason,
            next: "`hoistway get deliveries \(id)` shows it; \(next)"
        )
    }
}
