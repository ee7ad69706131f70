import HoistwayModel
import HoistwayPorts
package import Logging
import Synchronization

/// What all services of the engine share: the ledger, the ports, and the present configuration.
package final class EngineCore: Sendable {
    package let ledger: Ledger
    package let ports: EnginePorts
    package let log: Logger
    let metrics = EngineMetrics()
    let gauges = QueueGauges()

    private struct Shared {
        var configuration: EngineConfiguration
        var names = PromotionNames()
        var nextLook: Timestamp?
        /// Branches that were found elsewhere than where they were left.
        var moved: Set<BranchKey> = []
    }

    private let shared: Mutex<Shared>

    package init(ledger: Ledger, ports: EnginePorts, configuration: EngineConfiguration, log: Logger) {
        self.ledger = ledger
        self.ports = ports
        self.log = log
        shared = Mutex(Shared(configuration: configuration))
    }

    package var configuration: EngineConfiguration {
        get { shared.withLock(\.configuration) }
        set { shared.withLock { $0.configuration = newValue } }
    }

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
            // Outcomes of deliveries alone, which most are, change nothing that the dispatcher looks at.
            if !transaction.changes.isEmpty || transaction.deliveries.isEmpty { dispatch(into: &transaction) }
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

    @discardableResult
    func dispatch(into transaction: inout Ledger.Transaction) -> [Dispatch.Verdict] {
        let configuration = configuration
        let dispatch = Dispatch(pipelines: configuration.pipelines, mode: configuration.mode, now: ports.clock.now())
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
        let configuration = configuration
        let dispatch = Dispatch(pipelines: configuration.pipelines, mode: configuration.mode, now: ports.clock.now())
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
