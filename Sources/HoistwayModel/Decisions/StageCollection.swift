/// The freight that a stage has after a promotion: the promoted freight, and that of the stage's other warehouses.
package enum StageCollection {
    /// The freight by warehouse.
    ///
    /// For another warehouse, the stage's present freight stays. If there is none, the freight of the stage's last
    /// promotion is used, even if that promotion failed. Otherwise the first promotions of a stage with steps for two
    /// warehouses would wait for each other forever. Promotions that were aborted do not count.
    ///
    /// Source: Kargo v1.11, `pkg/controller/promotions` (the freight collection is built on that of the stage's last
    /// promotion).
    ///
    /// - Parameter id: the promotion; only earlier ones count. `nil`: it is the newest.
    package static func items(
        with freight: Freight,
        in stage: Stage,
        mode: PromotionMode,
        before id: PromotionID? = nil,
        on state: PipelineState
    ) -> [String: FreightID] {
        let requested = Set(stage.requestedFreight.map(\.warehouse))
        var items = state.stages[stage.key]?.history.first?.items ?? [:]
        if requested.contains(where: { items[$0] == nil }) {
            let last = state.newestPromotions(of: stage.key).first { one in
                one.mode == mode && one.phase.isTerminal && one.phase != .aborted && id.map { one.id < $0 } ?? true
            }
            let known = (last?.collection ?? [:]).filter {
                state.freight[FreightKey(project: stage.key.project, id: $0.value)] != nil
            }
            items.merge(known) { present, _ in present }
        }
        items = items.filter { requested.contains($0.key) }
        items[freight.origin.name] = freight.id
        return items
    }
}
