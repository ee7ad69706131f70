import HoistwayModel
import HoistwayPorts
import Synchronization

/// Two projects, `a` and `b`, that each have a stage `prod`; `a` has `test` too.
///
/// Remembers what it was told to do.
final class FakePipelines: PipelineOperator {
    static let tree = "0123456789012345678901234567890123456789"

    private let calls = Mutex<[String]>([])
    private let failure = Mutex<OperatorFailure?>(nil)

    /// Every change, in order, as `verb argument… by actor`.
    var told: [String] { calls.withLock { $0 } }

    /// The next changes fail with it.
    func fail(with error: OperatorFailure) { failure.withLock { $0 = error } }

    private func tell(_ text: String) throws {
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
        [("a", "test"), ("a", "prod"), ("b", "prod")]
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

    func promote(stage: StageKey, freight: String, acceptTree: String?, actor: String) async throws -> PromotionView {
        try tell("promote \(stage) \(freight) \(acceptTree ?? "-") by \(actor)")
        return Self.promotion(stage.project)
    }

    func promoteCandidate(stage: StageKey, warehouse: String, acceptTree: String?, actor: String) async throws
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

    func driveAgain(_ ids: [DeliveryID]?, actor: String) async throws -> Int {
        try tell("retry \(ids.map { $0.map(\.description).joined(separator: ",") } ?? "failed") by \(actor)")
        return ids?.count ?? 1
    }

    func reload(actor: String) async throws -> [String] {
        try tell("reload by \(actor)")
        return []
    }
}
