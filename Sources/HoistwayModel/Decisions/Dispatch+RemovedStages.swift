extension Dispatch {
    /// What becomes of promotions whose stage was renamed, or taken out of the manifests.
    ///
    /// One that has pushed, or may have, goes on: its steps are those it was created with, and what is on a branch must
    /// be on record. Every other is aborted, since nobody has a stage for its outcome. Freight, history and what is
    /// known of branches stay; a stage that comes back finds its own.
    package func endOfRemovedStages(on state: PipelineState) -> [Change] {
        let open = state.promotions.values.filter { promotion in
            !promotion.phase.isTerminal && pipelines.stage(promotion.stage) == nil
                && !promotion.hasActed && !state.isPushing(promotion.id)
        }
        return open.sorted { $0.id < $1.id }.map { promotion in
            var ended = promotion
            let removal = "stage \(promotion.stage) is not in the manifests any more, as read from \(pipelines.origin)"
            ended.phase = .aborted
            ended.message = removal
            ended.removal = removal
            ended.finishedAt = now
            ended.nextTry = nil
            return .putPromotion(ended)
        }
    }
}
