import HoistwayModel

extension PromotionRecord {
    /// What lies in the stage after success: what lies there now, and this freight in place of its warehouse's.
    ///
    /// As of the start: between a promotion's creation and its start another of the stage, with freight of another
    /// warehouse, may have ended, and what that one brought must not be taken back.
    func presentCollection(on state: PipelineState, of stage: Stage?) -> [String: FreightID] {
        guard let stage, !hasActed,
            let origin = state.freight[FreightKey(project: self.stage.project, id: freight)]?.freight.origin.name
        else { return collection }
        let requested = Set(stage.requestedFreight.map(\.warehouse))
        var present = state.stages[self.stage]?.history.first?.items ?? [:]
        present = present.filter { requested.contains($0.key) }
        present[origin] = freight
        return present
    }
}
