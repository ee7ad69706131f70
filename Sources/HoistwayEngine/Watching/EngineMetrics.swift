import HoistwayModel
import HoistwayPorts
import Metrics

/// The engine's metrics.
///
/// Labels are names from the configuration and words of the code. A name that is no longer configured counts as
/// `removed`, and its series are removed.
///
/// - `hoistway_deliveries_total{receiver, result}`: decisions on deliveries: done, ignored, failed, waiting.
/// - `hoistway_freight_formed_total{project, warehouse}`
/// - `hoistway_promotions_total{project, stage, result, mode}`: promotions that ended, by phase; with mode `observe`
///   they pushed nothing.
/// - `hoistway_promotion_seconds{project, stage}`: from their creation to their end.
/// - `hoistway_promotion_run_seconds{project, stage}`: from their start to their end.
/// - `hoistway_promotion_retries_total{project, stage}`: postponed after a failure of another system.
/// - `hoistway_branch_pushes_total{project, result}`: branches sent: pushed, moved, refused, unknown.
/// - `hoistway_pull_requests_total{project, stage, result}`: pull requests of promotions: opened, merged.
/// - `hoistway_outside_failures_total{kind}`: remotes, registries and targets of notifications that failed.
/// - `hoistway_looks_total{project, warehouse, result}`: looks at registries and remotes: done, failed.
/// - `hoistway_warehouse_look_failing{project, warehouse}`: 1 while the last look at a warehouse failed.
/// - `hoistway_notifications_total{target, result}`: sent, retried, given_up, dropped.
/// - `hoistway_commit_statuses_total{project, result}`: statuses of commits at Git hosts: sent, retried, given_up,
///   dropped.
/// - `hoistway_argocd_refreshes_total{cluster, result}`: Applications that Argo CD was asked to refresh after a push:
///   done, retried, failed, gone.
/// - `hoistway_stage_mode{project, stage, mode}`: 1 for the mode of the stage: promote, observe.
/// - `hoistway_stage_freight_lost{project, stage}`: 1 while a branch of the stage no longer has its freight.
/// - `hoistway_stage_health{project, stage, status}`: 1 for the stage's health: healthy, progressing, unknown,
///   unhealthy; no series if nothing was promoted to it.
/// - `hoistway_stage_paused{project, stage, kind}`: 1 while a person must look first: lost_state, two_writers, drift.
struct EngineMetrics: Sendable {
    static let removed = "removed"

    private let book: SeriesBook

    /// - Parameter isSilent: whether nothing is counted, as for previews.
    init(isSilent: Bool = false) {
        book = SeriesBook(isSilent: isSilent)
    }

    func count(_ domainEvents: [DomainEvent], configuration: EngineConfiguration) {
        for domainEvent in domainEvents {
            switch domainEvent {
            case .decided(let delivery):
                let receiver = configuration.receivers[delivery.receiver] == nil ? Self.removed : delivery.receiver
                let result = delivery.outcome.state.rawValue
                book.count("hoistway_deliveries_total", [("receiver", receiver), ("result", result)])
            case .formed(let record):
                let (project, warehouse) = Self.names(of: record.freight.origin, configuration.pipelines)
                book.count("hoistway_freight_formed_total", [("project", project), ("warehouse", warehouse)])
            case .postponed(let record):
                book.count("hoistway_promotion_retries_total", Self.labels(of: record.stage, configuration.pipelines))
            case .ended(let record): ended(record, Self.labels(of: record.stage, configuration.pipelines))
            case .pullRequest(let record, let pull):
                let labels = Self.labels(of: record.stage, configuration.pipelines)
                let result = pull.isMerged ? "merged" : "opened"
                book.count("hoistway_pull_requests_total", labels + [("result", result)])
            case .created, .pushed, .strained, .modeChanged, .paused, .drifted, .freightLost, .healthChanged, .verified,
                .verificationFailed:
                continue
            }
        }
    }

    private func ended(_ record: PromotionRecord, _ labels: SeriesBook.Labels) {
        book.count(
            "hoistway_promotions_total",
            labels + [("result", record.phase.rawValue.lowercased()), ("mode", record.mode.rawValue)]
        )
        guard let finished = record.finishedAt else { return }
        // If the clock was set back in between, the duration is zero.
        book.record("hoistway_promotion_seconds", labels, max(.zero, finished - record.createdAt))
        guard let started = record.startedAt else { return }
        book.record("hoistway_promotion_run_seconds", labels, max(.zero, finished - started))
    }

    enum PushResult: String {
        case pushed, moved, refused
        /// There was no answer: whether it arrived is found out later.
        case unknown
    }

    func push(_ result: PushResult, project: String, configuration: EngineConfiguration) {
        let isKnown = configuration.pipelines.projects[project] != nil
        book.count(
            "hoistway_branch_pushes_total",
            [("project", isKnown ? project : Self.removed), ("result", result.rawValue)]
        )
    }

    func outsideFailed(_ error: any Error) {
        book.count("hoistway_outside_failures_total", [("kind", FailureKind(of: error).label)])
    }

    func looked(at key: WarehouseKey, isFailed: Bool, configuration: EngineConfiguration) {
        let (project, warehouse) = Self.names(of: key, configuration.pipelines)
        book.count(
            "hoistway_looks_total",
            [("project", project), ("warehouse", warehouse), ("result", isFailed ? "failed" : "done")]
        )
    }

    /// - Parameter warehouses: configured ones.
    func failing(_ warehouses: [WarehouseKey]) {
        book.show(
            "hoistway_warehouse_look_failing",
            for: warehouses.map { [("project", $0.project), ("warehouse", $0.name)] }
        )
    }

    enum RefreshResult: String {
        case done, retried, failed
        /// The Application was deleted.
        case gone
    }

    func refreshed(_ result: RefreshResult, cluster: String) {
        book.count("hoistway_argocd_refreshes_total", [("cluster", cluster), ("result", result.rawValue)])
    }

    enum StatusResult: String {
        case sent, retried
        /// Too many were waiting.
        case dropped
        case givenUp = "given_up"
    }

    func status(_ result: StatusResult, project: String, configuration: EngineConfiguration) {
        let isKnown = configuration.pipelines.projects[project] != nil
        book.count(
            "hoistway_commit_statuses_total",
            [("project", isKnown ? project : Self.removed), ("result", result.rawValue)]
        )
    }

    enum NoticeResult: String {
        case sent, retried, dropped
        case givenUp = "given_up"
    }

    func notice(_ result: NoticeResult, target: String, configuration: EngineConfiguration) {
        let isKnown = configuration.notices.contains { $0.target == target }
        book.count(
            "hoistway_notifications_total",
            [("target", isKnown ? target : Self.removed), ("result", result.rawValue)]
        )
    }

    /// - Parameter stages: configured ones.
    func modes(_ stages: [(stage: StageKey, mode: PromotionMode)]) {
        book.show(
            "hoistway_stage_mode",
            for: stages.map { [("project", $0.project), ("stage", $0.name), ("mode", $1.rawValue)] }
        )
    }

    /// - Parameter stages: configured ones.
    func health(_ stages: [StageKey: StageHealth]) {
        book.show(
            "hoistway_stage_health",
            for: stages.compactMap { stage, health in
                guard let status = health.status?.rawValue.lowercased() else { return nil }
                return [("project", stage.project), ("stage", stage.name), ("status", status)]
            }
        )
    }

    /// - Parameter stages: configured ones.
    func lost(_ stages: [StageKey]) {
        book.show("hoistway_stage_freight_lost", for: stages.map { [("project", $0.project), ("stage", $0.name)] })
    }

    /// - Parameter stages: configured ones.
    func paused(_ stages: [(stage: StageKey, cause: PauseCause)]) {
        book.show(
            "hoistway_stage_paused",
            for: stages.map { [("project", $0.project), ("stage", $0.name), ("kind", $1.rawValue)] }
        )
    }

    /// Removes the series of everything that is no longer configured.
    func keepOnly(_ configuration: EngineConfiguration) {
        let pipelines = configuration.pipelines
        book.forget { labels in
            let values = Dictionary(labels) { first, _ in first }
            if let receiver = values["receiver"], receiver != Self.removed {
                return configuration.receivers[receiver] == nil
            }
            if let target = values["target"], target != Self.removed {
                return !configuration.notices.contains { $0.target == target }
            }
            guard let name = values["project"], name != Self.removed else { return false }
            guard let project = pipelines.projects[name] else { return true }
            if let stage = values["stage"] { return project.stages[stage] == nil }
            if let warehouse = values["warehouse"] { return project.warehouses[warehouse] == nil }
            return false
        }
    }

    private static func labels(of key: StageKey, _ pipelines: Pipelines) -> SeriesBook.Labels {
        guard pipelines.stage(key) != nil else { return [("project", removed), ("stage", removed)] }
        return [("project", key.project), ("stage", key.name)]
    }

    private static func names(of key: WarehouseKey, _ pipelines: Pipelines) -> (String, String) {
        guard pipelines.projects[key.project]?.warehouses[key.name] != nil else { return (removed, removed) }
        return (key.project, key.name)
    }
}
