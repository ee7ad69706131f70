import FoundationEssentials
import HoistwayArgoCD
import HoistwayEngine
import HoistwayGit
import HoistwayModel
import HoistwayNotify
import HoistwayPorts
import HoistwayRegistry
import HoistwaySettings
import HoistwaySteps
import HoistwayStore
import Logging

/// Decides a payload on a copy of the live state, with the same engine that serves; pushes go nowhere.
struct DryRun: Sendable {
    let composition: Composition

    /// What would happen, as far as it is known.
    struct Report: Sendable, Codable {
        struct StageDecision: Sendable, Codable {
            var stage: String
            var decision: String
            /// Rule by rule, for each warehouse that the stage asks.
            var verdicts: [VerdictView]
        }

        struct Promotion: Sendable, Codable {
            var stage: String
            var freight: String
            var summary: String
            var reason: String
            var phase: String
            var message: String
            var branches: [BranchOutcome]
            /// What may surprise in it; `nil`: nothing.
            var warnings: [String]?
            var steps: [StepRecord]
            /// What the steps were configured with and gave, as far as it is known before they run.
            var results: [StepResult]
        }

        /// How the delivery would end.
        var state: String
        var reason: String
        var trace: [String]
        var freight: [FreightView]
        /// In the order in which they would be made.
        var promotions: [Promotion]
        var stages: [StageDecision]
        /// What was taken for granted.
        var assumptions: [String]
    }

    func run(_ payload: ReplayPayload) async throws -> Report {
        guard composition.loaded.pipelines.isComplete else {
            throw CommandFailure.failed(
                "manifests in Git have not been read yet, so that the result cannot be shown",
                hint: "start the server once, and see `hoistway get manifests`"
            )
        }
        let now = composition.clock.now()
        let (before, results, ended) = try await live()
        let store = DryRunStore(
            state: before,
            results: results,
            deliveries: [try payload.delivery(id: DeliveryID(0), now: now)]
        ) { ids throws(StoreFailure) in ids.compactMap { ended[$0] } }
        let log = Logger(label: "dry-run") { _ in SwiftLogNoOpLogHandler() }
        let remotes = composition.remotes(cache: nil, log: log)
        let registry = composition.registryClient()
        let notifier = composition.notifier()
        let programs = LocalPrograms(settings: composition.settings.programs, folder: nil)
        // Asked only where a step has to know what it would do; nothing is followed.
        let clusters = composition.clusters(log: log)
        var ports = composition.enginePorts(
            store: store,
            remotes: CapturingRemotes(remotes),
            registry: registry,
            notifier: notifier,
            programs: programs,
            argocd: clusters
        )
        ports.http?.isPreview = true
        let engine = try await Engine(
            ports: ports,
            configuration: composition.engineConfiguration(recordsDiffs: true),
            log: log
        )
        do {
            try await engine.drain()
            let report = try await report(engine, store: store, before: before)
            await remotes.close()
            await registry.shutdown()
            await notifier.shutdown()
            await clusters.shutdown()
            return report
        } catch {
            await remotes.close()
            await registry.shutdown()
            await notifier.shutdown()
            await clusters.shutdown()
            throw error
        }
    }

    /// The state as it is; empty where none was made yet.
    func liveState() async throws -> PipelineState { try await live().state }

    /// The present state, the outputs of the steps of open promotions, and ended promotions with a push whose outcome is not
    /// known.
    private func live() async throws -> (
        state: PipelineState, results: [PromotionID: [StepResult]], ended: [PromotionID: PromotionRecord]
    ) {
        guard FileManager.default.fileExists(atPath: composition.settings.state.databasePath) else {
            return (PipelineState(), [:], [:])
        }
        let store = try SQLiteStore.openReadOnly(composition.settings.storeSettings(), logger: Logger(label: "dry-run"))
        defer { store.close() }
        let state = try await store.load()
        var results: [PromotionID: [StepResult]] = [:]
        for record in state.openPromotions {
            guard record.hasActed || state.isPushing(record.id) else { continue }
            results[record.id] = try await store.stepResults(of: record.id)
        }
        let pushing = state.intents.values.flatMap(\.promotions).filter { state.promotions[$0]?.ended != nil }
        let ended = try await store.promotions(pushing)
        return (state, results, Dictionary(ended.map { ($0.id, $0) }) { first, _ in first })
    }

    private func report(_ engine: Engine, store: DryRunStore, before: PipelineState) async throws -> Report {
        let outcome = await store.outcomes.first
        let pipelines = EngineOperator(engine: engine) { [] }
        let freight = try await pipelines.freight(project: nil, warehouse: nil, limit: .max).filter { view in
            before.freight[FreightKey(project: view.project, id: FreightID(view.id))] == nil
        }
        var promotions: [Report.Promotion] = []
        let seen = await engine.core.ledger.snapshot.promotions.values.filter { before.promotions[$0.id]?.ended == nil }
        for known in seen.sorted(by: { $0.id.wasMadeBefore($1.id) }) {
            let view = try await pipelines.promotion(known.id)
            promotions.append(
                Report.Promotion(
                    stage: "\(view.project)/\(view.stage)",
                    freight: view.freight,
                    summary: view.summary,
                    reason: view.reason,
                    phase: view.phase.rawValue,
                    message: view.message,
                    branches: view.branches,
                    warnings: view.warnings,
                    steps: view.steps,
                    results: view.results ?? []
                )
            )
        }
        let stages = try await pipelines.stages(project: nil).map {
            Report.StageDecision(stage: "\($0.project)/\($0.name)", decision: $0.reason, verdicts: $0.verdicts)
        }
        return Report(
            state: outcome?.state.rawValue ?? DeliveryState.ignored.rawValue,
            reason: outcome?.reason ?? "",
            trace: outcome.map { $0.trace + $0.decisions.flatMap(\.trace) } ?? [],
            freight: freight,
            promotions: promotions,
            stages: stages,
            assumptions: promotions.isEmpty
                ? []
                : ["every push is taken as accepted, so that stages further down see their upstream stages verified"]
        )
    }
}
