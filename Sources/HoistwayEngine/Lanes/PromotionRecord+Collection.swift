import HoistwayModel

extension PromotionRecord {
    /// The freight of the stage after success.
    ///
    /// It is computed at the start: since the promotion's creation, another promotion of the stage may have ended.
    /// Freight of other warehouses that it brought must not be taken back.
    func presentCollection(on state: PipelineState, of stage: Stage?) -> [String: FreightID] {
        guard let stage, !hasActed,
            let freight = state.freight[FreightKey(project: self.stage.project, id: freight)]?.freight
        else { return collection }
        return StageCollection.items(with: freight, in: stage, mode: mode, before: id, on: state)
    }
}
