extension PipelineState {
    /// All that have not ended, in the order of their names.
    package var openPromotions: some Sequence<PromotionRecord> {
        promotions.index.open.lazy.compactMap { promotions[$0] }
    }

    /// Those that may have opened pull requests, in the order of their names.
    package var proposingPromotions: some Sequence<PromotionRecord> {
        promotions.index.proposing.lazy.compactMap { promotions[$0] }
    }

    /// The stage's promotions, oldest first.
    package func promotions(of stage: StageKey) -> [PromotionRecord] {
        promotions.index.all(of: stage).compactMap { promotions[$0] }
    }

    /// The stage's promotions, newest first; nobody looks at one that is not asked for.
    package func newestPromotions(of stage: StageKey) -> some Sequence<PromotionRecord> {
        promotions.index.all(of: stage).backwards.lazy.compactMap { promotions[$0] }
    }

    /// The stage's promotions that are not finished, in queue order.
    package func openPromotions(of stage: StageKey) -> [PromotionRecord] {
        let open = promotions.index.open(of: stage).compactMap { promotions[$0] }
        // Mostly the one that runs is the first anyway.
        return open.filter { $0.phase == .running } + open.filter { $0.phase != .running }
    }

    /// The stage's finished promotions of this freight, newest first.
    package func finishedPromotions(of freight: FreightID, to stage: StageKey) -> [PromotionRecord] {
        let key = FreightKey(project: stage.project, id: freight)
        return promotions(of: key, to: stage).reversed().filter(\.phase.isTerminal)
    }

    /// Those of one piece of freight to a stage, oldest first.
    package func promotions(of freight: FreightKey, to stage: StageKey) -> [PromotionRecord] {
        promotions.index.all(of: freight, to: stage.name).compactMap { promotions[$0] }
    }

    /// Those of one piece of freight, in the order of their names.
    package func promotions(of freight: FreightKey) -> [PromotionRecord] {
        promotions.index.all(of: freight).compactMap { promotions[$0] }
    }

    /// Those of all stages of a project, in no order.
    package func promotions(ofProject project: String) -> [PromotionRecord] {
        promotions.index.stages(of: project).flatMap { promotions(of: StageKey(project: project, name: $0)) }
    }
}
