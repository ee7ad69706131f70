import HoistwayModel

extension PromotionRecord {
    /// What lies in the stage after success.
    ///
    /// As of the start: between a promotion's creation and its start another of the stage, with freight of another
    /// warehouse, may have ended, and what that one brought must not be taken back.
    func presentCollection(on state: PipelineState, of stage: Stage?) -> [String: FreightID] {
        guard let stage, !hasActed,
            let freight = state.freight[FreightKey(project: self.stage.project, id: freight)]?.freight
        else { return collection }
        return StageCollection.items(with: freight, in: stage, mode: mode, before: id, on: state)
    }
}
