/// Makes freight when every subscription of a warehouse has an artifact.
package struct FreightAssembly: Sendable {
    package var warehouse: Warehouse
    package var now: Timestamp
    package var sha1: @Sendable ([UInt8]) -> [UInt8]

    package var criteria: FreightCriteria

    package init(
        warehouse: Warehouse,
        now: Timestamp,
        criteria: FreightCriteria,
        sha1: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) {
        self.warehouse = warehouse
        self.now = now
        self.criteria = criteria
        self.sha1 = sha1
    }

    /// The result of an attempt to make freight.
    package struct Attempt: Sendable, Equatable {
        /// `nil`: no freight was made.
        package var record: FreightRecord?
        /// Why no freight was made, or from which artifacts it was made; for people.
        package var reason: String
        /// Freight that `freightCreationCriteria` hold back.
        package var heldBack: WarehouseRecord.HeldBack?
    }

    /// Makes freight from the newest artifacts, unless it exists, the warehouse is manual, or criteria hold it back.
    package func form(
        from state: PipelineState,
        cause: String,
        delivery: Int64? = nil,
        matcher: some PatternMatcher
    ) -> Attempt {
        let name = warehouse.key.name
        guard warehouse.freightCreationPolicy == .automatic else {
            return Attempt(reason: "warehouse \(name) makes freight only by hand (freightCreationPolicy: Manual)")
        }
        let (artifacts, missing) = newest(in: state, matcher: matcher)
        guard missing.isEmpty else {
            return Attempt(reason: "warehouse \(name) waits for an artifact of \(missing.joined(separator: ", "))")
        }
        let (record, reason) = make(of: artifacts, state: state, cause: cause, delivery: delivery)
        guard let record, let heldBack = heldBack(record.freight, state: state) else {
            return Attempt(record: record, reason: reason)
        }
        return Attempt(reason: heldBack.sentence(warehouse: name), heldBack: heldBack)
    }

    /// The id of freight from the newest artifacts, whether it exists or not; `nil` where an artifact is missing.
    package func candidate(in state: PipelineState, matcher: some PatternMatcher) -> FreightID? {
        let (artifacts, missing) = newest(in: state, matcher: matcher)
        return missing.isEmpty ? FreightIdentity.id(origin: warehouse.key, artifacts: artifacts, sha1: sha1) : nil
    }

    /// `nil` where the criteria accept the freight.
    private func heldBack(_ freight: Freight, state: PipelineState) -> WarehouseRecord.HeldBack? {
        guard let expression = warehouse.freightCreationCriteria else { return nil }
        let failure: String?
        switch criteria.answer(to: expression, of: freight.artifacts, now: now) {
        case .met: return nil
        case .notMet: failure = nil
        case .failed(let reason): failure = reason
        }
        let found = WarehouseRecord.HeldBack(
            freight: freight.id,
            summary: freight.summary,
            criteria: expression,
            failure: failure,
            since: now
        )
        if let known = state.warehouses[warehouse.key]?.heldBack, known.isSame(as: found) { return known }
        return found
    }

    /// In the order of the subscriptions, with the ids of those without an artifact.
    private func newest(
        in state: PipelineState,
        matcher: some PatternMatcher
    ) -> (artifacts: [Artifact], missing: [String]) {
        var artifacts: [Artifact] = []
        var missing: [String] = []
        for subscription in warehouse.subscriptions {
            let key = SubscriptionKey(warehouse: warehouse.key, subscription: subscription.id)
            if let newest = state.subscriptions[key]?.newest, subscription.admits(newest, matcher: matcher) {
                artifacts.append(newest)
            } else {
                missing.append(subscription.id)
            }
        }
        return (artifacts, missing)
    }

    /// Makes freight from these artifacts; gives `nil` and the reason where that is not possible.
    package func make(
        of artifacts: [Artifact],
        state: PipelineState,
        cause: String,
        delivery: Int64? = nil
    ) -> (FreightRecord?, String) {
        let id = FreightIdentity.id(origin: warehouse.key, artifacts: artifacts, sha1: sha1)
        let key = FreightKey(project: warehouse.key.project, id: id)
        if let known = state.freight[key] {
            return (nil, "freight \(known.freight.alias) (\(id.short)) exists already: \(known.freight.summary)")
        }
        let freight = Freight(
            id: id,
            alias: FreightAlias.make(id) { !state.freight.index.freight(named: $0, in: key.project).isEmpty },
            origin: warehouse.key,
            artifacts: artifacts,
            discoveredAt: discovered(state)
        )
        let record = FreightRecord(freight: freight, cause: cause, delivery: delivery)
        return (
            record,
            "freight \(freight.alias) (\(id.short)) formed by warehouse \(warehouse.key.name): \(freight.summary)"
        )
    }

    /// Now, but later than all other freight of the warehouse, so that times have the order of discovery.
    private func discovered(_ state: PipelineState) -> Timestamp {
        guard let last = state.freight.index.all(of: warehouse.key).last?.discoveredAt, last >= now else { return now }
        return Timestamp(microseconds: last.microseconds + 1)
    }
}
