import HoistwayModel

extension PromotionRecord {
    /// What lies in the stage after success: what lies there now, and this freight in place of its warehouse's.
    ///
    /// As of the start: between a promotion's creation and its start another of the stage, with freight of another
    /// warehouse, may have ended, and what that one brought must not be taken back. Of a warehouse from which nothing lies
    /// in the stage, it is the freight of the last promotion, even if that failed: where the steps need freight of several
    /// warehouses, the first promotion could never succeed otherwise. Kargo takes that freight in any case.
    func presentCollection(on state: PipelineState, of stage: Stage?) -> [String: FreightID] {
        guard let stage, !hasActed,
            let origin = state.freight[FreightKey(project: self.stage.project, id: freight)]?.freight.origin.name
        else { return collection }
        let requested = Set(stage.requestedFreight.map(\.warehouse))
        var present = state.lastPromotion(of: self.stage, before: id)?.collection ?? [:]
        present.merge(state.stages[self.stage]?.history.first?.items ?? [:]) { $1 }
        present = present.filter { requested.contains($0.key) }
        present[origin] = freight
        return present
    }
}
