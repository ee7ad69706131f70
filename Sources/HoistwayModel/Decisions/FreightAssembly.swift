/// Makes freight once every subscription of a warehouse has an artifact.
package struct FreightAssembly: Sendable {
    package var warehouse: Warehouse
    package var now: Timestamp
    package var sha1: @Sendable ([UInt8]) -> [UInt8]

    package init(warehouse: Warehouse, now: Timestamp, sha1: @escaping @Sendable ([UInt8]) -> [UInt8]) {
        self.warehouse = warehouse
        self.now = now
        self.sha1 = sha1
    }

    /// New freight, or `nil` and the reason why there is none.
    package func form(
        from state: PipelineState,
        cause: String,
        delivery: Int64? = nil,
        matcher: some PatternMatcher
    ) -> (record: FreightRecord?, reason: String) {
        let name = warehouse.key.name
        guard warehouse.freightCreationPolicy == .automatic else {
            return (nil, "warehouse \(name) makes freight only by hand (freightCreationPolicy: Manual)")
        }
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
        guard missing.isEmpty else {
            return (nil, "warehouse \(name) waits for an artifact of \(missing.joined(separator: ", "))")
        }
        return make(of: artifacts, state: state, cause: cause, delivery: delivery)
    }

    /// Freight of these artifacts, or `nil` and the reason why there is none.
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
        let others = state.freight.values.lazy.map(\.freight).filter { $0.origin.project == key.project }
        let taken = Set(others.map(\.alias))
        let freight = Freight(
            id: id,
            alias: FreightAlias.make(id, taken: taken),
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

    /// Now, but later than all other freight of the warehouse: order of discovery is order of time.
    private func discovered(_ state: PipelineState) -> Timestamp {
        let others = state.freight.values.lazy.map(\.freight).filter { $0.origin == warehouse.key }
        guard let last = others.map(\.discoveredAt).max(), last >= now else { return now }
        return Timestamp(microseconds: last.microseconds + 1)
    }
}
