import Logging
import Synchronization

/// The lines that were logged, by level.
final class CollectedLog: Sendable {
    private let state = Mutex<[(Logger.Level, String)]>([])

    func lines(_ level: Logger.Level) -> [String] {
        state.withLock { $0.filter { $0.0 == level }.map(\.1) }
    }

    /// Waits for the first line.
    func next(_ level: Logger.Level) async {
        while lines(level).isEmpty, !Task.isCancelled {
            // Cancelled: the loop ends at its head.
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(log: self) }
    }

    private struct Handler: LogHandler {
        let log: CollectedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(log: CollectedLog) { self.log = log }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.state.withLock { $0.append((event.level, "\(event.message) \(event.metadata ?? [:])")) }
        }
    }
}
