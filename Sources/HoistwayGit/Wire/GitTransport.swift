import HoistwayModel
import HoistwayPorts

/// What a server can do, as it says itself.
struct ServerAbilities: Sendable, Equatable {
    /// Protocol v2 was spoken when refs were last asked.
    var isVersion2: Bool
    /// Any object may be wanted by id, so that trees and blobs come one by one.
    var canWantAnyObject: Bool
    /// `filter` is understood at fetch.
    var canFilter: Bool
    /// `deepen`/`shallow` is understood at fetch.
    var canDeepen: Bool
}

/// What a fetch leaves out.
enum ObjectFilter: Sendable, Equatable {
    /// Everything below the wanted objects.
    case none
    /// `tree:<depth>`: 0 sends only what is wanted by id, 1 a commit with its root tree.
    case tree(depth: Int)
    /// `blob:none`
    case noBlobs
}

struct FetchRequest: Sendable, Equatable {
    var wants: [ObjectID]
    var filter: ObjectFilter
    /// Commits deep; `nil` for the whole history down to `haves`.
    var depth: Int?
    /// Commits that are here already, for a history.
    var haves: [ObjectID]

    init(wants: [ObjectID], filter: ObjectFilter = .none, depth: Int? = nil, haves: [ObjectID] = []) {
        self.wants = wants
        self.filter = filter
        self.depth = depth
        self.haves = haves
    }
}

/// What a transport has cost so far; for benchmarks, `-v` and tests.
struct TransportStatistics: Sendable, Equatable {
    var roundTrips = 0
    var bytesReceived = 0
    var bytesSent = 0
}

/// One way to speak with one remote repository: HTTP, SSH, a local process, or the `git` program.
///
/// Everything may be called concurrently.
protocol GitTransport: Sendable {
    var displayURL: String { get }
    var statistics: TransportStatistics { get }

    func refs(prefixes: [String]) async throws(GitFailure) -> (snapshot: RefSnapshot, abilities: ServerAbilities)
    /// Hands the raw pack, as it arrives and in order, to `sink`. Where the server cannot filter, deepen or serve
    /// objects by id, the nearest larger set comes; the caller looks at what arrived.
    func fetch(
        _ request: FetchRequest,
        sink: @Sendable @escaping (ArraySlice<UInt8>) async throws(GitFailure) -> Void
    ) async throws(GitFailure)
    /// Asks what a push asks first, where its answer can wait for the push; failures are left to the push.
    func preparePush() async
    /// One result for each update, in order. Where the server has just told its refs, a ref that is not at `old` is
    /// `.moved` without being sent; else the server itself compares. `noThin` is told so that deltas against absent
    /// bases are not sent.
    func push(
        _ updates: [RefUpdate],
        pack: @Sendable @escaping (_ noThin: Bool) async throws(GitFailure) -> [UInt8]
    ) async throws(GitFailure) -> [RefResult]
    /// Ends idle processes and connections.
    func close() async
}

extension GitTransport {
    /// A process that waits for its push keeps a place at the server; and it tells refs that grow old.
    func preparePush() async {}
}
