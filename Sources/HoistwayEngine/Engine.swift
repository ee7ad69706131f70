import HoistwayModel
package import HoistwayPorts
package import Logging
import ServiceLifecycle

/// Deliveries in, branches out: the services between the inbox and the remotes.
///
/// It may be stopped at any instant, with a signal or without. What was decided is stored; what was being pushed is
/// found again by its intent; what was not decided is still in the inbox.
package struct Engine: Sendable {
    package let core: EngineCore
    /// To be rung when the inbox has got something.
    package let inbox = Bell()

    package init(
        ports: EnginePorts,
        configuration: EngineConfiguration,
        log: Logger
    ) async throws(StoreFailure) {
        let ledger = try await Ledger(store: ports.store)
        core = EngineCore(ledger: ledger, ports: ports, configuration: configuration, log: log)
        core.goOnNaming(after: await ledger.snapshot.promotions.keys)
    }

    /// Runs until cancelled or shut down.
    ///
    /// Nothing is decided before all manifests were read once: an event would find no subscription, and be lost.
    package func run() async throws {
        await cancelWhenGracefulShutdown { await core.waitForManifests() }
        guard core.configuration.pipelines.isComplete else { return }
        try await core.transact { _, _ in }
        core.logModes()
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await IntakeService(core: core, inbox: inbox).run() }
                group.addTask { await LaneSupervisor(core: core).run() }
                group.addTask { await SurveyService(core: core).run() }
                group.addTask { await DiscoveryService(core: core).run() }
                group.addTask { await NoticeService(core: core).run() }
                group.addTask { await PruningService(core: core).run() }
                await group.waitForAll()
            }
        }
    }

    /// Goes on with another configuration; what it makes possible is dispatched at once.
    ///
    /// Gives one sentence for each stage whose mode it changes.
    @discardableResult
    package func take(_ configuration: EngineConfiguration) async throws -> [String] {
        let before = await core.ledger.snapshot.stages.mapValues(\.mode)
        core.configuration = configuration
        core.metrics.keepOnly(configuration)
        core.asking.reset()
        core.looks.keepOnly(Set(configuration.pipelines.projects.values.flatMap { $0.warehouses.values.map(\.key) }))
        try await core.transact { _, _ in }
        core.logModes()
        core.ledger.changed.ring()
        core.branchNews.tellAll()
        inbox.ring()
        let after = await core.ledger.snapshot.stages.mapValues(\.mode)
        return configuration.pipelines.stagesInOrder.compactMap { stage in
            ModeChange(stage: stage.key, from: before[stage.key] ?? nil, to: after[stage.key] ?? nil)?.sentence
        }
    }

    /// Runs until nothing is left to do: no delivery undecided, no promotion that could go on now.
    ///
    /// For dry runs and tests. What waits for a later try is left waiting.
    package func drain() async throws {
        try await core.transact { _, _ in }
        try await BranchSurvey(core: core).lookAtNewStages()
        try await IntakeService(core: core, inbox: inbox).drain()
        try await LaneSupervisor(core: core).drain()
    }

    /// Sends the notices that are due: for tests.
    package func drainNotices() async {
        await NoticeService(core: core).drain()
    }
}
