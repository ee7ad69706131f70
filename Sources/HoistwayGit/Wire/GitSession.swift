import HoistwayPorts

/// The two programs that answer at a Git server.
enum GitService: String, Sendable {
    case uploadPack = "git-upload-pack"
    case receivePack = "git-receive-pack"
}

/// What a session is opened for: it decides whether one that waits can be taken.
enum SessionPurpose: Sendable, Equatable {
    /// The refs as they are now.
    case refs
    case fetch
    case push

    var service: GitService { self == .push ? .receivePack : .uploadPack }
}

/// In which state a session is left.
enum SessionEnding: Sendable, Equatable {
    /// All that was asked was answered to its end.
    case complete
    /// The same, but what is remembered of the server is better asked again.
    case doubted
    /// Nothing was asked; the server waits for a request.
    case unused
    case broken
}

/// One conversation with a service.
///
/// Used by one task at a time.
protocol GitSession: AnyObject, Sendable {
    func greeting() async throws(GitFailure) -> Greeting
    /// Sends a request and gives the answer, of at most `limit` bytes. `canRepeat`: asking twice does no harm.
    func exchange(_ request: [[UInt8]], limit: Int, canRepeat: Bool) async throws(GitFailure) -> PacketReader
    func end(_ ending: SessionEnding) async
}

/// Opens sessions with one repository's services.
protocol GitConnector: Sendable {
    func open(_ purpose: SessionPurpose) async throws(GitFailure) -> any GitSession
    /// Learns the greeting of a push, where it serves later sessions too.
    func preparePush() async
    var statistics: TransportStatistics { get }
    func close() async
}

extension GitConnector {
    /// Where each session is greeted by itself.
    func preparePush() async {}
}

enum WireLimits {
    /// Room for what comes around a pack (lines of its protocol, words for people), in bytes.
    static let overhead = 16 << 20
    /// What a server says of its abilities, in bytes; those of the largest hosts take less than 2,000.
    static let abilities = 64 << 10
    /// How much of an answer that is an error is read for its words, in bytes.
    static let errorBody = 2048
}
