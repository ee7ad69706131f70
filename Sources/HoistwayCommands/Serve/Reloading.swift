import FoundationEssentials
import HoistwayArgoCD
import HoistwayEngine
import HoistwayForge
import HoistwayGit
import HoistwayModel
import HoistwayNotify
import HoistwayPorts
import HoistwayReceiver
import HoistwaySettings
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Reads the configuration again while serving; a bad one changes nothing.
///
/// Pipelines, receivers, credentials, secrets and certificates take effect at once. Addresses, the state and Git's cache
/// need a restart, and are named if they changed.
struct Reloading: Sendable {
    /// What was loaded last.
    private final class Last: Sendable {
        let loaded: Mutex<LoadedSettings>

        init(_ loaded: LoadedSettings) {
            self.loaded = Mutex(loaded)
        }
    }

    let book: ManifestBook
    let remotes: RemoteBook
    let forges: ForgeBook
    let registry: ServedRegistry
    let running: Settings
    let engine: Engine
    let receiver: ReceiverServer
    let notifier: WebhookNotifier
    let messenger: ChannelMessenger
    let clusters: KubernetesClusters
    /// Of manifests that do not lie in Git.
    let generator: (any ManifestGenerator)?
    let log: Logger
    private let last: Last

    init(
        book: ManifestBook,
        remotes: RemoteBook,
        forges: ForgeBook,
        registry: ServedRegistry,
        running: LoadedSettings,
        engine: Engine,
        receiver: ReceiverServer,
        notifier: WebhookNotifier,
        messenger: ChannelMessenger,
        clusters: KubernetesClusters,
        generator: (any ManifestGenerator)?,
        log: Logger
    ) {
        self.book = book
        self.remotes = remotes
        self.forges = forges
        self.registry = registry
        self.running = running.settings
        self.engine = engine
        self.receiver = receiver
        self.notifier = notifier
        self.messenger = messenger
        self.clusters = clusters
        self.generator = generator
        self.log = log
        last = Last(running)
    }

    /// What changed, warnings, stages whose mode has changed, and what needs a restart.
    ///
    /// A shutdown ends it: it may be waiting for a repository that does not answer.
    func run() async throws -> [String] {
        let (changes, remarks) = try await read()
        return changes + remarks
    }

    /// `changes`: what changed, which is in the log when this returns; `remarks`: the rest of what ``run()`` gives.
    func read() async throws -> (changes: [String], remarks: [String]) {
        try await cancelWhenGracefulShutdown { try await readNow() }
    }

    private func readNow() async throws -> (changes: [String], remarks: [String]) {
        let changed = Mutex<(changes: [String], restarts: [String])>(([], []))
        let (fetches, temporary) = fetches()
        let warnings: [String]
        do {
            warnings = try await book.reload(with: fetches) { loaded in
                let changes = ConfigurationChanges.lines(from: last.loaded.withLock { $0 }, to: loaded)
                let modes = try await take(loaded)
                changed.withLock { $0 = (changes, modes + self.restarts(for: loaded.settings)) }
            }
        } catch {
            await temporary.withLock { $0 }?.close()
            throw error
        }
        await temporary.withLock { $0 }?.close()
        let (changes, needed) = changed.withLock { $0 }
        let told = changes + needed
        log.info(
            "the configuration was read again",
            metadata: ["changes": .string(told.isEmpty ? "none" : told.joined(separator: "; "))]
        )
        return (told.isEmpty ? ["nothing changed"] : changes, warnings + needed)
    }

    /// How manifests in Git are read for a configuration that does not run yet: with its credentials, if they differ.
    private func fetches() -> (@Sendable (LoadedSettings?) -> ManifestFetch, TemporaryBook) {
        let temporary = TemporaryBook(nil)
        let fetches: @Sendable (LoadedSettings?) -> ManifestFetch = { [remotes, log, generator] loaded in
            guard let loaded else { return ManifestFetch(remotes: remotes, clock: SystemClock(), generator: generator) }
            let composition = Composition(loaded: loaded)
            let settings = composition.gitSettings(cache: nil)
            let differs = loaded.settings.manifestSources.map(\.source).contains { source in
                source.applications == nil
                    && remotes.differs(
                        source.repoURL,
                        project: source.credentialProject,
                        settings: settings,
                        credentials: loaded.credentials
                    )
            }
            guard differs else {
                return ManifestFetch(remotes: remotes, clock: composition.clock, generator: generator)
            }
            let book = composition.remotes(cache: nil, log: log)
            temporary.withLock { $0 = book }
            return ManifestFetch(remotes: book, clock: composition.clock, generator: generator)
        }
        return (fetches, temporary)
    }

    private func take(_ loaded: LoadedSettings) async throws -> [String] {
        try Self.checkTrust(in: loaded.settings.webhooks, running: running.webhooks)
        let routes = try loaded.settings.webhooks.receivers.map { try $0.route() }
        // First what can fail by the files' content.
        try receiver.reloadCertificate()
        receiver.replaceRoutes(routes)
        let composition = Composition(loaded: loaded)
        notifier.replace(targets: composition.notifyTargets, publicURL: loaded.settings.console.publicURL)
        messenger.replace(channels: composition.messageChannels)
        return try await takePipelines(loaded)
    }

    /// Pipelines with their credentials, which may belong to projects that a push has just defined.
    @discardableResult
    func takePipelines(_ loaded: LoadedSettings) async throws -> [String] {
        let composition = Composition(loaded: loaded)
        let settings = composition.gitSettings(cache: nil)
        let old = last.loaded.withLock { $0 }
        // Asked before anything is replaced: what waits for another login is tried at once.
        let waiting = await engine.waitingRemotes
        let changed = waiting.filter {
            remotes.differs($0.url, project: $0.project, settings: settings, credentials: loaded.credentials)
        }
        remotes.replace(settings: settings, credentials: loaded.credentials)
        forges.replace(settings: composition.forgeSettings, credentials: loaded.credentials)
        if old.credentials != loaded.credentials || old.settings.registries != loaded.settings.registries
            || loaded.settings.registries.compactMap(\.caFile).contains(where: { old.files[$0] != loaded.files[$0] })
        {
            await registry.replace(with: composition.registryClient(loginGuard: registry.loginGuard))
        }
        // Before the engine knows of it: what it begins then finds its cluster.
        clusters.replace(composition.clusterConnections)
        let modes = try await engine.take(composition.engineConfiguration(), reachedAnew: changed)
        last.loaded.withLock { $0 = loaded }
        return modes
    }

    /// Whether a token for this project, or for all, may see a cluster.
    func isSeen(_ cluster: String, by project: String?) -> Bool {
        Composition(loaded: last.loaded.withLock { $0 }).isSeen(cluster, by: project)
    }

    /// The file may ask for TLS already; the listener that runs has what it was started with.
    static func checkTrust(in webhooks: WebhookSettings, running: WebhookSettings) throws {
        guard running.tls == nil, !running.listen.isLoopback,
            let receiver = webhooks.receivers.first(where: { $0.trust == .evidence })
        else { return }
        throw CommandFailure.failed(
            "receiver \(receiver.name): trust: evidence needs TLS, which the running listener was started without",
            hint: "restart"
        )
    }

    private func restarts(for settings: Settings) -> [String] {
        var changed = Self.restarts(for: settings.webhooks, running: running.webhooks)
        if settings.console != running.console { changed.append("console") }
        if settings.health != running.health { changed.append("health") }
        if settings.state != running.state { changed.append("state") }
        if settings.git.cachePath != running.git.cachePath || settings.git.cacheMaxBytes != running.git.cacheMaxBytes {
            changed.append("git.cache")
        }
        if settings.programs != running.programs { changed.append("programs") }
        if settings.log != running.log { changed.append("log") }
        return changed.map { "\($0) changed: restart for it to take effect" }
    }

    static func restarts(for new: WebhookSettings, running old: WebhookSettings) -> [String] {
        var changed: [String] = []
        if new.listen != old.listen { changed.append("webhooks.listen") }
        if new.tls != old.tls { changed.append("webhooks.tls") }
        if new.trustedProxies != old.trustedProxies { changed.append("webhooks.trustedProxies") }
        if new.maxConnections != old.maxConnections { changed.append("webhooks.maxConnections") }
        if new.bodiesInFlightBytes != old.bodiesInFlightBytes { changed.append("webhooks.bodiesInFlightBytes") }
        if new.maxPerSecondPerAddress != old.maxPerSecondPerAddress {
            changed.append("webhooks.maxPerSecondPerAddress")
        }
        return changed
    }
}

/// A book of remotes that serves one reload.
private typealias TemporaryBook = Shared<RemoteBook?>

/// A value that several tasks may set and read.
private final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) {
        self.value = Mutex(value)
    }

    func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        value.withLock { (value: inout Value) -> Result in body(&value) }
    }
}

/// SIGHUP reads the configuration again.
struct ReloadOnSignal: Service {
    let reload: Reloading

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            do {
                for line in try await reload.read().remarks {
                    // A hint stands on a line of its own, which a log line cannot have.
                    reload.log.warning("\(line.replacing("\n    ", with: "; "))")
                }
            } catch {
                reload.log.error(
                    "the configuration was not taken",
                    metadata: ["error": .string(PlainError.text(of: error))]
                )
            }
        }
    }
}

extension ReloadOnSignal: CustomStringConvertible {
    /// For the log of the group of services.
    var description: String { "reload" }
}
