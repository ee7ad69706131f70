import HoistwayModel
import HoistwayPorts
import Synchronization

/// Two projects, `a` and `b`, that each have a stage `prod`; `a` has `test` too.
///
/// Remembers what it was told to do.
final class FakePipelines: PipelineOperator {
    static let tree = "0123456789012345678901234567890123456789"

    /// The stages that there are.
    let named = Mutex([("a", "test"), ("a", "prod"), ("b", "prod")])
    private let calls = Mutex<[String]>([])
    private let failure = Mutex<OperatorFailure?>(nil)

    /// Every change, in order, as `verb argument… by actor`.
    var told: [String] { calls.withLock { $0 } }

    func succeed() { failure.withLock { $0 = nil } }

    /// The next changes fail with it.
    func fail(with error: OperatorFailure) { failure.withLock { $0 = error } }

    private let act = Mutex<@Sendable () -> Void>({})

    /// Runs whenever something is to be changed, before it is.
    func onAct(_ act: @escaping @Sendable () -> Void) { self.act.withLock { $0 = act } }

    private func tell(_ text: String) throws {
        act.withLock(\.self)()
        if let error = failure.withLock({ $0 }) { throw error }
        calls.withLock { $0.append(text) }
    }

    func deliveries(state: DeliveryState?, before: DeliveryID?, limit: Int) async throws -> [DeliveryView] {
        let all = (1...9).reversed().map { Self.delivery($0) }
        return Array(
            all.filter { (state == nil || $0.state == state) && $0.id < before?.number ?? .max }.prefix(limit)
        )
    }

    func delivery(_ id: DeliveryID) async throws -> DeliveryView {
        guard (1...9).contains(id.number) else { throw OperatorFailure.notFound("there is no delivery \(id)") }
        return Self.delivery(id.number)
    }

    /// 1, 4, 7 came by `hook-a`; 2, 5, 8 by `hook-b`; the others by `hook-both`.
    private static func delivery(_ number: Int64) -> DeliveryView {
        let receivers = ["hook-both", "hook-a", "hook-b"]
        return DeliveryView(
            StoredDelivery(
                id: DeliveryID(number),
                receiver: receivers[Int(number % 3)],
                senderID: nil,
                headers: [],
                body: [],
                receivedAt: Timestamp(microseconds: 1_795_257_660_250_000),
                verdict: "github-hmac-sha256#0",
                isEvidence: true,
                state: number == 1 ? .failed : .done,
                reason: "freight"
            )
        )
    }

    func freight(project: String?, warehouse: String?, limit: Int) async throws -> [FreightView] {
        ["a", "b"].filter { project == nil || $0 == project }.map(Self.freight)
    }

    private static func freight(_ project: String) -> FreightView {
        FreightView(
            id: "f\(project)",
            alias: "wavy-\(project)",
            project: project,
            warehouse: "main",
            artifacts: [],
            discoveredAt: Timestamp(seconds: 0),
            cause: "",
            currentlyIn: [],
            verifiedIn: [],
            approvedFor: []
        )
    }

    func stages(project: String?) async throws -> [StageView] {
        named.withLock { $0 }
            .filter { project == nil || $0.0 == project }
            .map { project, name in
                StageView(
                    project: project,
                    name: name,
                    current: [],
                    autoPromotion: false,
                    promotion: nil,
                    phase: "",
                    waiting: 0,
                    reason: ""
                )
            }
    }

    func backlog() async throws -> DeliveryQueue { DeliveryQueue() }

    // MARK: What the lists above are narrowed to

    func stage(_ key: StageKey) async throws -> StageView {
        guard let stage = try await stages(project: key.project).first(where: { $0.name == key.name }) else {
            throw OperatorFailure.notFound("no stage \(key)")
        }
        return stage
    }

    func warehouse(_ key: WarehouseKey) async throws -> WarehouseView {
        guard let warehouse = try await warehouses(project: key.project).first(where: { $0.name == key.name }) else {
            throw OperatorFailure.notFound("no warehouse \(key)")
        }
        return warehouse
    }

    func freight(_ name: String, project: String) async throws -> FreightView {
        let all = try await freight(project: project, warehouse: nil, limit: 10)
        guard let one = all.first(where: { $0.alias == name || $0.id == name }) else {
            throw OperatorFailure.notFound("project \(project) has no freight \(name)")
        }
        return one
    }

    func project(_ name: String) async throws -> ProjectView {
        guard name == "a" || name == "b" else { throw OperatorFailure.notFound("no project \(name)") }
        let stages = try await stageSummaries(StageFilter(project: name), after: nil, limit: 10)
        return ProjectView(
            name: name,
            mode: nil,
            stages: stages,
            stageCount: stages.count,
            counts: [.empty: stages.count],
            warehouses: ["main"]
        )
    }

    func projects(
        _ filter: StageFilter,
        after: ProjectPosition?,
        limit: Int,
        stages: Int
    ) async throws -> [ProjectView] {
        var found: [ProjectView] = []
        for name in ["a", "b"] where (filter.project == nil || name == filter.project) && name > after?.name ?? "" {
            found.append(try await project(name))
        }
        return Array(found.prefix(limit))
    }

    func attention(project: String?) async throws -> AttentionView {
        let none = AttentionView.Group([])
        return AttentionView(
            failed: none,
            awaitsAcceptance: none,
            paused: [:],
            drifted: none,
            stuck: none,
            unhealthy: none
        )
    }

    func search(_ text: String, project: String?) async throws -> SearchView {
        let found = try await freight(project: project, warehouse: nil, limit: 10).filter { $0.alias == text }
        return SearchView(
            query: text,
            matches: found.map {
                SearchView.Match(kind: .freight, field: .alias, project: $0.project, freight: $0.id, alias: $0.alias)
            },
            isCut: false
        )
    }

    func availability(of name: String, project: String, from stage: String?) async throws -> AvailabilityView {
        let one = try await freight(name, project: project)
        return AvailabilityView(
            project: project,
            freight: one.id,
            alias: one.alias,
            warehouse: one.warehouse,
            artifacts: [],
            stages: []
        )
    }

    func graph(project: String) async throws -> GraphView {
        let stages = try await stages(project: project).map {
            GraphView.Stage(name: $0.name, labels: [:], color: nil, isControlFlow: false)
        }
        return GraphView(project: project, warehouses: ["main"], stages: stages, edges: [])
    }

    func stages(_ filter: StageFilter, after: StageKey?, limit: Int) async throws -> [StageView] {
        let all = try await stages(project: filter.project).sorted { ($0.project, $0.name) < ($1.project, $1.name) }
        return Array(
            all.filter { stage in after.map { ($0.project, $0.name) < (stage.project, stage.name) } ?? true }
                .prefix(limit)
        )
    }

    func stageSummaries(_ filter: StageFilter, after: StageKey?, limit: Int) async throws -> [StageSummaryView] {
        try await stages(filter, after: after, limit: limit).map {
            StageSummaryView(project: $0.project, name: $0.name, mode: .promote, autoPromotion: false, state: .empty)
        }
    }

    func stageSummaries(named names: [String], project: String) async throws -> [StageSummaryView] {
        let all = try await stageSummaries(StageFilter(project: project), after: nil, limit: 10)
        return names.compactMap { name in all.first { $0.name == name } }
    }

    func warehouses(project: String?, after: WarehouseKey?, limit: Int) async throws -> [WarehouseView] {
        let all = try await warehouses(project: project)
        return Array(
            all.filter { one in after.map { ($0.project, $0.name) < (one.project, one.name) } ?? true }.prefix(limit)
        )
    }

    func freight(_ filter: FreightFilter, after: FreightPosition?, limit: Int) async throws -> [FreightView] {
        let all = try await freight(project: filter.project, warehouse: filter.warehouse, limit: limit)
        return Array(all.filter { $0.id < after?.id ?? "~" }.prefix(limit))
    }

    func promotions(_ filter: PromotionFilter, after: PromotionID?, limit: Int) async throws -> [PromotionView] {
        let all = try await promotions(project: filter.project, stage: filter.stage, limit: limit)
        return Array(all.filter { $0.id < after?.text ?? "~" }.prefix(limit))
    }

    func activity(project: String?, before: Int64?, limit: Int) async throws -> [ActivityView] { [] }

    func warehouses(project: String?) async throws -> [WarehouseView] {
        ["a", "b"].filter { project == nil || $0 == project }
            .map { WarehouseView(project: $0, name: "main", subscriptions: []) }
    }

    func promotions(project: String?, stage: String?, limit: Int) async throws -> [PromotionView] {
        ["a", "b"].filter { project == nil || $0 == project }.map(Self.promotion)
    }

    func promotion(_ id: PromotionID) async throws -> PromotionView {
        guard id.text == "prod.a" || id.text == "prod.b" else {
            throw OperatorFailure.notFound("there is no promotion \(id)")
        }
        return Self.promotion(String(id.text.suffix(1)))
    }

    private static func promotion(_ project: String) -> PromotionView {
        var record = PromotionRecord(
            id: PromotionID("prod.\(project)"),
            stage: StageKey(project: project, name: "prod"),
            freight: FreightID("f\(project)"),
            collection: [:],
            actor: .automatic,
            reason: "",
            steps: [],
            mode: .promote,
            createdAt: Timestamp(seconds: 0)
        )
        record.branches = [
            BranchOutcome(
                remote: "https://git.example.com/\(project)",
                branch: "env/prod",
                before: .zero,
                commit: .zero,
                tree: .zero,
                subject: "",
                diff: "+ secret of \(project)",
                pushed: true
            )
        ]
        return PromotionView(record, summary: "")
    }

    func why(stage: StageKey, freight: String?) async throws -> Explanation {
        Explanation(stage: stage.description, freight: freight, verdict: "because", lines: [])
    }

    func promote(
        stage: StageKey,
        freight: String,
        consent: PromotionConsent,
        actor: String
    ) async throws -> PromotionView {
        let seen = consent.preview.map { " from preview \($0)" } ?? ""
        try tell("promote \(stage) \(freight) \(consent.accept.first ?? "-")\(seen) by \(actor)")
        return Self.promotion(stage.project)
    }

    func createPreview(stage: StageKey, freight: String, mayWait: Bool, actor: String) async throws -> PreviewView {
        try tell("preview \(stage) \(freight) by \(actor)")
        return Self.preview(stage.project)
    }

    func preview(_ id: String) async throws -> PreviewView {
        guard id == "preview-a" || id == "preview-b" else {
            throw OperatorFailure.notFound("there is no preview '\(id)'")
        }
        return Self.preview(String(id.suffix(1)))
    }

    func cancelPreview(_ id: String, actor: String) async throws -> PreviewView {
        try tell("cancel \(id) by \(actor)")
        return try await preview(id)
    }

    private static func preview(_ project: String) -> PreviewView {
        let freight = Freight(
            id: FreightID("f\(project)"),
            alias: "wavy-\(project)",
            origin: WarehouseKey(project: project, name: "app"),
            artifacts: [],
            discoveredAt: Timestamp(seconds: 0)
        )
        return PreviewView(
            id: "preview-\(project)",
            stage: StageKey(project: project, name: "prod"),
            freight: freight,
            actor: "ada",
            mode: .promote,
            state: .running,
            message: "secret of \(project)",
            createdAt: Timestamp(seconds: 0),
            rollback: PreviewView.Rollback(isRollback: false, reason: ""),
            replacement: PreviewView.Replacement(when: .never, reason: "")
        )
    }

    func promoteCandidate(stage: StageKey, warehouse: String, consent: PromotionConsent, actor: String) async throws
        -> PromotionView
    {
        try tell("promote the candidate of \(warehouse) to \(stage) by \(actor)")
        return Self.promotion(stage.project)
    }

    func promoteDownstream(of stage: StageKey, freight: String, actor: String) async throws -> [PromotionView] {
        try tell("promote \(freight) downstream of \(stage) by \(actor)")
        return []
    }

    func rename(freight: String, project: String, alias: String, actor: String) async throws -> FreightView {
        try tell("rename \(project)/\(freight) to \(alias) by \(actor)")
        return Self.freight(project)
    }

    func create(freightOf warehouse: WarehouseKey, _ wanted: ManualFreight, actor: String) async throws -> FreightView {
        try tell("create freight of \(warehouse) from \(wanted.from ?? "-") with \(wanted.images) by \(actor)")
        return Self.freight(warehouse.project)
    }

    func refresh(stage: StageKey, actor: String) async throws -> StageView {
        try tell("refresh stage \(stage) by \(actor)")
        return try await stages(project: stage.project)[0]
    }

    func abort(promotion: PromotionID, actor: String) async throws -> PromotionView {
        try tell("abort \(promotion) by \(actor)")
        return Self.promotion("a")
    }

    func approve(stage: StageKey, freight: String, actor: String) async throws -> FreightView {
        try tell("approve \(stage) \(freight) by \(actor)")
        return Self.freight(stage.project)
    }

    func verify(stage: StageKey, freight: String?, failure: String?, actor: String) async throws -> [FreightView] {
        try tell("verify \(stage) \(freight ?? "all") \(failure.map { "failed: \($0)" } ?? "good") by \(actor)")
        return [Self.freight(stage.project)]
    }

    func retryPromotions(
        _ ids: [PromotionID]?,
        project: String?,
        failedOnly: Bool,
        actor: String
    ) async throws -> [RetriedPromotion] {
        let which =
            ids.map { $0.map(\.text).joined(separator: ",") }
            ?? "\(failedOnly ? "failed" : "all") of \(project ?? "all")"
        try tell("retry \(which) by \(actor)")
        return []
    }

    func adopt(stage: StageKey, preview: Bool, actor: String) async throws -> [String] {
        try tell("adopt \(stage) by \(actor)")
        return ["env/prod"]
    }

    func compare(stage: StageKey, since: Timestamp) async throws -> ComparisonView {
        try tell("compare \(stage) since \(since)")
        return ComparisonView(stage: stage.description, since: since, counts: [:], rows: [], isCut: false)
    }

    func restore(stage: StageKey, actor: String) async throws -> [String] {
        try tell("restore \(stage) by \(actor)")
        return ["brave-otter"]
    }

    func refresh(warehouse: WarehouseKey, actor: String) async throws -> WarehouseView {
        try tell("refresh \(warehouse) by \(actor)")
        return WarehouseView(project: warehouse.project, name: warehouse.name, subscriptions: [], outcome: .done)
    }

    func requeueDeliveries(_ ids: [DeliveryID]?, actor: String) async throws -> Int {
        try tell("retry \(ids.map { $0.map(\.description).joined(separator: ",") } ?? "failed") by \(actor)")
        return ids?.count ?? 1
    }

    func reload(actor: String) async throws -> [String] {
        try tell("reload by \(actor)")
        return []
    }
}
