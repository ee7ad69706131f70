import HoistwayModel
import Logging
import ServiceLifecycle
import UnixSignals

// The group of services logs its own end at level `debug` only: whoever reads the log afterwards could not tell a stop
// that somebody asked for from a failure.

/// Ends at SIGTERM or SIGINT, and says which it was; the group then stops the other services in order.
struct StopOnSignal: Service {
    let log: Logger
    /// Called once a signal would end the program in order.
    let onTrapping: @Sendable () -> Void

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        onTrapping()
        for await signal in signals.cancelOnGracefulShutdown() {
            log.info(
                "stopping: requests under way are answered, promotions stop at their next safe point",
                metadata: ["signal": "\(signal)"]
            )
            return
        }
    }
}

extension StopOnSignal: CustomStringConvertible {
    /// For the log of the group of services.
    var description: String { "stop" }
}

/// A service whose failure is logged with its name at once, not only when the whole program has ended.
struct WatchedService: Service {
    let service: any Service
    let log: Logger

    func run() async throws {
        do {
            try await service.run()
        } catch {
            // Cancelled, since another one failed, or since all has ended: that has its line.
            if !Task.isCancelled, !(error is CancellationError) { tell("a service failed; the program stops", error) }
            throw error
        }
        guard !Task.isShuttingDownGracefully, !Task.isCancelled else { return }
        tell("a service ended though nobody asked for it; the program stops", nil)
    }

    private func tell(_ message: Logger.Message, _ error: (any Error)?) {
        var metadata: Logger.Metadata = ["service": "\(description)"]
        if let error { metadata["error"] = .string(PlainError.text(of: error)) }
        log.error(message, metadata: metadata)
    }
}

extension WatchedService: CustomStringConvertible {
    /// The service's own name.
    var description: String { "\(service)" }
}
