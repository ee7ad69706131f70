package import HoistwayModel
package import HoistwayPorts

/// Holds the state of the pipelines in memory and on disk, one change at a time.
///
/// A transaction reads the state, decides, and returns changes. They are stored before anybody sees them, and before
/// the next transaction begins. So deciding and storing are one step: no two decisions use the same state.
package actor Ledger {
    /// The input and output of a decision.
    package struct Transaction: Sendable {
        /// The state when the transaction began.
        package let before: PipelineState
        package private(set) var state: PipelineState
        package private(set) var changes: [Change] = []
        package var deliveries: [DeliveryOutcome] = []
        package var audit: [AuditRecord] = []
        /// On the disk, unless the decision can be repeated after a loss.
        package var durability = Durability.disk
        /// Deliveries with their decisions.
        private(set) var decided: [DecidedDelivery] = []
        /// Events for notices about promotions that end with this transaction because of an objection; others just
        /// failed.
        ///
        /// Two writers were reported when they were found.
        var objections: [PromotionID: NoticeEvent] = [:]
        /// Ended promotions that the transaction requested as whole records, and those that it ends.
        fileprivate var ended: [PromotionID: PromotionRecord] = [:]
        /// Targets of notifications whose queues are full.
        var fullTargets: [String] = []

        /// Stores the outcome of a delivery.
        mutating func conclude(_ delivery: StoredDelivery, _ outcome: DeliveryOutcome, freight: [FreightKey] = []) {
            deliveries.append(outcome)
            decided.append(DecidedDelivery(receiver: delivery.receiver, outcome: outcome, freight: freight))
        }

        /// A promotion, open or ended; `nil`: no promotion has this name, or it has ended and was not requested.
        package func whole(_ id: PromotionID) -> PromotionRecord? {
            guard let known = state.promotions[id] else { return nil }
            return known.open ?? ended[id]
        }

        package mutating func put(_ change: Change) {
            if case .putPromotion(let record) = change, record.phase.isTerminal { ended[record.id] = record }
            state.apply(change)
            changes.append(change)
        }

        package mutating func put(_ changes: [Change]) {
            for change in changes { put(change) }
        }

        fileprivate init(state: PipelineState) {
            before = state
            self.state = state
        }

        fileprivate var isEmpty: Bool { changes.isEmpty && deliveries.isEmpty && audit.isEmpty }
    }

    private let store: any StateStore
    private var state: PipelineState
    private var revisions = ViewRevisions()
    private var isBusy = false
    private var queue: [CheckedContinuation<Void, Never>] = []

    /// Notifies after each transaction that may concern a lane; deliveries, warehouses, freight and health alone do
    /// not.
    nonisolated let lanesChanged = Signal()
    /// Notifies after each transaction that changed the waiting notices.
    nonisolated let noticesChanged = Signal()
    /// Notifies after each transaction that changed the waiting refreshes of Argo CD.
    nonisolated let refreshesChanged = Signal()
    /// Which promotions may run.
    nonisolated let lanes = LaneBook()
    /// Reports changes to the views.
    package nonisolated let feed = ChangeFeed()

    package init(store: any StateStore) async throws(StoreFailure) {
        self.store = store
        state = try await store.load()
    }

    package var snapshot: PipelineState { state }
    /// The state with its revisions, of the same moment.
    var moment: Moment { Moment(state: state, revisions: revisions) }

    struct Moment: Sendable {
        var state: PipelineState
        var revisions: ViewRevisions
    }

    /// Runs `decide` alone on the present state; returns once its changes are stored.
    ///
    /// This only writes: nothing is dispatched, counted or reported to people. Changes that concern a stage go through
    /// ``EngineCore/transact(whole:_:)``.
    ///
    /// On a failure of the store nothing has changed.
    ///
    /// - Parameter ids: promotions that are needed whole although they may have ended; they are read while all other
    ///   transactions wait, so there should be few.
    package func storeUndispatched<Value: Sendable>(
        whole ids: [PromotionID] = [],
        _ decide: @Sendable (inout Transaction) throws -> Value
    ) async throws -> Value {
        await enter()
        defer { leave() }
        var transaction = Transaction(state: state)
        let ended = ids.filter { state.promotions[$0]?.ended != nil }
        if !ended.isEmpty {
            for record in try await store.promotions(ended) { transaction.ended[record.id] = record }
        }
        let value = try decide(&transaction)
        guard !transaction.isEmpty else { return value }
        let changes = transaction.changes
        try await store.commit(
            changes,
            deliveries: transaction.deliveries,
            audit: transaction.audit,
            durability: transaction.durability
        )
        revisions.note(changes, before: state)
        state = transaction.state
        lanes.tell(changes)
        wake(whoNeeds: changes)
        let objects = transaction.changedObjects
        feed.tell(objects.changed, removed: objects.removed)
        return value
    }

    /// Wakes only the services that need these changes: waking costs more than most of their searches.
    private func wake(whoNeeds changes: [Change]) {
        var concerned: (lanes: Bool, notices: Bool, refreshes: Bool) = (false, false, false)
        for change in changes {
            switch change {
            case .putSubscription, .putWarehouse, .putAnnotations, .putFreight, .removeFreight, .putHealth,
                .removeHealth:
                break
            case .putNotice, .removeNotice: concerned.notices = true
            case .putRefresh, .removeRefresh: concerned.refreshes = true
            case .putStage, .putPromotion, .removePromotion, .putStepResults, .putBranch, .putIntent, .removeIntent:
                concerned.lanes = true
            }
        }
        if concerned.lanes { lanesChanged.notify() }
        if concerned.notices { noticesChanged.notify() }
        if concerned.refreshes { refreshesChanged.notify() }
    }

    private func enter() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { queue.append($0) }
    }

    private func leave() {
        if queue.isEmpty {
            isBusy = false
        } else {
            queue.removeFirst().resume()
        }
    }
}
