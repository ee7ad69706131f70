import HoistwayModel
import HoistwayPorts
import Logging
import Synchronization

extension EngineCore {
    /// Decides and stores; what the decision makes possible is dispatched in the same transaction.
    ///
    /// The one way to change the state: ``Ledger/storeUndispatched(whole:_:)`` is for what concerns no stage.
    ///
    /// - Parameter ids: promotions that are needed whole though they may have ended.
    func transact<Value: Sendable>(
        whole ids: [PromotionID] = [],
        _ decide: @Sendable (inout Ledger.Transaction, EngineCore) throws -> Value
    ) async throws -> Value {
        // A preview makes no other promotion, and nobody is told of it.
        guard preview == nil else { return try await ledger.storeUndispatched(whole: ids) { try decide(&$0, self) } }
        let looked = Mutex(StageConcern())
        let formerLook = decider.nextLook
        let (value, stored) = try await givingBack(looked) { [self] in
            try await ledger.storeUndispatched(whole: ids) { transaction in
                let value = try decide(&transaction, self)
                return (value, conclude(&transaction, looked: looked))
            }
        }
        // Whoever rests until the next look rests for too long now.
        if let look = decider.nextLook, formerLook.map({ look < $0 }) ?? true { ledger.lanesChanged.notify() }
        tell(stored)
        return value
    }

    /// What is told of a transaction once it is stored.
    private struct Stored: Sendable {
        var events: [DomainEvent]
        /// Targets of notifications that could take no more.
        var fullTargets: [String]
        var state: PipelineState
        var changes: [Change]
    }

    /// Adds to the transaction what follows from it.
    private func conclude(_ transaction: inout Ledger.Transaction, looked: borrowing Mutex<StageConcern>) -> Stored {
        endAborted(in: &transaction)
        for case .putPromotion(let record) in transaction.changes where record.phase.isTerminal {
            waits.note(record.id, waitsFor: [])
            foresight.forget(record.id)
        }
        // Most transactions are outcomes of deliveries alone. One without anything is a look at the clock.
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
        // The end of a promotion, or what lies in a stage: its health rests on other Applications now.
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
            throw error
        }
    }

    /// What was under way when somebody asked for a promotion's end may be settled now.
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

    /// Notes, after the last promotion was stopped in order, that none runs: the next start finds no crash.
    func endRuns() async throws {
        try await transact { transaction, _ in
            for var record in transaction.state.openPromotions where record.run?.isBegun == true {
                record.run = record.run?.ended
                transaction.put(.putPromotion(record))
            }
        }
    }
}
