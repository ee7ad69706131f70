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
    /// What was told of branches.
    let branches: BranchKnowledge
    /// Which branches that stages write should be looked at.
    let branchNews = BranchNews()
    /// Manifests in Git that a push has changed.
    package let manifestNews = ManifestNews()
    /// What was received and is not decided yet.
    let backlog = Backlog()
    /// Who may ask registries and Git servers.
    let asking = AskingRoom()
    let metrics: EngineMetrics
    let gauges = QueueGauges()
    /// What the last look at each warehouse came to.
    let looks = LookBook()
    let knownCommits = KnownCommits()
    let knownWork = KnownWork()
    /// Of warehouses.
    let expressions: WarehouseExpressions
    /// Intents whose push is on its way: what became of it is for whoever pushes to say.
    let pushing = RunningSet<String>()
    /// Promotions that run beside their lanes.
    let apart = ApartQueue()
    /// What programs have made for promotions that run.
    let memos = RenderMemos()
    /// What promotions take from the branches that they push to.
    let grafts = Grafts()
    /// What is known of promotions before they run.
    let foresight = Foresight()
    /// Which promotions wait for which Applications.
    let waits = ApplicationWaits()
    /// How long previews may wait for clusters.
    let previews: PreviewPatience
    /// Not `nil`: it runs one preview, on a copy of the state; nothing of it is counted, logged or told.
    let preview: PreviewTrace?
    /// Promotions whose pushes were all compared with what their previews had shown.
    let compared = RunningSet<PromotionID>()
    /// The pull requests that events named while promotions looked at them.
    let pullRequestNews = PullRequestNews()
    /// When repositories with awaited pull requests are looked at.
    let polls = PollBook()
    /// What is said on commits.
    let statuses = StatusBook()
    let refusedStatuses = RefusedRepositories()
    /// Whether what is live has what was promoted.
    package var revisions: RevisionHistory { RevisionHistory(core: self, answers: revisionAnswers) }
    private let revisionAnswers = RevisionAnswers()
    /// What Argo CD was asked to look at.
    let refreshes = RefreshBook()
    private let repositoryKeyBook = RepositoryKeyBook()
    /// Of URLs; those of Applications are asked for again and again.
    var repositoryKeys: (String) -> RepositoryKey? { { self.repositoryKeyBook[$0] } }
    /// Which stages' health is to be looked at.
    let health = HealthBook()
    /// What views of projects are made of.
    let pages = PageBook()
    let overview = OverviewBook()

    package convenience init(ledger: Ledger, ports: EnginePorts, configuration: EngineConfiguration, log: Logger) {
        let index = ConfigurationIndex(configuration)
        self.init(ledger: ledger, ports: ports, configuration: configuration, index: index, log: log, preview: nil)
    }

    /// - Parameters:
    ///   - index: of the configuration's pipelines.
    ///   - preview: what hears of a preview's steps; `nil`: it serves.
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

    /// Takes another configuration, and gives what it takes the place of.
    ///
    /// - Returns: the former one, and the projects of which they say something else.
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
