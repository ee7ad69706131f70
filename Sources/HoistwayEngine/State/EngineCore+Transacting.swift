import HoistwayModel
import HoistwayPorts
import Logging
import Synchronization

extension EngineCore {
    /// Decides and stores; promotions that become possible are dispatched in the same transaction.
    ///
    /// All changes of the state go through here: ``Ledger/storeUndispatched(whole:_:)`` is only for changes that
    /// concern no stage.
    ///
    /// - Parameter ids: promotions that are needed whole although they may have ended.
    func transact<Value: Sendable>(
        whole ids: [PromotionID] = [],
        _ decide: @Sendable (inout Ledger.Transaction, EngineCore) throws -> Value
    ) async throws -> Value {
        // A preview creates no other promotion, and sends no notices.
        guard preview == nil else { return try await ledger.storeUndispatched(whole: ids) { try decide(&$0, self) } }
        let looked = Mutex(StageConcern())
        let formerLook = decider.nextLook
        let (value, stored) = try await givingBack(looked) { [self] in
            try await ledger.storeUndispatched(whole: ids) { transaction in
                let value = try decide(&transaction, self)
                return (value, conclude(&transaction, looked: looked))
            }
        }
        // A service that sleeps until the former next look would now sleep too long.
        if let look = decider.nextLook, formerLook.map({ look < $0 }) ?? true { ledger.lanesChanged.notify() }
        tell(stored)
        return value
    }

    /// Data for reports about a transaction after it is stored.
    private struct Stored: Sendable {
        var events: [DomainEvent]
        /// Targets of notifications whose queues are full.
        var fullTargets: [String]
        var state: PipelineState
        var changes: [Change]
    }

    /// Adds the consequences of the transaction to it.
    private func conclude(_ transaction: inout Ledger.Transaction, looked: borrowing Mutex<StageConcern>) -> Stored {
        endAborted(in: &transaction)
        for case .putPromotion(let record) in transaction.changes where record.phase.isTerminal {
            waits.note(record.id, waitsFor: [])
            foresight.forget(record.id)
        }
        // Most transactions have only outcomes of deliveries. An empty transaction is a look at what is due.
        let isLook = transaction.changes.isEmpty && transaction.deliveries.isEmpty
        decider.dispatch(into: &transaction, isLook: isLook, looked: looked)
        let events = DomainEvent.of(transaction)
        raise(events, into: &transaction)
        return Stored(
            events: events,
            fullTargets: transaction.fullTargets,
            state: transaction.state,
            changes: transaction.changes
        )
    }

    private func tell(_ stored: Stored) {
        let present = configurations.present
        ledger.feed.tell(present.index.reach.objects(of: stored.changes))
        // A promotion has ended, or the stage's freight has changed: its health depends on other Applications now.
        health.tell(stored.changes.compactMap { if case .putStage(let record) = $0 { record.key } else { nil } })
        noteStatuses(stored.changes)
        metrics.count(stored.events, configuration: present.configuration)
        for target in stored.fullTargets {
            metrics.notice(.dropped, target: target, configuration: present.configuration)
            let metadata = Logger.Metadata.of([.noticeTarget: target])
            log.warning("a notification was dropped: too many wait for its target", metadata: metadata)
        }
        EventLogger(log: log, stages: { self.stages(halting: $0) }).tell(stored.events, state: stored.state)
    }

    private func givingBack<Value: Sendable>(
        _ looked: borrowing Mutex<StageConcern>,
        _ store: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await store()
        } catch {
            decider.giveBack(looked.withLock(\.self))
            // The service that repeats them may sleep without an end.
            ledger.lanesChanged.notify()
            throw error
        }
    }

    /// Ends aborted promotions whose effects are settled now.
    private func endAborted(in transaction: inout Ledger.Transaction) {
        let maySettle = transaction.changes.contains { change in
            switch change {
            case .putPromotion(let record): record.abortedBy != nil && !record.phase.isTerminal
            case .removeIntent: true
            default: false
            }
        }
        guard maySettle else { return }
        let pipelines = configuration.pipelines
        transaction.put(Abort.due(on: transaction.state, now: ports.clock.now(), stage: pipelines.stage))
    }

    /// Records, after an orderly stop of the last promotion, that no promotion runs: the next start finds no crash.
    func endRuns() async throws {
        try await transact { transaction, _ in
            for var record in transaction.state.openPromotions where record.run?.isBegun == true {
                record.run = record.run?.ended
                transaction.put(.putPromotion(record))
            }
        }
    }
}
