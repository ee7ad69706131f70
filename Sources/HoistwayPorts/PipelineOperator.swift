package import HoistwayModel

/// What people and programs may request from a running server; the console offers it as REST.
///
/// Every change is recorded with its actor before the call returns.
package protocol PipelineOperator: PromotionPreviewer {
    func deliveries(state: DeliveryState?, before: DeliveryID?, limit: Int) async throws -> [DeliveryView]
    func delivery(_ id: DeliveryID) async throws -> DeliveryView
    /// The deliveries that are not decided yet.
    func backlog() async throws -> DeliveryQueue
    /// Newest first. `project`: `nil` for all projects.
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
    /// `name`: the freight's id, the beginning of its id, or its alias.
    func freight(_ name: String, project: String) async throws -> FreightView
    /// One project with all its stages.
    func project(_ name: String) async throws -> ProjectView
    /// Projects after `after`, ordered by state, the worst first, then by name.
    ///
    /// - Parameter stages: the most stages that are given for each project.
    func projects(_ filter: StageFilter, after: ProjectPosition?, limit: Int, stages: Int) async throws -> [ProjectView]
    /// Everything that a person must look at, in one project or in all.
    func attention(project: String?) async throws -> AttentionView
    /// The places where a commit, tag, digest, version, alias, freight, stage or promotion is, and where it is not yet.
    func search(_ text: String, project: String?) async throws -> SearchView
    /// Whether freight may go to each stage that asks for it; `from`: only stages that take it from this stage.
    func availability(of freight: String, project: String, from stage: String?) async throws -> AvailabilityView
    func graph(project: String) async throws -> GraphView

    // MARK: Lists, which go on behind the last one's key

    /// By project and name.
    func stages(_ filter: StageFilter, after: StageKey?, limit: Int) async throws -> [StageView]
    /// By project and name, without the dispatcher's verdicts.
    func stageSummaries(_ filter: StageFilter, after: StageKey?, limit: Int) async throws -> [StageSummaryView]
    /// The named stages of one project, in this order; stages that do not exist are left out.
    func stageSummaries(named names: [String], project: String) async throws -> [StageSummaryView]
    /// By project and name.
    func warehouses(project: String?, after: WarehouseKey?, limit: Int) async throws -> [WarehouseView]
    /// Newest first, by the moment of discovery and then by id.
    func freight(_ filter: FreightFilter, after: FreightPosition?, limit: Int) async throws -> [FreightView]
    /// Newest first, by the time in their names and then by the whole name.
    func promotions(_ filter: PromotionFilter, after: PromotionID?, limit: Int) async throws -> [PromotionView]
    /// Newest first; entries with a smaller id than `before`.
    ///
    /// - Parameter project: `nil`: all, with the entries about the whole program.
    func activity(project: String?, before: Int64?, limit: Int) async throws -> [ActivityView]

    /// Why this freight, or the newest, is or is not promoted to the stage.
    func why(stage: StageKey, freight: String?) async throws -> Explanation
    /// The pushes that Hoistway would have made to a stage in observe mode, and the commits that others pushed there.
    func compare(stage: StageKey, since: Timestamp) async throws -> ComparisonView

    /// `freight`: its id, the beginning of its id, or its alias.
    func promote(stage: StageKey, freight: String, consent: PromotionConsent, actor: String) async throws
        -> PromotionView
    /// Promotes the freight of a warehouse that automatic promotion would choose for the stage.
    func promoteCandidate(stage: StageKey, warehouse: String, consent: PromotionConsent, actor: String) async throws
        -> PromotionView
    /// Promotes freight to every stage that takes it from this one: to all of them, or to none.
    func promoteDownstream(of stage: StageKey, freight: String, actor: String) async throws -> [PromotionView]
    /// Gives freight another alias.
    func rename(freight: String, project: String, alias: String, actor: String) async throws -> FreightView
    /// Makes freight from the artifacts that a person has chosen.
    func create(freightOf warehouse: WarehouseKey, _ wanted: ManualFreight, actor: String) async throws -> FreightView
    func abort(promotion: PromotionID, actor: String) async throws -> PromotionView
    /// Promotes failed freight again, and tries waiting promotions at once; gives a line for each promotion.
    ///
    /// `ids`: these promotions; `nil`: the newest promotion of each stage, of one project or of all. `failedOnly`:
    /// waiting promotions are not changed.
    func retryPromotions(_ ids: [PromotionID]?, project: String?, failedOnly: Bool, actor: String) async throws
        -> [RetriedPromotion]
    func approve(stage: StageKey, freight: String, actor: String) async throws -> FreightView
    /// Marks freight in a stage as good, or as failed with a reason; `freight`: `nil` for all freight of the stage.
    ///
    /// Freight that already has this mark is not changed.
    func verify(stage: StageKey, freight: String?, failure: String?, actor: String) async throws -> [FreightView]
    /// Accepts the head that each branch of the stage has now, whoever made it.
    ///
    /// Gives each branch, the authors of its commits, and the changes that later promotions will overwrite. With
    /// `preview` nothing is changed.
    func adopt(stage: StageKey, preview: Bool, actor: String) async throws -> [String]
    /// Restores the stage's content from the commits on its branches, where the state does not have it.
    func restore(stage: StageKey, actor: String) async throws -> [String]
    /// Looks at all subscriptions of the warehouse, without waiting for events; throws where one of them fails.
    func refresh(warehouse: WarehouseKey, actor: String) async throws -> WarehouseView
    /// Looks at the stage's branches, and promotes freight that has become available.
    func refresh(stage: StageKey, actor: String) async throws -> StageView
    /// Queues deliveries again; `nil`: all that failed.
    func requeueDeliveries(_ ids: [DeliveryID]?, actor: String) async throws -> Int
    /// Reads the configuration again; a wrong one changes nothing, and the call throws.
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
