import HoistwayModel
import HoistwayPorts
import Synchronization

/// Answers from a ``Scene``, which a test may change while pages are open; remembers what it was told to do.
final class ScenePipelines: PipelineOperator {
    private let kept: Mutex<(scene: Scene, told: [String])>

    init(_ scene: Scene) {
        kept = Mutex((scene, []))
    }

    /// Every change, in order, as `verb argument… by actor`.
    var told: [String] { kept.withLock(\.told) }

    func change(_ body: @Sendable (inout Scene) throws -> Void) rethrows {
        try kept.withLock { try body(&$0.scene) }
    }

    func tell(_ text: String) {
        kept.withLock { $0.told.append(text) }
    }

    func scene() throws -> Scene {
        let scene = kept.withLock(\.scene)
        if let failure = scene.failure { throw failure }
        return scene
    }

    func missing(_ what: String) -> OperatorFailure { .notFound("there is no \(what)") }

    // MARK: Questions

    func deliveries(state: DeliveryState?, before: DeliveryID?, limit: Int) async throws -> [DeliveryView] {
        let found = try scene().deliveries.sorted { $0.id > $1.id }
            .filter { (state == nil || $0.state == state) && ($0.id.number < before?.number ?? .max) }
        return found.prefix(limit).map { DeliveryView($0) }
    }

    func delivery(_ id: DeliveryID) async throws -> DeliveryView {
        let scene = try scene()
        guard let found = scene.deliveries.first(where: { $0.id == id }) else { throw missing("delivery \(id)") }
        return DeliveryView(found, trace: scene.traces[id.number] ?? [])
    }

    func projects(_ filter: StageFilter, after: ProjectPosition?, limit: Int, stages: Int) async throws -> [ProjectView]
    {
        let found = try scene().projects.sorted { ($0.state, $0.name) < ($1.state, $1.name) }
            .filter { project in after.map { ($0.state, $0.name) < (project.state, project.name) } ?? true }
            .filter { $0.stages.contains(where: filter.takes) }
        return found.prefix(limit).map { project in
            var shown = project
            shown.stages = Array(project.stages.filter(filter.takes).prefix(stages))
            return shown
        }
    }

    func project(_ name: String) async throws -> ProjectView {
        guard let found = try scene().projects.first(where: { $0.name == name }) else {
            throw missing("project \(name)")
        }
        return found
    }

    func attention(project: String?) async throws -> AttentionView { try scene().attention }

    func search(_ text: String, project: String?) async throws -> SearchView {
        try scene().searches[text] ?? SearchView(query: text, matches: [], isCut: false)
    }

    func warehouses(project: String?, after: WarehouseKey?, limit: Int) async throws -> [WarehouseView] {
        let found = try scene().warehouses.filter { project == nil || $0.project == project }
            .filter { one in after.map { ($0.project, $0.name) < (one.project, one.name) } ?? true }
        return Array(found.prefix(limit))
    }

    func warehouse(_ key: WarehouseKey) async throws -> WarehouseView {
        guard let found = try scene().warehouses.first(where: { $0.project == key.project && $0.name == key.name })
        else {
            throw missing("warehouse \(key)")
        }
        return found
    }

    func activity(project: String?, before: Int64?, limit: Int) async throws -> [ActivityView] {
        let found = try scene().activity.filter { project == nil || $0.project == project }
            .filter { $0.id < before ?? .max }
        return Array(found.prefix(limit))
    }

    // MARK: Changes

    func refresh(warehouse: WarehouseKey, actor: String) async throws -> WarehouseView {
        tell("refresh \(warehouse.project)/\(warehouse.name) by \(actor)")
        return try await self.warehouse(warehouse)
    }

    func requeueDeliveries(_ ids: [DeliveryID]?, actor: String) async throws -> Int {
        tell("retry \(ids.map { $0.map(\.description).joined(separator: ",") } ?? "failed") by \(actor)")
        return ids?.count ?? 0
    }

    // MARK: Not asked by these pages

    func backlog() async throws -> DeliveryQueue { DeliveryQueue() }
    func freight(project: String?, warehouse: String?, limit: Int) async throws -> [FreightView] { [] }
    func stages(project: String?) async throws -> [StageView] { [] }
    func warehouses(project: String?) async throws -> [WarehouseView] { [] }
    func promotions(project: String?, stage: String?, limit: Int) async throws -> [PromotionView] { [] }
    func stages(_ filter: StageFilter, after: StageKey?, limit: Int) async throws -> [StageView] { [] }
    func stageSummaries(_ filter: StageFilter, after: StageKey?, limit: Int) async throws -> [StageSummaryView] { [] }
    func why(stage: StageKey, freight: String?) async throws -> Explanation { throw missing("stage \(stage)") }
    func promoteCandidate(
        stage: StageKey,
        warehouse: String,
        consent: PromotionConsent,
        actor: String
    ) async throws -> PromotionView { throw missing("stage \(stage)") }
    func promoteDownstream(of stage: StageKey, freight: String, actor: String) async throws -> [PromotionView] {
        throw missing("stage \(stage)")
    }
    func rename(freight: String, project: String, alias: String, actor: String) async throws -> FreightView {
        throw missing("freight \(freight)")
    }
    func create(freightOf warehouse: WarehouseKey, _ wanted: ManualFreight, actor: String) async throws -> FreightView {
        throw missing("warehouse \(warehouse)")
    }
    func reload(actor: String) async throws -> [String] { [] }
}
