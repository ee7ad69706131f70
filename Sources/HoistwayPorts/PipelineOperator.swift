package import HoistwayModel

/// What people and programs may ask of a running server, and tell it: the console serves it as REST.
///
/// Every change is recorded with its actor before the call returns.
package protocol PipelineOperator: PromotionPreviewer {
    func deliveries(state: DeliveryState?, before: DeliveryID?, limit: Int) async throws -> [DeliveryView]
    func delivery(_ id: DeliveryID) async throws -> DeliveryView
    /// How many deliveries are not decided yet.
    func backlog() async throws -> DeliveryQueue
    /// Newest first. `project`: `nil` for all.
    func freight(project: String?, warehouse: String?, limit: Int) async throws -> [FreightView]
    /// In the order of the pipelines: upstream stages first.
    func stages(project: String?) async throws -> [StageView]
    func warehouses(project: String?) async throws -> [WarehouseView]
    /// Newest first.
    func promotions(project: String?, stage: String?, limit: Int) async throws -> [PromotionView]
    func promotion(_ id: PromotionID) async throws -> PromotionView
    // MARK: One thing, and what a page is made of

    func stage(_ key: StageKey) async throws -> StageView
    func warehouse(_ key: WarehouseKey) async throws -> WarehouseView
    /// `name`: id, unique beginning of one, or alias.
    func freight(_ name: String, project: String) async throws -> FreightView
    /// One project with all its stages.
    func project(_ name: String) async throws -> ProjectView
    /// Ordered by state, the worst first, then by name; those behind `after`.
    ///
    /// - Parameter stages: how many stages of each are shown at most.
    func projects(_ filter: StageFilter, after: ProjectPosition?, limit: Int, stages: Int) async throws -> [ProjectView]
    /// What needs a person, in one project or in all.
    func attention(project: String?) async throws -> AttentionView
    /// Where a commit, tag, digest, version, alias, freight, stage or promotion is, and where not yet.
    func search(_ text: String, project: String?) async throws -> SearchView
    /// Whether freight may go to each stage that asks for it; `from`: only to those that take it from this stage.
    func availability(of freight: String, project: String, from stage: String?) async throws -> AvailabilityView
    func graph(project: String) async throws -> GraphView

    // MARK: Lists, which go on behind the last one's key

    /// By project and name.
    func stages(_ filter: StageFilter, after: StageKey?, limit: Int) async throws -> [StageView]
    /// By project and name, without what the dispatcher says.
    func stageSummaries(_ filter: StageFilter, after: StageKey?, limit: Int) async throws -> [StageSummaryView]
    /// These of one project, in this order; those that are not there are left out.
    func stageSummaries(named names: [String], project: String) async throws -> [StageSummaryView]
    /// By project and name.
    func warehouses(project: String?, after: WarehouseKey?, limit: Int) async throws -> [WarehouseView]
    /// Newest first, by the moment of discovery and then by id.
    func freight(_ filter: FreightFilter, after: FreightPosition?, limit: Int) async throws -> [FreightView]
    /// Newest first, by the moment that their names hold and then by the whole name.
    func promotions(_ filter: PromotionFilter, after: PromotionID?, limit: Int) async throws -> [PromotionView]
    /// Newest first; entries with a smaller id than `before`.
    ///
    /// - Parameter project: `nil`: all, with what concerns the whole program.
    func activity(project: String?, before: Int64?, limit: Int) async throws -> [ActivityView]

    /// Why this freight, or the newest, is or is not promoted to the stage.
    func why(stage: StageKey, freight: String?) async throws -> Explanation
    /// What would have been pushed to a stage that is observed, beside what others pushed there.
    func compare(stage: StageKey, since: Timestamp) async throws -> ComparisonView

    /// `freight`: id, unique beginning of one, or alias.
    func promote(stage: StageKey, freight: String, consent: PromotionConsent, actor: String) async throws
        -> PromotionView
    /// Promotes the freight of a warehouse that automatic promotion would choose for the stage.
    func promoteCandidate(stage: StageKey, warehouse: String, consent: PromotionConsent, actor: String) async throws
        -> PromotionView
    /// Promotes freight to every stage that takes it from this one; all or none.
    func promoteDownstream(of stage: StageKey, freight: String, actor: String) async throws -> [PromotionView]
    /// Gives freight another alias.
    func rename(freight: String, project: String, alias: String, actor: String) async throws -> FreightView
    /// Makes freight of what a person has put together.
    func create(freightOf warehouse: WarehouseKey, _ wanted: ManualFreight, actor: String) async throws -> FreightView
    func abort(promotion: PromotionID, actor: String) async throws -> PromotionView
    /// Promotes again what failed, and tries at once what waits for its next try; a line for each promotion.
    ///
    /// `ids`: these; `nil`: the newest promotion of each stage, of one project or of all. `failedOnly`: what waits is
    /// left alone.
    func retryPromotions(_ ids: [PromotionID]?, project: String?, failedOnly: Bool, actor: String) async throws
        -> [RetriedPromotion]
    func approve(stage: StageKey, freight: String, actor: String) async throws -> FreightView
    /// Says that freight in a stage is good, or why it is not; `freight`: `nil` for all that lies there.
    ///
    /// What is so already stays as it is.
    func verify(stage: StageKey, freight: String?, failure: String?, actor: String) async throws -> [FreightView]
    /// Accepts the head that each branch of the stage has now, whoever made it.
    ///
    /// Gives the branches, whose commits stand there, and what of them later promotions write over; with `preview`
    /// nothing is changed.
    func adopt(stage: StageKey, preview: Bool, actor: String) async throws -> [String]
    /// Takes over what the commits on the stage's branches tell, where the state does not know what is in the stage.
    func restore(stage: StageKey, actor: String) async throws -> [String]
    /// Looks at everything that the warehouse subscribes to, events or not; throws where any of it fails.
    func refresh(warehouse: WarehouseKey, actor: String) async throws -> WarehouseView
    /// Looks at the stage's branches, and promotes what has become available.
    func refresh(stage: StageKey, actor: String) async throws -> StageView
    /// `nil`: all that failed.
    func driveAgain(_ ids: [DeliveryID]?, actor: String) async throws -> Int
    /// Reads the configuration again; a bad one changes nothing and throws.
    func reload(actor: String) async throws -> [String]
}

extension PipelineOperator {
    package func promoteCandidate(
        stage: StageKey,
        warehouse: String,
        acceptTree: String?,
        actor: String
    ) async throws -> PromotionView {
        let consent = PromotionConsent(accept: [acceptTree].compactMap(\.self))
        return try await promoteCandidate(stage: stage, warehouse: warehouse, consent: consent, actor: actor)
    }

    package func promote(
        stage: StageKey,
        freight: String,
        acceptTree: String?,
        actor: String
    ) async throws -> PromotionView {
        let consent = PromotionConsent(accept: [acceptTree].compactMap(\.self))
        return try await promote(stage: stage, freight: freight, consent: consent, actor: actor)
    }

    package func adopt(stage: StageKey, actor: String) async throws -> [String] {
        try await adopt(stage: stage, preview: false, actor: actor)
    }
}
