import HoistwayPorts

/// The two services of a Git server.
enum GitService: String, Sendable {
    case uploadPack = "git-upload-pack"
    case receivePack = "git-receive-pack"
}

/// The purpose of a session: it decides whether a waiting session can be used.
enum SessionPurpose: Sendable, Equatable {
    /// The present refs.
    case refs
    case fetch
    case push

    var service: GitService { self == .push ? .receivePack : .uploadPack }
}

/// The state at the end of a session.
enum SessionEnding: Sendable, Equatable {
    /// All requests were answered completely.
    case complete
    /// The same, but the stored greeting should be requested again.
    case doubted
    /// There was no request; the server waits for one.
    case unused
    case broken
}

/// One conversation with a service of a server.
///
/// Used by one task at a time.
protocol GitSession: AnyObject, Sendable {
    func greeting() async throws(GitFailure) -> Greeting
    /// Sends a request and gives the answer, of at most `limit` bytes. `canRepeat`: the request may be sent twice.
    func exchange(_ request: [[UInt8]], limit: Int, canRepeat: Bool) async throws(GitFailure) -> PacketReader
    func end(_ ending: SessionEnding) async
}

/// Opens sessions with one repository's services.
protocol GitConnector: Sendable {
    func open(_ purpose: SessionPurpose) async throws(GitFailure) -> any GitSession
    /// Fetches the greeting of a push in advance, where later sessions can use it too.
    func preparePush() async
    var statistics: TransportStatistics { get }
    func close() async
}

extension GitConnector {
    /// For connectors where each session has its own greeting.
    func preparePush() async {}
}

enum WireLimits {
    /// Room for bytes around a pack (protocol lines, messages for people), in bytes.
    static let overhead = 16 << 20
    /// A server's list of abilities, in bytes; those of the largest hosts take less than 2,000.
    static let abilities = 64 << 10
    /// How much of an error's body is read for its message, in bytes.
    static let errorBody = 2048
}
