import HoistwayModel
package import HoistwayPorts
import Synchronization

/// The open event streams, including those of pages: their number, their owners, and their ends.
///
/// Each reads the same ring buffer at its own position, and writes only to its own connection. So a slow client does
/// not affect others, and a client that does not read is closed.
package final class EventStreams: Sendable {
    /// The most streams of one session, or of a token's own programs.
    package static let mostOfOwner = 8
    /// The most streams of one token with all its sessions, so that others have room.
    package static let mostOfToken = 64
    package static let most = 128

    /// Why a stream ends, as in `bye`.
    package enum End: String, Sendable {
        case stopping
        /// The token or the session has ended, or has other rights now.
        case ended
        case limit
        case timeout
    }

    /// The owner of a stream.
    package struct Owner: Sendable, Hashable {
        /// The token's name; its streams end with it.
        package var token: String
        /// `nil`: the token itself.
        package var session: String?

        package init(token: String, session: String? = nil) {
            self.token = token
            self.session = session
        }
    }

    /// One open stream; it wakes when it must end.
    package final class Lease: Sendable {
        private let state = Mutex<(end: End?, isGone: Bool, waiter: CheckedContinuation<Void, Never>?)>(
            (nil, false, nil)
        )
        let owner: Owner
        fileprivate let id: UInt64

        fileprivate init(id: UInt64, owner: Owner) {
            self.id = id
            self.owner = owner
        }

        var end: End? { state.withLock(\.end) }
        /// The client has closed its connection.
        var isGone: Bool { state.withLock(\.isGone) }
        var isOver: Bool { state.withLock { $0.end != nil || $0.isGone } }

        func finish(_ end: End) { wake { $0.end = $0.end ?? end } }
        func leave() { wake { $0.isGone = true } }

        private func wake(
            _ change: (inout (end: End?, isGone: Bool, waiter: CheckedContinuation<Void, Never>?)) -> Void
        ) {
            let waiter = state.withLock { state in
                change(&state)
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }

        /// Returns when the stream must end, or at cancellation.
        func wait() async {
            await withTaskCancellationHandler {
                await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
                    let isOver = state.withLock { state in
                        guard state.end == nil, !state.isGone, !Task.isCancelled else { return true }
                        state.waiter = waiter
                        return false
                    }
                    if isOver { waiter.resume() }
                }
            } onCancel: {
                wake { _ in }
            }
        }
    }

    private struct State {
        var open: [UInt64: Lease] = [:]
        var next: UInt64 = 0
        var isStopping = false

        /// The limit that is reached, with its owner; `nil`: there is room for one more stream.
        func full(for owner: Owner) -> String? {
            if open.values.count(where: { $0.owner == owner }) >= mostOfOwner {
                return "\(mostOfOwner) of this \(owner.session == nil ? "token" : "session")"
            }
            if open.values.count(where: { $0.owner.token == owner.token }) >= mostOfToken {
                return "\(mostOfToken) of this token and its sessions"
            }
            return open.count >= most ? "\(most) of all" : nil
        }
    }

    private let state = Mutex(State())
    let feed: ChangeFeed
    let version: String
    let pace: Pace

    /// How long a stream may be silent, and how long a client may stop reading.
    package struct Pace: Sendable {
        package var comment = Duration.seconds(15)
        /// How often a stream checks whether its token or session still permits it.
        package var look = Duration.seconds(1)
        package var patience = Duration.seconds(30)

        package init() {}
    }

    package init(feed: ChangeFeed, version: String, pace: Pace = Pace()) {
        self.feed = feed
        self.version = version
        self.pace = pace
    }

    /// The number of open streams.
    package var count: Int { state.withLock(\.open.count) }

    func open(for owner: Owner) throws(APIError) -> Lease {
        let opened: Result<Lease, APIError> = state.withLock { state in
            guard !state.isStopping else { return .failure(.shuttingDown) }
            if let which = state.full(for: owner) {
                return .failure(
                    APIError(.tooManyStreams, "\(which) event streams are open", hint: "close one, or try again later")
                )
            }
            state.next += 1
            let lease = Lease(id: state.next, owner: owner)
            state.open[lease.id] = lease
            return .success(lease)
        }
        return try opened.get()
    }

    func close(_ lease: Lease) { state.withLock { $0.open[lease.id] = nil } }

    /// Call it when the token was deleted, or has other rights now.
    package func end(ofToken token: String) { end { $0.token == token } }

    /// Call it when the session has ended.
    package func end(ofSession session: String) { end { $0.session == session } }

    private func end(where isMeant: (Owner) -> Bool) {
        let leases = state.withLock { $0.open.values.filter { isMeant($0.owner) } }
        for lease in leases { lease.finish(.ended) }
    }

    /// Ends all streams, and opens no more.
    package func stop() {
        let leases = state.withLock { state in
            state.isStopping = true
            return Array(state.open.values)
        }
        for lease in leases { lease.finish(.stopping) }
    }
}
