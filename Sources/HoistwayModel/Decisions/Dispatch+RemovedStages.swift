extension Dispatch {
    /// What becomes of promotions whose stage was renamed, or taken out of the manifests.
    ///
    /// One that has pushed, or may have, goes on: its steps are those it was created with, and what is on a branch must
    /// be on record. Every other is aborted, since nobody has a stage for its outcome. Freight, history and what is
    /// known of branches stay; a stage that comes back finds its own.
    ///
    /// - Parameter stages: that are not in the manifests.
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
