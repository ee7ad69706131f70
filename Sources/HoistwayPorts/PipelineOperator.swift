package import HoistwayModel

/// What people and programs may ask of a running server, and tell it: the console serves it as REST.
///
/// Every change is recorded with its actor before the call returns.
package protocol PipelineOperator: Sendable {
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
    /// Why this freight, or the newest, is or is not promoted to the stage.
    func why(stage: StageKey, freight: String?) async throws -> Explanation
    /// What would have been pushed to a stage that is observed, beside what others pushed there.
    func compare(stage: StageKey, since: Timestamp) async throws -> ComparisonView

    /// `freight`: id, unique beginning of one, or alias.
    func promote(stage: StageKey, freight: String, acceptTree: String?, actor: String) async throws -> PromotionView
    /// Promotes the freight of a warehouse that automatic promotion would choose for the stage.
    func promoteCandidate(stage: StageKey, warehouse: String, acceptTree: String?, actor: String) async throws
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
    package func adopt(stage: StageKey, actor: String) async throws -> [String] {
        try await adopt(stage: stage, preview: false, actor: actor)
    }
}
