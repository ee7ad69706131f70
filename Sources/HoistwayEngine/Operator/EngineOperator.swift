import HoistwayModel
package import HoistwayPorts

/// The engine's interface for people and programs: the console serves it.
package struct EngineOperator: PipelineOperator {
    let engine: Engine
    /// Reads the configuration again and returns warnings; if it throws, nothing has changed.
    let reloading: @Sendable () async throws -> [String]

    package init(engine: Engine, reloading: @escaping @Sendable () async throws -> [String]) {
        self.engine = engine
        self.reloading = reloading
    }

    var core: EngineCore { engine.core }
    var pipelines: Pipelines { core.configuration.pipelines }

    package func deliveries(
        state: DeliveryState?,
        before: DeliveryID?,
        limit: Int
    ) async throws -> [DeliveryView] {
        try await core.ports.store.deliveries(state: state, before: before, limit: limit).map { DeliveryView($0) }
    }

    package func delivery(_ id: DeliveryID) async throws -> DeliveryView {
        guard let delivery = try await core.ports.store.delivery(id) else {
            throw OperatorFailure.notFound(
                "there is no delivery \(id); finished ones are removed after state.retention.age"
            )
        }
        return DeliveryView(delivery, trace: try await core.ports.store.trace(of: id))
    }

    package func backlog() async throws -> DeliveryQueue { try await core.ports.store.queue() }

    package func requeueDeliveries(_ ids: [DeliveryID]?, actor: String) async throws -> Int {
        let which =
            ids.map { $0.map(\.description).joined(separator: ", ") } ?? "all that failed, except faults of the sender"
        let record = AuditRecord(
            at: core.ports.clock.now(),
            actor: actor,
            action: AuditAction.retryDeliveries.stored,
            detail: which
        )
        let count = try await core.ports.store.requeueDeliveries(ids, audit: [record])
        core.ledger.feed.tell([ChangedObject(.delivery), ChangedObject(.audit)])
        engine.inbox.notify()
        return count
    }

    package func reload(actor: String) async throws -> [String] {
        let warnings = try await reloading()
        try await audit("reload", actor: actor, detail: "")
        return warnings
    }

    func audit(
        _ action: String,
        actor: String,
        detail: String,
        project: String? = nil,
        object: AuditObject? = nil
    ) async throws {
        let record = AuditRecord(
            at: core.ports.clock.now(),
            actor: actor,
            action: action,
            detail: detail,
            project: project,
            object: object
        )
        try await core.transact { transaction, _ in transaction.audit.append(record) }
    }
}
