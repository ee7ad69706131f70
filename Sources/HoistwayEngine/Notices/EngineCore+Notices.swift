import HoistwayModel
import HoistwayPorts

extension EngineCore {
    /// The one place where something that people may want to know is raised.
    ///
    /// It is stored with the transaction that it is about: neither is ever without the other. `told`: targets that
    /// hear of this event know of it already.
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

    /// Raises what follows from the transaction itself: promotions that failed, deliveries that could not be decided.
    func raise(_ happenings: [Happening], into transaction: inout Ledger.Transaction) {
        guard !configuration.notices.isEmpty else { return }
        for happening in happenings {
            switch happening {
            case .ended(let record) where record.phase == .failed || record.phase == .errored:
                let objection = transaction.objections[record.id]
                let occurrence = occurrence(of: record, objection: objection, in: transaction)
                raise(occurrence, unlessTold: objection == .twoWriters ? .twoWriters : nil, into: &transaction)
            case .decided(let delivery) where delivery.outcome.state == .failed:
                raise(occurrence(of: delivery), into: &transaction)
            default: continue
            }
        }
    }

    /// `promotion`: the one that came across the other program's commits, if one did.
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
                "look at the diff (`hoistway get promotions \(record.id)`), then \(again) with --accept and the tree id"
            case .promotionRefused: "remove what stands against it, then \(again)"
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

    private func occurrence(of delivery: DecidedDelivery) -> Occurrence {
        let id = delivery.outcome.id
        let configuration = configuration
        let policy = configuration.receivers[delivery.receiver]
        return Occurrence(
            .deliveryFailed,
            at: ports.clock.now(),
            projects: policy?.projects,
            delivery: id.number,
            receiver: delivery.receiver,
            reason: delivery.outcome.reason,
            next: "`hoistway get deliveries \(id)` shows it; `hoistway retry \(id)` works through it again"
        )
    }
}
