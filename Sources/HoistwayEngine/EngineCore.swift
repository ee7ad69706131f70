import HoistwayModel
import HoistwayPorts
import HoistwaySteps
package import Logging

/// What all services of the engine share: the ledger, the ports, and the present configuration.
package final class EngineCore: Sendable {
    package let ledger: Ledger
    package let ports: EnginePorts
    package let log: Logger
    package let configurations: ConfigurationCell
    let decider: Decider
    let laneRuns = LaneRuns()
    /// What repositories have reported about their branches.
    let branches: BranchKnowledge
    /// Branches of stages that should be looked at.
    let branchNews = BranchNews()
    /// Manifests in Git that a push has changed.
    package let manifestNews = ManifestNews()
    /// Received deliveries that are not decided yet.
    let backlog = Backlog()
    /// Who may ask registries and Git servers.
    let asking = AskingRoom()
    let metrics: EngineMetrics
    let gauges = QueueGauges()
    /// The results of the last look at each warehouse.
    let looks = LookBook()
    let knownCommits = KnownCommits()
    let knownWork = KnownWork()
    /// Expressions of warehouses.
    let expressions: WarehouseExpressions
    /// Intents whose push is running: the code that pushes reports the result.
    let pushing = RunningSet<String>()
    /// Promotions that run outside their lanes.
    let apart = ApartQueue()
    /// Results of other programs for promotions that run.
    let memos = RenderMemos()
    /// Files that promotions take from the branches that they push to.
    let grafts = Grafts()
    /// What was found out about promotions before they run.
    let foresight = Foresight()
    /// Which promotions wait for which Applications.
    let waits = ApplicationWaits()
    /// How long previews may wait for clusters.
    let previews: PreviewPatience
    /// If set, this core runs one preview, on a copy of the state; it counts, logs and notifies nothing.
    let preview: PreviewTrace?
    /// Promotions whose pushes were all compared with their previews.
    let compared = RunningSet<PromotionID>()
    /// The pull requests in events that arrived while promotions looked at them.
    let pullRequestNews = PullRequestNews()
    /// When repositories with awaited pull requests are asked.
    let polls = PollBook()
    /// Commit statuses.
    let statuses = StatusBook()
    let refusedStatuses = RefusedRepositories()
    /// Finds out whether the live revision contains the promoted one.
    package var revisions: RevisionHistory { RevisionHistory(core: self, answers: revisionAnswers) }
    private let revisionAnswers = RevisionAnswers()
    /// What Argo CD was asked to refresh.
    let refreshes = RefreshBook()
    private let repositoryKeyBook = RepositoryKeyBook()
    /// By URL; the URLs of Applications are needed again and again.
    var repositoryKeys: (String) -> RepositoryKey? { { self.repositoryKeyBook[$0] } }
    /// Which stages' health must be looked at.
    let health = HealthBook()
    /// The data behind the views of projects.
    let pages = PageBook()
    let overview = OverviewBook()

    package convenience init(ledger: Ledger, ports: EnginePorts, configuration: EngineConfiguration, log: Logger) {
        let index = ConfigurationIndex(configuration)
        self.init(ledger: ledger, ports: ports, configuration: configuration, index: index, log: log, preview: nil)
    }

    /// - Parameters:
    ///   - index: the index of the configuration's pipelines.
    ///   - preview: records a preview's steps; `nil`: this core is no preview.
    init(
        ledger: Ledger,
        ports: EnginePorts,
        configuration: EngineConfiguration,
        index: ConfigurationIndex,
        log: Logger,
        preview: PreviewTrace?
    ) {
        self.ledger = ledger
        self.ports = ports
        self.preview = preview
        branches = BranchKnowledge(isForPreview: preview != nil)
        metrics = EngineMetrics(isSilent: preview != nil)
        expressions = WarehouseExpressions(scope: ports.expressionScope)
        previews = PreviewPatience(limit: ports.previewPatience)
        self.log = log
        configurations = ConfigurationCell(configuration, index: index)
        decider = Decider(configurations: configurations, ports: ports)
    }

    var countedCommits: CountedCommits {
        CountedCommits(
            ports: ports,
            present: { await self.ledger.snapshot },
            known: knownCommits,
            expressions: expressions,
            landedWork: landedWork
        )
    }

    var landedWork: LandedWork { LandedWork(workspaces: ports.workspaces, known: knownWork) }

    package var configuration: EngineConfiguration {
        get { configurations.present.configuration }
        set { take(newValue) }
    }

    /// Replaces the configuration.
    ///
    /// - Returns: the former one, and the projects that differ between the two.
    @discardableResult
    func take(_ next: EngineConfiguration) -> (former: EngineConfiguration, projects: Set<String>) {
        let former = configurations.replace(with: next).configuration
        let projects = former.pipelines.projects(unlike: next.pipelines)
        let concern = former.pipelines.concern(
            of: projects,
            mode: former.mode,
            before: next.pipelines,
            mode: next.mode
        )
        decider.noteConfiguration(concerning: concern)
        configurations.notify()
        ledger.feed.tell([ChangedObject(.configuration)])
        return (former, projects)
    }

    func report(_ error: any Error, _ what: StaticString) {
        log.error(
            "\(what)",
            metadata: .of([.error: message(of: error), .errorKind: FailureKind(of: error).label])
        )
    }
}
