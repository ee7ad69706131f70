import Logging
import Synchronization

/// Keeps the lines of a log of one level.
final class KeptLog: Sendable {
    private let level: Logger.Level
    private let kept = Mutex<[(message: String, fields: [String: String])]>([])

    init(_ level: Logger.Level = .warning) {
        self.level = level
    }

    func events(_ message: Logger.Message) -> [[String: String]] {
        kept.withLock { $0.filter { $0.message == message.description }.map(\.fields) }
    }

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: KeptLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(log: KeptLog) { self.log = log }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            guard event.level == log.level else { return }
            let fields = (event.metadata ?? [:]).mapValues { "\($0)" }
            log.kept.withLock { $0.append((event.message.description, fields)) }
        }
    }
}
