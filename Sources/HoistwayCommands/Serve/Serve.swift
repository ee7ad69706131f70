import ArgumentParser
import FoundationEssentials
import HoistwayArgoCD
import HoistwayConsole
import HoistwayEngine
import HoistwayGit
import HoistwayModel
import HoistwayNotify
import HoistwayPorts
import HoistwayReceiver
import HoistwaySettings
import HoistwayStore
import Logging
import Metrics
import ServiceLifecycle

/// Listens for webhooks and promotes, until a signal stops it.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Listen for webhooks and promote freight.",
        discussion: """
            SIGTERM and SIGINT stop it in order; SIGHUP reads the configuration again. Started by systemd with \
            Type=notify, it reports when it is ready, and feeds the watchdog. It ends with 78 where the configuration \
            has errors, or cannot be read.
            """
    )

    @Option(help: "The configuration file. \(ConfigFile.order)")
    var config: String?

    init() {}

    /// From a command line without the program's name; `nil` where reading it takes more than a look.
    init?(plain arguments: [String]) {
        guard arguments.first == Self.configuration.commandName else { return nil }
        let rest = arguments.dropFirst()
        guard !rest.isEmpty else {
            // The parser would not have set it.
            config = nil
            return
        }
        guard rest.count == 2, rest.first == "--config", let file = rest.last, !file.isEmpty, !file.hasPrefix("-")
        else {
            return nil
        }
        config = file
    }

    func run() async throws {
        let path = ConfigFile.path(config)
        let environment = ProcessInfo.processInfo.environment
        guard let settings = ReadConfiguration.settings(path: path, environment: environment) else {
            // It ends here, with every problem, those of manifests too.
            return _ = try await Self.open(path)
        }
        LogOutput.start(settings.log)
        let registry = PrometheusRegistry()
        MetricsSystem.bootstrap(registry)
        let log = Logger(label: "hoistway")
        let files = try Self.prepare(settings, log: log)
        let store = try SQLiteStore.open(settings.storeSettings(), logger: log)
        do {
            try await listen(settings, store: store, metrics: registry, connections: files.connections, log: log)
        } catch {
            store.close()
            // Its problems were printed, each in full.
            if !Self.isOfConfiguration(error) {
                log.error("ended with an error", metadata: ["error": .string(PlainError.text(of: error))])
            }
            throw error
        }
        store.close()
        log.info("stopped")
    }

    private static func isOfConfiguration(_ error: any Error) -> Bool {
        if case CommandFailure.configuration = error { true } else { false }
    }

    private func listen(
        _ settings: Settings,
        store: SQLiteStore,
        metrics: PrometheusRegistry,
        connections: Int,
        log: Logger
    ) async throws {
        let receiver = try ReceiverServer(
            settings: settings.receiverSettings(connections: connections),
            routes: settings.webhooks.receivers.map { try $0.route() },
            inbox: store,
            clock: ProgramClock.current,
            logger: log
        )
        // The store is open, so no delivery is refused while the rest of the program starts.
        try await receiver.listen()
        Self.removeLeftKeys(log: log)
        do {
            try await serve(settings, receiver: receiver, store: store, metrics: metrics, log: log)
        } catch {
            // Before the store closes; the first failure is what matters.
            try? await receiver.close()
            throw error
        }
    }

    /// Whoever watches the program gets answers while manifests and state are read, and until the last service has ended.
    private func serve(
        _ settings: Settings,
        receiver: ReceiverServer,
        store: SQLiteStore,
        metrics: PrometheusRegistry,
        log: Logger
    ) async throws {
        let progress = StartProgress()
        let health = HealthServer(
            host: settings.health.listen.host,
            port: settings.health.listen.port,
            registry: metrics,
            beforeScrape: progress.sample,
            readiness: { await progress.readiness { await Self.readiness(of: store) } },
            logger: log
        )
        let watched = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: WatchedService(service: health, log: log))],
                logger: log
            )
        )
        let outcome = await withTaskGroup(of: End.self) { group -> Result<Void, any Error> in
            group.addTask { .ofWatching(await Self.result { try await watched.run() }) }
            group.addTask {
                .ofServing(
                    await Self.result {
                        try await serve(receiver: receiver, store: store, progress: progress, log: log)
                    }
                )
            }
            switch await group.next() {
            case .ofServing(let result):
                // In order: who asks just now gets an answer.
                await watched.triggerGracefulShutdown()
                _ = await group.next()
                return result
            case .ofWatching(let result):
                group.cancelAll()
                _ = await group.next()
                return result
            case nil: preconditionFailure("two tasks were added")
            }
        }
        try outcome.get()
    }

    /// What has ended: the listener for machines, or all the rest.
    private enum End {
        case ofWatching(Result<Void, any Error>)
        case ofServing(Result<Void, any Error>)
    }

    private static func result(_ work: () async throws -> Void) async -> Result<Void, any Error> {
        do {
            return .success(try await work())
        } catch {
            return .failure(error)
        }
    }

    private func serve(
        receiver: ReceiverServer,
        store: SQLiteStore,
        progress: StartProgress,
        log: Logger
    ) async throws {
        // Beside the manifests: either takes seconds where there is much of it.
        store.beginLoading()
        let (book, loaded, warnings) = try await Self.open(ConfigFile.path(config))
        for warning in warnings where warning.acknowledged == nil {
            log.warning("the configuration has a warning", metadata: ["reason": "\(warning.line)"])
        }
        let composition = Composition(loaded: loaded)
        try await Self.makeToken(composition, store: store, log: log)
        try await serve(composition, book: book, receiver: receiver, store: store, progress: progress, log: log)
    }

    private static func makeToken(_ composition: Composition, store: SQLiteStore, log: Logger) async throws {
        let outcome = try await FirstToken.ensure(
            store: store,
            stateFolder: composition.settings.state.folder,
            environment: ProcessInfo.processInfo.environment,
            now: composition.clock.now()
        )
        if case .file(let path) = outcome {
            log.info("the first API token is in a file", metadata: ["file": .string(path)])
        }
    }

    private func serve(
        _ composition: Composition,
        book: ManifestBook,
        receiver: ReceiverServer,
        store: SQLiteStore,
        progress: StartProgress,
        log: Logger
    ) async throws {
        let remotes = composition.remotes(cache: composition.settings.git.cachePath, log: log)
        let loginGuard = LoginGuard(clock: composition.clock)
        let client = ServedRegistry(
            composition.registryClient(loginGuard: loginGuard),
            redactor: SentSecrets.redactor,
            loginGuard: loginGuard
        )
        let notifier = composition.notifier()
        let messenger = composition.messenger()
        let programs = LocalPrograms(
            settings: composition.settings.programs,
            folder: LocalPrograms.folder(beside: composition.settings.state)
        )
        let clusters = composition.clusters(log: log)
        let forges = composition.forges(remotes: remotes)
        let engine = try await Engine(
            ports: composition.enginePorts(
                store: store,
                remotes: remotes,
                registry: client,
                notifier: notifier,
                messenger: messenger,
                programs: programs,
                argocd: clusters,
                forges: forges
            ),
            configuration: composition.engineConfiguration(),
            log: log
        )
        let generator = ImageUpdaterManifests(
            applications: clusters.applications,
            objects: { clusters.cluster($0) as? any ImageUpdaterObjects },
            clock: composition.clock
        )
        let fetch = ManifestFetch(remotes: remotes, clock: composition.clock, generator: generator)
        let reload = Reloading(
            book: book,
            remotes: remotes,
            forges: forges,
            registry: client,
            running: composition.loaded,
            engine: engine,
            receiver: receiver,
            notifier: notifier,
            messenger: messenger,
            clusters: clusters,
            generator: generator,
            log: log
        )
        let console = composition.settings.console
        let services: [any Service] = [
            // The first service stops last: promotions that end still look at their Applications.
            ClusterService(clusters: clusters),
            EngineService(engine: engine, store: store, clock: composition.clock),
            ImageUpdaterNews(
                applications: clusters.applications,
                book: book,
                news: engine.core.manifestNews,
                clock: composition.clock
            ),
            ConsoleServer(
                configuration: ConsoleConfiguration(
                    host: console.listen.host,
                    port: console.listen.port,
                    names: console.hosts + [console.publicURL].compactMap { $0 },
                    projectsOfReceiver: { [core = engine.core] in core.projects(ofReceiver: $0) },
                    refusals: { receiver.refusals(of: $0) },
                    manifests: { await book.views },
                    clusters: { project in
                        clusters.views.filter { reload.isSeen($0.name, by: project) }
                    },
                    version: Version.number,
                    publicURL: console.publicURL
                ),
                pipelines: EngineOperator(engine: engine, reloading: { try await reload.run() }),
                store: store,
                clock: composition.clock,
                feed: engine.core.ledger.feed,
                keys: store,
                pages: composition.pages(store: store, core: engine.core, receiver: receiver, book: book),
                logger: log
            ),
            receiver,
            ReloadOnSignal(reload: reload),
            ProgramReport(programs: programs, pipelines: composition.loaded.pipelines, log: log),
            StartPages(clock: composition.clock, log: log),
            SystemdService(
                environment: ProcessInfo.processInfo.environment,
                pid: ProcessInfo.processInfo.processIdentifier,
                clock: composition.clock,
                readiness: { await Self.readiness(of: store) },
                log: log
            ),
            ManifestFollower(
                book: book,
                fetch: fetch,
                engine: engine,
                take: { try await reload.takePipelines($0) },
                log: log
            ),
        ]
        let sample = ProgramMetrics(
            clock: composition.clock,
            engine: engine,
            receiver: receiver,
            book: book,
            clusters: clusters
        ).sample
        do {
            try await Self.group(services, log: log) { progress.complete(sample: sample) }.run()
        } catch {
            await Self.close(remotes, client, clusters)
            await notifier.shutdown()
            throw error
        }
        await Self.close(remotes, client, clusters)
        await notifier.shutdown()
    }

    /// Ends when one of the services fails, or at a signal.
    ///
    /// - Parameter onRunning: called once everything runs, and can be stopped in order.
    private static func group(
        _ services: [any Service],
        log: Logger,
        onRunning: @escaping @Sendable () -> Void
    ) -> ServiceGroup {
        var configurations = services.map { service in
            ServiceGroupConfiguration.ServiceConfiguration(service: WatchedService(service: service, log: log))
        }
        configurations.append(
            ServiceGroupConfiguration.ServiceConfiguration(
                service: StopOnSignal(log: log, onTrapping: onRunning),
                successTerminationBehavior: .gracefullyShutdownGroup
            )
        )
        return ServiceGroup(configuration: ServiceGroupConfiguration(services: configurations, logger: log))
    }

    private static func close(_ remotes: RemoteBook, _ client: ServedRegistry, _ clusters: KubernetesClusters) async {
        await remotes.close()
        await client.shutdown()
        await clusters.shutdown()
    }

    private static func readiness(of store: SQLiteStore) async -> Readiness {
        if let obstacle = await store.obstacle() { return .notReady(obstacle.message) }
        do {
            // This query costs the same for any length of the history.
            _ = try await store.nextDeliveryTry()
            guard let move = store.moveProgress else { return .ready }
            return .readyWhile(
                "promotions of an older version are moved: \(move.seen) of \(move.count) were looked at"
            )
        } catch {
            return .notReady(error.message)
        }
    }

    /// For commands beside the server: prints every problem; errors end the command.
    static func load(_ path: String, tellsWarnings: Bool = true) async throws -> LoadedSettings {
        let silent = Logger(label: "hoistway.manifests") { _ in SwiftLogNoOpLogHandler() }
        let loaded: LoadedSettings
        let warnings: [Problem]
        do {
            (_, loaded, warnings) = try await open(path) { _ in silent }
        } catch CommandFailure.configuration(let message, let hint) {
            // Only the start of a server has a status of its own for it.
            throw CommandFailure.failed(message, hint: hint)
        }
        for warning in warnings where tellsWarnings && warning.acknowledged == nil {
            Terminal.printError(warning.shown)
        }
        return loaded
    }

    /// Gives the warnings; prints every problem where one is an error, which ends the command.
    private static func open(
        _ path: String,
        logger: (LogSettings) -> Logger = { _ in Logger(label: "hoistway.manifests") }
    ) async throws -> (ManifestBook, LoadedSettings, [Problem]) {
        let environment = ProcessInfo.processInfo.environment
        let opened = await ManifestBook.open(config: path, environment: environment, logger: logger)
        guard let book = opened.book, let loaded = opened.loaded else {
            for problem in opened.problems { Terminal.printError(problem.shown) }
            throw CommandFailure.configuration(
                "the configuration has errors",
                hint: "`hoistway check --config \(path)` lists them; nothing was done"
            )
        }
        return (book, loaded, opened.problems)
    }
}
