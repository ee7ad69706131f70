import Foundation
import HoistwayTestServers

/// Takes connections, and never says a word.
final class SilentServer: Sendable {
    let port: Int
    private let handle: Int32

    init() throws {
        // The system takes connections for it that nobody ever accepts.
        (handle, port) = try LoopbackPort.listen(backlog: 64)
    }

    deinit {
        close(handle)
    }
}
