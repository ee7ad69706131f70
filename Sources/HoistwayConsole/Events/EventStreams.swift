import HoistwayModel
package import HoistwayPorts
import Synchronization

/// The event streams that are open, those of pages too: how many, whose, and how they end.
///
/// Each reads the one ring at a position of its own, and writes to its own connection only: a slow client costs
/// nobody else anything, and one that takes nothing is closed.
package final class EventStreams: Sendable {
    /// Of one session, or of a token's own programs.
    package static let mostOfOwner = 8
    /// Of one token with all its sessions: it must leave room for others.
    package static let mostOfToken = 64
    package static let most = 128

    /// Why a stream ends, as `bye` says.
    package enum End: String, Sendable {
        case stopping
        /// The token or the session is gone, or may do something else now.
        case ended
        case limit
        case timeout
    }

    /// Whose a stream is.
    package struct Owner: Sendable, Hashable {
        /// The token's name; its streams end with it.
        package var token: String
        /// `nil`: of the token itself.
        package var session: String?

        package init(token: String, session: String? = nil) {
            self.token = token
            self.session = session
        }
    }

    /// One open stream; it wakes when it is to end.
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

        /// Returns once the stream is to end, or at cancellation.
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

        /// How many of whom are open already, where these are as many as may be; `nil`: there is room for one more.
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

    /// How long a stream is silent, and how long a client may take nothing.
    package struct Pace: Sendable {
        package var comment = Duration.seconds(15)
        /// How often a stream looks whether its token or session still permits it.
        package var look = Duration.seconds(1)
        package var patience = Duration.seconds(30)

        package init() {}
    }

    package init(feed: ChangeFeed, version: String, pace: Pace = Pace()) {
        self.feed = feed
        self.version = version
        self.pace = pace
    }

    /// How many are open.
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

    /// To be called when the token was deleted, or may do something else now.
    package func end(ofToken token: String) { end { $0.token == token } }

    /// To be called when the session has ended.
    package func end(ofSession session: String) { end { $0.session == session } }

    private func end(where isMeant: (Owner) -> Bool) {
        let leases = state.withLock { $0.open.values.filter { isMeant($0.owner) } }
        for lease in leases { lease.finish(.ended) }
    }

    /// Ends all, and opens no more.
    package func stop() {
        let leases = state.withLock { state in
            state.isStopping = true
            return Array(state.open.values)
        }
        for lease in leases { lease.finish(.stopping) }
    }
}
