import FoundationEssentials
import HoistwayEngine
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
/// Pipelines, receivers and secrets take effect at once. Addresses, the state and Git's options need a restart, and
/// are named if they changed. Credentials do too: open connections were made with the old ones.
struct Reloading: Sendable {
    let book: ManifestBook
    let fetch: ManifestFetch
    let running: Settings
    let engine: Engine
    let receiver: ReceiverServer
    let notifier: WebhookNotifier
    let log: Logger

    /// Warnings, stages whose mode has changed, and what needs a restart.
    ///
    /// A shutdown ends it: it may be waiting for a repository that does not answer.
    func run() async throws -> [String] {
        try await cancelWhenGracefulShutdown { try await read() }
    }

    private func read() async throws -> [String] {
        let changed = Mutex<[String]>([])
        let warnings = try await book.reload(with: fetch) { loaded in
            let modes = try await take(loaded)
            changed.withLock { $0 = modes + restarts(for: loaded.settings) }
        }
        log.info("the configuration was read again")
        return warnings + changed.withLock { $0 }
    }

    private func take(_ loaded: LoadedSettings) async throws -> [String] {
        try Self.checkTrust(in: loaded.settings.webhooks, running: running.webhooks)
        let routes = try loaded.settings.webhooks.receivers.map { try $0.route() }
        // First what can fail by the files' content.
        try receiver.reloadCertificate()
        receiver.replaceRoutes(routes)
        let composition = Composition(loaded: loaded)
        notifier.replace(targets: composition.notifyTargets, publicURL: loaded.settings.console.publicURL)
        return try await engine.take(composition.engineConfiguration())
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
        if settings.git != running.git { changed.append("git") }
        if settings.registries != running.registries { changed.append("registries") }
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

/// SIGHUP reads the configuration again.
struct ReloadOnSignal: Service {
    let reload: Reloading

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            do {
                for line in try await reload.run() { reload.log.warning("\(line)") }
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
