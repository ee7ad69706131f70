import HoistwayModel
import HoistwayPorts
import HoistwaySteps
package import Logging
import Synchronization

/// What all services of the engine share: the ledger, the ports, and the present configuration.
package final class EngineCore: Sendable {
    package let ledger: Ledger
    package let ports: EnginePorts
    package let log: Logger
    /// Notifies when another configuration was taken.
    private let configured = Signal()
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

    /// What a repository said of some of its refs, and when.
    private struct CachedRefs {
        var names: Set<String>
        var snapshot: RefSnapshot
        var at: ContinuousClock.Instant
    }

    private struct Shared {
        var configuration: EngineConfiguration
        var names = PromotionNames()
        var agenda = LookAgenda()
        /// Promotions that were begun and have not come to an end or a pause.
        var underway: Set<PromotionID> = []
        /// Lanes whose promotions are pushed one by one, since the server refused the objects of several.
        var pushedAlone: Set<LaneKey> = []
        /// Branches that were found elsewhere than where they were left.
        var moved: Set<BranchKey> = []
        /// Refs that a survey has just been told, by display URL.
        var cachedRefs: [String: CachedRefs] = [:]
        /// Short names, as repositories have told them.
        var defaultBranches: [RepositoryIdentity: String] = [:]
        /// Of the configuration.
        var index: ConfigurationIndex
        /// Grows with each configuration that is taken.
        var generation: UInt64 = 1

        init(_ configuration: EngineConfiguration, index: ConfigurationIndex) {
            self.configuration = configuration
            self.index = index
        }
    }

    private let shared: Mutex<Shared>

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
        metrics = EngineMetrics(isSilent: preview != nil)
        expressions = WarehouseExpressions(scope: ports.expressionScope)
        previews = PreviewPatience(limit: ports.previewPatience)
        self.log = log
        shared = Mutex(Shared(configuration, index: index))
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

    /// Names of promotions go on behind those that are known, also where the clock was set back.
    func goOnNaming(after known: some Sequence<PromotionID>) {
        shared.withLock { $0.names.goOn(after: known) }
    }

    package var configuration: EngineConfiguration {
        get { shared.withLock(\.configuration) }
        set {
            let index = ConfigurationIndex(newValue)
            shared.withLock {
                let former = $0.configuration
                let concern = former.pipelines.concern(
                    mode: former.mode,
                    before: newValue.pipelines,
                    mode: newValue.mode
                )
                if let concern {
                    $0.agenda.add(concern)
                } else {
                    $0.agenda.addAll()
                }
                $0.index = index
                $0.configuration = newValue
                $0.generation += 1
            }
            configured.notify()
            ledger.feed.tell([ChangedObject(.configuration)])
        }
    }

    /// The configuration with its number, which grows with each that is taken.
    package var present: (configuration: EngineConfiguration, generation: UInt64) {
        shared.withLock { ($0.configuration, $0.generation) }
    }

    /// How many repositories have told which branch is their default one.
    var knownDefaultBranches: Int { shared.withLock(\.defaultBranches.count) }

    /// Returns once the pipelines are complete, or at cancellation.
    func waitForManifests() async {
        while !Task.isCancelled {
            let seen = configured.count
            guard !configuration.pipelines.isComplete else { return }
            await configured.wait(since: seen)
        }
    }

    /// What is found in the configuration without going through it.
    var index: ConfigurationIndex { shared.withLock(\.index) }

    /// Which warehouses subscribe to what.
    var subscribers: Subscribers { shared.withLock(\.index.subscribers) }

    /// Stages that may write the branch, upstream first: those that write the default branch of its repository are among
    /// them, whichever that is.
    func writers(of branch: BranchKey) -> [Stage] { inOrder { $0.writers(of: branch) } }

    /// Stages that push to any of these repositories, upstream first.
    func writers(to repositories: Set<RepositoryKey>) -> [Stage] { inOrder { $0.writers(to: repositories) } }

    private func inOrder(_ found: (StageReach) -> Set<StageKey>) -> [Stage] {
        let (index, pipelines) = shared.withLock { ($0.index, $0.configuration.pipelines) }
        return found(index.reach).compactMap { key in index.graph.place(of: key).map { (place: $0, key: key) } }
            .sorted { $0.place < $1.place }.compactMap { pipelines.stage($0.key) }
    }

    /// Repositories that stages push to.
    func writtenRepositories(among keys: some Sequence<RepositoryKey>) -> Set<RepositoryKey> {
        shared.withLock { shared in Set(keys.filter(shared.index.reach.writes)) }
    }

    /// Which Applications are refreshed when a push concerns them.
    var refreshRules: RefreshRules { shared.withLock(\.index.refreshRules) }

    /// When the clock alone will change an answer of the dispatcher.
    var nextLook: Timestamp? { shared.withLock(\.agenda.nextLook) }

    /// Whether a branch may be taken to be where it was last pushed, until a push tells otherwise.
    ///
    /// A preview shows the branch as it is.
    func trusts(_ branch: BranchKey) -> Bool { preview == nil && shared.withLock { !$0.moved.contains(branch) } }
    /// Somebody else writes the branch: it is looked up until it has been pushed again.
    func distrust(_ branch: BranchKey) { shared.withLock { _ = $0.moved.insert(branch) } }
    func trust(_ branch: BranchKey) { shared.withLock { _ = $0.moved.remove(branch) } }

    /// Notes that promotions run; gives the others that do.
    func noteBeginning(of ids: [PromotionID]) -> Set<PromotionID> {
        shared.withLock { shared in
            let others = shared.underway.subtracting(ids)
            shared.underway.formUnion(ids)
            return others
        }
    }

    func noteEnd(of ids: [PromotionID]) { shared.withLock { $0.underway.subtract(ids) } }

    /// Notes, after the last promotion was stopped in order, that none runs: the next start finds no crash.
    func endRuns() async throws {
        try await transact { transaction, _ in
            for var record in transaction.state.openPromotions where record.run?.isBegun == true {
                record.run = record.run?.ended
                transaction.put(.putPromotion(record))
            }
        }
    }

    /// Whether the promotions of a lane are pushed one by one, until all that wait were.
    func pushesAlone(_ lane: LaneKey) -> Bool { shared.withLock { $0.pushedAlone.contains(lane) } }
    func pushAlone(_ lane: LaneKey) { shared.withLock { _ = $0.pushedAlone.insert(lane) } }
    func pushTogether(_ lane: LaneKey) { shared.withLock { _ = $0.pushedAlone.remove(lane) } }

    /// Keeps what a survey was told of these refs for the promotion that it lets go on.
    func keep(_ snapshot: RefSnapshot, names: Set<String>, of remote: String) {
        let cached = CachedRefs(names: names, snapshot: snapshot, at: .now)
        shared.withLock { $0.cachedRefs[remote] = cached }
    }

    /// Gives, once, what was told of these refs within the last second.
    func takeCached(_ names: Set<String>, of remote: String) -> RefSnapshot? {
        let cached = shared.withLock { $0.cachedRefs.removeValue(forKey: remote) }
        guard let cached, cached.at + .seconds(1) > .now, names.isSubset(of: cached.names) else { return nil }
        return cached.snapshot
    }

    /// The short name of a repository's default branch, where it has been told.
    func defaultBranch(of remote: String) -> String? {
        shared.withLock { $0.defaultBranches[RepositoryIdentity(remote)] }
    }

    /// Takes over which branches another core knows to be default ones.
    func learnDefaultBranches(of other: EngineCore) {
        let known = other.shared.withLock(\.defaultBranches)
        shared.withLock { $0.defaultBranches = known }
    }

    /// Remembers which branch is the default one, where the snapshot tells.
    func learn(_ snapshot: RefSnapshot, of remote: String) {
        let prefix = "refs/heads/"
        guard let full = snapshot.defaultBranch, full.hasPrefix(prefix) else { return }
        shared.withLock { $0.defaultBranches[RepositoryIdentity(remote)] = String(full.dropFirst(prefix.count)) }
    }

    /// Decides and stores; what the decision makes possible is dispatched in the same transaction.
    ///
    /// - Parameter ids: promotions that are needed whole though they may have ended.
    func transact<Value: Sendable>(
        whole ids: [PromotionID] = [],
        _ decide: @Sendable (inout Ledger.Transaction, EngineCore) throws -> Value
    ) async throws -> Value {
        // A preview makes no other promotion, and nobody is told of it.
        guard preview == nil else { return try await ledger.transact(whole: ids) { try decide(&$0, self) } }
        let looked = Mutex(StageConcern())
        let formerLook = nextLook
        let (value, domainEvents, full, state, changes) = try await givingBack(looked) { [self] in
            try await ledger.transact(whole: ids) { transaction in
                let value = try decide(&transaction, self)
                endAborted(in: &transaction)
                for case .putPromotion(let record) in transaction.changes where record.phase.isTerminal {
                    waits.note(record.id, waitsFor: [])
                    foresight.forget(record.id)
                }
                // Most transactions are outcomes of deliveries alone. One without anything is a look at the clock.
                let isLook = transaction.changes.isEmpty && transaction.deliveries.isEmpty
                dispatch(into: &transaction, isLook: isLook, looked: looked)
                let domainEvents = DomainEvent.of(transaction)
                raise(domainEvents, into: &transaction)
                return (value, domainEvents, transaction.fullTargets, transaction.state, transaction.changes)
            }
        }
        // Whoever rests until the next look rests for too long now.
        if let look = nextLook, formerLook.map({ look < $0 }) ?? true { ledger.lanesChanged.notify() }
        ledger.feed.tell(shared.withLock(\.index.reach).objects(of: changes))
        // The end of a promotion, or what lies in a stage: its health rests on other Applications now.
        health.tell(changes.compactMap { if case .putStage(let record) = $0 { record.key } else { nil } })
        noteStatuses(changes)
        let configuration = configuration
        metrics.count(domainEvents, configuration: configuration)
        for target in full {
            metrics.notice(.dropped, target: target, configuration: configuration)
            let metadata = Logger.Metadata.of([.noticeTarget: target])
            log.warning("a notification was dropped: too many wait for its target", metadata: metadata)
        }
        EventLogger(log: log, stages: { self.stages(halting: $0) }).tell(domainEvents, state: state)
        return value
    }

    /// Looks that were made for a decision that was not stored are made again in a second at the earliest.
    private func givingBack<Value: Sendable>(
        _ looked: borrowing Mutex<StageConcern>,
        _ store: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await store()
        } catch {
            let concern = looked.withLock(\.self)
            let soonest = ports.clock.now() + .seconds(1)
            shared.withLock { $0.agenda.giveBack(concern, at: soonest) }
            throw error
        }
    }

    /// What was under way when somebody asked for a promotion's end may be settled now.
    private func endAborted(in transaction: inout Ledger.Transaction) {
        let maySettle = transaction.changes.contains { change in
            switch change {
            case .putPromotion(let record): record.abortedBy != nil && !record.phase.isTerminal
            case .removeIntent: true
            default: false
            }
        }
        guard maySettle else { return }
        let pipelines = configuration.pipelines
        transaction.put(Abort.due(on: transaction.state, now: ports.clock.now(), stage: pipelines.stage))
    }

    /// Decides on the present configuration at this moment.
    var dispatcher: Dispatch {
        let configuration = configuration
        return Dispatch(pipelines: configuration.pipelines, mode: configuration.mode, now: ports.clock.now())
    }

    /// Looks at the stages that the transaction's changes, or what came before it, can concern.
    ///
    /// - Parameters:
    ///   - isLook: whether the transaction is nothing but a look at what is due.
    ///   - looked: what was looked at is put here.
    private func dispatch(
        into transaction: inout Ledger.Transaction,
        isLook: Bool,
        looked: borrowing Mutex<StageConcern>
    ) {
        let now = ports.clock.now()
        let result = shared.withLock { shared -> Dispatch.Result? in
            let pipelines = shared.configuration.pipelines
            let changed = shared.index.graph.concern(of: transaction.changes, before: transaction.before)
            guard pipelines.isComplete else {
                // Nothing is decided until all is known; then it is looked at.
                shared.agenda.add(changed)
                return nil
            }
            guard isLook || !changed.isEmpty else { return nil }
            shared.agenda.add(changed)
            let concern = shared.agenda.take(graph: shared.index.graph, on: transaction.state, now: now)
            looked.withLock { $0 = concern }
            let dispatch = Dispatch(pipelines: pipelines, mode: shared.configuration.mode, now: now)
            let result = dispatch.decide(
                on: transaction.state,
                concerning: concern,
                graph: shared.index.graph,
                matcher: ports.matcher,
                names: &shared.names,
                random: ports.random
            )
            shared.agenda.note(result.looks)
            return result
        }
        transaction.put(result?.changes ?? [])
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
            metadata: .of([.error: message(of: error), .errorKind: FailureKind(of: error).label])
        )
    }
}
