extension Dispatch {
    /// Decides on promotions whose stage was renamed or removed from the manifests.
    ///
    /// A promotion that has pushed, or may have, continues: it uses the steps from its creation, and a pushed branch
    /// must be recorded. All others are aborted, since their result has no stage. Freight, history and branch records
    /// stay; a stage that comes back finds its own.
    ///
    /// - Parameter stages: stages that are not in the manifests.
    func endOfRemovedStages(_ stages: Set<StageKey>, on state: PipelineState) -> [Change] {
        let open = stages.flatMap(state.openPromotions).filter { !$0.hasActed && !state.isPushing($0.id) }
        return open.sorted { $0.id < $1.id }.map { promotion in
            var ended = promotion
            let removal = "stage \(promotion.stage) is no longer in the manifests, as read from \(pipelines.origin)"
            ended.phase = .aborted
            ended.message = removal
            ended.removal = removal
            ended.finishedAt = now
            ended.nextTry = nil
            return .putPromotion(ended)
        }
    }
}
