import HoistwayModel
import HoistwayPorts
package import Logging
import Synchronization

/// What all services of the engine share: the ledger, the ports, and the present configuration.
package final class EngineCore: Sendable {
    package let ledger: Ledger
    package let ports: EnginePorts
    package let log: Logger
    /// Rings when another configuration was taken.
    private let configured = Bell()
    /// Rings when branches that stages write should be looked at.
    let branchNews = Bell()
    /// Manifests in Git that a push has changed.
    package let manifestNews = ManifestNews()
    let metrics = EngineMetrics()
    let gauges = QueueGauges()

    private struct Shared {
        var configuration: EngineConfiguration
        var names = PromotionNames()
        var nextLook: Timestamp?
        /// Branches that were found elsewhere than where they were left.
        var moved: Set<BranchKey> = []
        var writtenRepositories: Set<RepositoryKey>

        init(_ configuration: EngineConfiguration) {
            self.configuration = configuration
            writtenRepositories = Self.writtenRepositories(configuration)
        }

        static func writtenRepositories(_ configuration: EngineConfiguration) -> Set<RepositoryKey> {
            let branches = configuration.pipelines.stagesInOrder.flatMap(\.writtenBranches)
            return Set(branches.compactMap { RepositoryKey(url: $0.repoURL) })
        }
    }

    private let shared: Mutex<Shared>

    package init(ledger: Ledger, ports: EnginePorts, configuration: EngineConfiguration, log: Logger) {
        self.ledger = ledger
        self.ports = ports
        self.log = log
        shared = Mutex(Shared(configuration))
    }

    package var configuration: EngineConfiguration {
        get { shared.withLock(\.configuration) }
        set {
            shared.withLock {
                $0.configuration = newValue
                $0.writtenRepositories = Shared.writtenRepositories(newValue)
            }
            configured.ring()
        }
    }

    /// Returns once the pipelines are complete, or at cancellation.
    func waitForManifests() async {
        while !Task.isCancelled {
            let seen = configured.rings
            guard !configuration.pipelines.isComplete else { return }
            await configured.wait(since: seen)
        }
    }

    /// Repositories that stages push to.
    var writtenRepositories: Set<RepositoryKey> { shared.withLock(\.writtenRepositories) }

    /// When the clock alone will change an answer of the dispatcher.
    var nextLook: Timestamp? { shared.withLock(\.nextLook) }

    /// Whether a branch may be taken to be where it was last pushed, until a push tells otherwise.
    func trusts(_ branch: BranchKey) -> Bool { shared.withLock { !$0.moved.contains(branch) } }
    /// Somebody else writes the branch: it is looked up until it has been pushed again.
    func distrust(_ branch: BranchKey) { shared.withLock { _ = $0.moved.insert(branch) } }
    func trust(_ branch: BranchKey) { shared.withLock { _ = $0.moved.remove(branch) } }

    /// Decides and stores; what the decision makes possible is dispatched in the same transaction.
    func transact<Value: Sendable>(
        _ decide: @Sendable (inout Ledger.Transaction, EngineCore) throws -> Value
    ) async throws -> Value {
        let (value, happenings, full, state) = try await ledger.transact { transaction in
            let value = try decide(&transaction, self)
            // Most transactions are outcomes of deliveries alone. One without anything is a look at the clock.
            let isLook = transaction.changes.isEmpty && transaction.deliveries.isEmpty
            if isLook || transaction.changes.contains(where: Self.mayChangeVerdicts) { dispatch(into: &transaction) }
            let happenings = Happening.of(transaction)
            raise(happenings, into: &transaction)
            return (value, happenings, transaction.fullTargets, transaction.state)
        }
        let configuration = configuration
        metrics.count(happenings, configuration: configuration)
        for target in full {
            metrics.notice(.dropped, target: target, configuration: configuration)
            let metadata = Logger.Metadata.of([.noticeTarget: target])
            log.warning("a notification was dropped: too many wait for its target", metadata: metadata)
        }
        Narrator(log: log).tell(happenings, state: state)
        return value
    }

    /// False for what the dispatcher does not look at, or what only keeps promotions from giving way.
    private static func mayChangeVerdicts(_ change: Change) -> Bool {
        switch change {
        case .putIntent, .putBranch, .putNotice, .removeNotice: false
        default: true
        }
    }

    /// Decides on the present configuration at this moment.
    var dispatcher: Dispatch {
        let configuration = configuration
        return Dispatch(pipelines: configuration.pipelines, mode: configuration.mode, now: ports.clock.now())
    }

    @discardableResult
    func dispatch(into transaction: inout Ledger.Transaction) -> [Dispatch.Verdict] {
        let dispatch = dispatcher
        let result = shared.withLock { shared in
            let result = dispatch.decide(
                on: transaction.state,
                matcher: ports.matcher,
                names: &shared.names,
                random: ports.random
            )
            shared.nextLook = result.nextLook
            return result
        }
        transaction.put(result.changes)
        return result.verdicts
    }

    /// A promotion that a person asks for, named after all others.
    func newPromotion(
        of freight: Freight,
        to stage: Stage,
        in project: Project,
        actor: String,
        reason: String,
        state: PipelineState
    ) -> PromotionRecord {
        let dispatch = dispatcher
        return shared.withLock { shared in
            dispatch.newPromotion(
                of: freight,
                to: stage,
                in: project,
                actor: .person(actor),
                reason: reason,
                state: state,
                names: &shared.names,
                random: ports.random
            )
        }
    }

    func report(_ error: any Error, _ what: StaticString) {
        log.error(
            "\(what)",
            metadata: .of([.error: message(of: error), .errorKind: FailureKind(of: error).rawValue])
        )
    }
}
