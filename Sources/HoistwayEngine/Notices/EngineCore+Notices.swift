import HoistwayModel
import HoistwayPorts

extension EngineCore {
    /// The one place where something that people may want to know is raised.
    ///
    /// It is stored with the transaction that it is about: neither is ever without the other.
    func raise(_ occurrence: Occurrence, into transaction: inout Ledger.Transaction) {
        let posting = Outbox.post(occurrence, to: configuration.notices, on: transaction.state) {
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
                raise(occurrence(of: record, in: transaction), into: &transaction)
            case .decided(let delivery) where delivery.outcome.state == .failed:
                raise(occurrence(of: delivery), into: &transaction)
            default: continue
            }
        }
    }

    private func occurrence(of record: PromotionRecord, in transaction: Ledger.Transaction) -> Occurrence {
        let freight = transaction.state.freight[FreightKey(project: record.stage.project, id: record.freight)]
        let event = transaction.objections[record.id] ?? .promotionFailed
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
