/// Which freight a promotion brings into its stage: its own, and that of the other warehouses that the stage requests.
package enum StageCollection {
    /// By warehouse.
    ///
    /// Of another warehouse, what lies in the stage stays. Where nothing of it lies there yet, it is what the stage's
    /// last promotion was made with, even if that failed: the first promotions of a stage whose steps read the freight
    /// of two warehouses would wait for each other for ever else. What a person has ended does not come in.
    ///
    /// Source: Kargo v1.11, `pkg/controller/promotions` (the freight collection is built on that of the stage's last
    /// promotion).
    /// - Parameter id: of the promotion; only those that were made before it count. `nil`: it is the newest.
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
