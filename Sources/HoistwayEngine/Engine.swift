import HoistwayModel
package import HoistwayPorts
package import Logging
import ServiceLifecycle

/// Deliveries in, branches out: the services between the inbox and the remotes.
///
/// It may be stopped at any time, with a signal or without. Decisions are stored. A push that was running is found
/// again by its intent. Deliveries without a decision are still in the inbox.
package struct Engine: Sendable {
    package let core: EngineCore
    /// Notify it when the inbox has a new delivery.
    package let inbox = Signal()
    /// The previews that people ask for before they promote.
    let previews: PreviewBook

    package init(
        ports: EnginePorts,
        configuration: EngineConfiguration,
        log: Logger
    ) async throws(StoreFailure) {
        let ledger = try await Ledger(store: ports.store)
        previews = PreviewBook(feed: ledger.feed)
        core = EngineCore(ledger: ledger, ports: ports, configuration: configuration, log: log)
        core.decider.goOnNaming(after: await ledger.snapshot.promotions.index.newest)
    }

    /// Runs until cancelled or shut down.
    ///
    /// Nothing is decided before all manifests were read once: an event would find no subscription, and would be lost.
    package func run() async throws {
        await cancelWhenGracefulShutdown { await core.configurations.waitUntilComplete() }
        guard core.configuration.pipelines.isComplete else { return }
        try await core.transact { _, _ in }
        try await core.takeAnnotations()
        core.logModes()
        // Before the first look at an Application: no later change is missed.
        let changes = core.ports.argocd?.applications.changes()
        try await ApplicationWakeService.takeOver(core)
        try await PullRequestPollService.takeOver(core)
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await IntakeService(core: core, inbox: inbox).run() }
                group.addTask { await LaneSupervisor(core: core).run() }
                group.addTask { await SurveyService(core: core).run() }
                group.addTask { await DiscoveryService(core: core).run() }
                group.addTask { await NoticeService(core: core).run() }
                group.addTask { await PruningService(core: core).run() }
                if let changes {
                    group.addTask { await ApplicationWakeService(core: core, changes: changes).run() }
                }
                group.addTask { await RefreshService(core: core).run() }
                if core.ports.forges != nil { group.addTask { await PullRequestPollService(core: core).run() } }
                if core.ports.forges != nil { group.addTask { await StatusService(core: core).run() } }
                group.addTask { await HealthService(core: core).run() }
                group.addTask { await PreviewService(core: core, book: previews).run() }
                await group.waitForAll()
            }
        }
        // Unstructured, since this task is already cancelled and the end must still be written.
        await Task {
            do {
                try await core.endRuns()
            } catch {
                core.report(
                    error,
                    "the normal end of running promotions cannot be stored: the next start treats it as a crash"
                )
            }
        }.value
    }

    /// Continues with another configuration; promotions that can run with it are dispatched at once.
    ///
    /// Returns one sentence for each stage whose mode it changes.
    ///
    /// - Parameter reachedAnew: repositories with another login or another way to reach them. What waits for them is
    ///   tried at once, and its tries are counted from the start.
    @discardableResult
    package func take(
        _ configuration: EngineConfiguration,
        reachedAnew: Set<WaitedFor> = []
    ) async throws -> [String] {
        let before = await core.ledger.snapshot.stages
        let (former, projects) = core.take(configuration)
        core.foresight.forgetAll()
        core.ledger.lanes.tellAll()
        core.metrics.keepOnly(configuration)
        core.asking.reset()
        core.looks.keepOnly(Set(configuration.pipelines.projects.values.flatMap { $0.warehouses.values.map(\.key) }))
        core.looks.retryFailing()
        core.looks.makeDue(
            projects.compactMap { configuration.pipelines.projects[$0] }.flatMap { project in
                project.warehouses.values.filter {
                    former.pipelines.projects[project.name]?.warehouses[$0.key.name] != $0
                }.map(\.key)
            }
        )
        try await core.transact { transaction, _ in
            for var record in transaction.state.openPromotions {
                guard record.nextTry != nil, !reachedAnew.isDisjoint(with: WaitedFor.all(of: record)) else { continue }
                record.nextTry = nil
                record.trouble = nil
                transaction.put(.putPromotion(record))
            }
        }
        try await core.takeAnnotations(of: projects)
        core.logModes()
        core.ledger.lanesChanged.notify()
        core.branchNews.tellAll()
        core.health.tellAll()
        core.refusedStatuses.forgetAll()
        core.statuses.tellAll()
        inbox.notify()
        let after = await core.ledger.snapshot.stages
        // If the program's mode is unchanged, no stage of another project has changed its mode.
        let all = former.mode == configuration.mode ? projects : Set(configuration.pipelines.projects.keys)
        return all.sorted().flatMap { configuration.pipelines.projects[$0]?.stagesInOrder ?? [] }.compactMap { stage in
            ModeChange(stage: stage.key, from: before[stage.key]?.mode, to: after[stage.key]?.mode)?.sentence
        }
    }

    /// The repositories of promotions that wait for their next try.
    package var waitingRemotes: Set<WaitedFor> {
        get async {
            let promotions = await core.ledger.snapshot.openPromotions
            return Set(promotions.filter { $0.nextTry != nil }.flatMap(WaitedFor.all))
        }
    }

    /// Runs until nothing is left to do: every delivery is decided, and no promotion can run now.
    ///
    /// For dry runs and tests. Promotions that wait for a later try stay as they are.
    package func drain() async throws {
        try await core.transact { _, _ in }
        try await BranchSurvey(core: core).checkNewStages()
        try await IntakeService(core: core, inbox: inbox).drain()
        let health = HealthService(core: core)
        // The next stage may have waited until the freight was healthy after a promotion.
        repeat { try await LaneSupervisor(core: core).drain() } while await health.drain()
    }

    /// Runs the requested previews to their end: for tests.
    package func drainPreviews() async {
        await PreviewService(core: core, book: previews).drain()
    }

    /// Sends the notices that are due: for tests.
    package func drainNotices() async {
        await NoticeService(core: core).drain()
    }
}
