import HoistwayModel
import HoistwayPorts

/// The abilities of a server, as its greeting lists them.
struct ServerAbilities: Sendable, Equatable {
    /// The last list of refs came by protocol v2.
    var isVersion2: Bool
    /// Any object may be wanted by id, so that trees and blobs come one by one.
    var canWantAnyObject: Bool
    /// A fetch may use `filter`.
    var canFilter: Bool
    /// A fetch may use `deepen`/`shallow`.
    var canDeepen: Bool
}

/// The objects that a fetch leaves out.
enum ObjectFilter: Sendable, Equatable {
    /// Nothing is left out: everything below the wanted objects comes.
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

/// Bytes, requests and connections of a transport so far; for benchmarks, `-v` and tests.
struct TransportStatistics: Sendable, Equatable {
    var roundTrips = 0
    var bytesReceived = 0
    var bytesSent = 0
}

/// A connection to one remote repository: HTTP, SSH, a local process, or the `git` program.
///
/// Everything may be called concurrently.
protocol GitTransport: Sendable {
    var displayURL: String { get }
    var statistics: TransportStatistics { get }

    func refs(prefixes: [String]) async throws(GitFailure) -> (snapshot: RefSnapshot, abilities: ServerAbilities)
    /// Passes the raw pack to `sink`, piece by piece and in order. Where the server cannot filter, deepen or serve
    /// objects by id, a larger set comes; the caller checks what arrived.
    func fetch(
        _ request: FetchRequest,
        sink: @Sendable @escaping (ArraySlice<UInt8>) async throws(GitFailure) -> Void
    ) async throws(GitFailure)
    /// Sends the first request of a push in advance, where the push can use the answer; the push reports failures.
    func preparePush() async
    /// Gives one result for each update, in order. Where the server has just listed its refs, an update whose ref is
    /// not at `old` is `.moved` and is not sent. Otherwise the server itself compares. With `noThin`, the pack must
    /// have no deltas against absent bases.
    func push(
        _ updates: [RefUpdate],
        pack: @Sendable @escaping (_ noThin: Bool) async throws(GitFailure) -> [UInt8]
    ) async throws(GitFailure) -> [RefResult]
    /// Ends idle processes and connections.
    func close() async
}

extension GitTransport {
    /// Does nothing: a waiting process would occupy a place at the server, and its list of refs would become old.
    func preparePush() async {}
}
