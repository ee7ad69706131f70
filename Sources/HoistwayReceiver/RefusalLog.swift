import HoistwayModel
import Logging
import NIOCore
import Synchronization

/// Logs refused requests, up to a number each second; for the others it logs only their count.
final class RefusalLog: Sendable {
    private struct State {
        var second: Int64 = 0
        var written = 0
        var suppressed = 0
    }

    private static let linesPerSecond = 10
    private let logger: Logger
    private let state = Mutex(State())

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// - Parameters: all but `peer` come from the code and the configuration, never from the request.
    func refused(receiver: String, scheme: String, reason: String, peer: @autoclosure () -> String) {
        let second = Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000_000)
        let (isDue, suppressed) = state.withLock { state in
            if state.second != second {
                state.second = second
                state.written = 0
            }
            guard state.written < Self.linesPerSecond else {
                state.suppressed += 1
                return (false, 0)
            }
            state.written += 1
            defer { state.suppressed = 0 }
            return (true, state.suppressed)
        }
        guard isDue else { return }
        var metadata: Logger.Metadata = [
            LogKey.receiver.rawValue: "\(receiver)", LogKey.scheme.rawValue: "\(scheme)",
            LogKey.reason.rawValue: "\(RefusalReason.sentence(for: reason))", LogKey.code.rawValue: "\(reason)",
            LogKey.peer.rawValue: "\(peer())",
        ]
        if suppressed > 0 { metadata["suppressed"] = "\(suppressed)" }
        logger.warning("a request was refused", metadata: metadata)
    }
}
