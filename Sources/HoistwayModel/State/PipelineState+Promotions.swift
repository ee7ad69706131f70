extension PipelineState {
    /// `nil`: no promotion has this name, or it has ended.
    package func openPromotion(_ id: PromotionID) -> PromotionRecord? { promotions[id]?.open }

    /// All promotions that have not ended, in the order of their names.
    package var openPromotions: some Sequence<PromotionRecord> {
        promotions.index.open.lazy.compactMap { promotions[$0]?.open }
    }

    /// Open promotions whose end a person has requested, in the order of their names.
    package var abortingPromotions: some Sequence<PromotionRecord> {
        promotions.index.aborting.lazy.compactMap { promotions[$0]?.open }
    }

    /// Promotions that may have opened pull requests, in the order of their names.
    package var proposingPromotions: some Sequence<KnownPromotion> {
        promotions.index.proposing.lazy.compactMap { promotions[$0] }
    }

    /// The stage's promotions, oldest first.
    package func promotions(of stage: StageKey) -> [KnownPromotion] {
        promotions.index.all(of: stage).compactMap { promotions[$0] }
    }

    /// The stage's promotions, newest first; only requested ones are visited.
    package func newestPromotions(of stage: StageKey) -> some Sequence<KnownPromotion> {
        promotions.index.all(of: stage).backwards.lazy.compactMap { promotions[$0] }
    }

    /// The stage's promotions that have not ended, in queue order.
    package func openPromotions(of stage: StageKey) -> [PromotionRecord] {
        let open = promotions.index.open(of: stage).compactMap { promotions[$0]?.open }
        // Usually the running one is the first anyway.
        return open.filter { $0.phase == .running } + open.filter { $0.phase != .running }
    }

    /// The stage's finished promotions of this freight, newest first.
    package func finishedPromotions(of freight: FreightID, to stage: StageKey) -> [EndedPromotion] {
        let key = FreightKey(project: stage.project, id: freight)
        return promotions(of: key, to: stage).reversed().compactMap(\.ended)
    }

    /// Promotions of one freight to a stage, oldest first.
    package func promotions(of freight: FreightKey, to stage: StageKey) -> [KnownPromotion] {
        promotions.index.all(of: freight, to: stage.name).compactMap { promotions[$0] }
    }

    /// Promotions of one freight, in the order of their names.
    package func promotions(of freight: FreightKey) -> [KnownPromotion] {
        promotions.index.all(of: freight).compactMap { promotions[$0] }
    }

    /// Promotions of all stages of a project, in no particular order.
    package func promotions(ofProject project: String) -> [KnownPromotion] {
        promotions.index.stages(of: project).flatMap { promotions(of: StageKey(project: project, name: $0)) }
    }
}
