/// The pull requests of a repository that changed last, as one look shows them.
package struct LatestPullRequests: Sendable {
    package enum Verdict: Sendable, Equatable {
        /// Nothing has happened to it since.
        case same
        case changed
        /// The look does not reach it.
        case unknown
    }

    /// How far the host's clock may be behind ours.
    private static let skew: Duration = .seconds(300)

    private let list: ListedPullRequests

    package init(_ list: ListedPullRequests) {
        self.list = list
    }

    /// - Parameter known: until when, by our clock, all that has happened to it is known; `nil`: nobody has looked.
    package func verdict(on wait: PullRequestWait, known: Timestamp?) -> Verdict {
        if let pull = list.first(where: { $0.number == wait.number }) {
            return pull.state != .open || pull.updatedAt != wait.seen ? .changed : .same
        }
        // One that is not among all that there are is gone, or was moved; it may be one that could not be read; and where
        // the order is another one, a change may stand anywhere.
        guard !list.isComplete, list.unread == 0, list.isByChange else { return .unknown }
        guard let known, let oldest = list.compactMap(\.updatedAt).min() else { return .unknown }
        // They reach behind the moment until which all is known: a later change would stand among them.
        return oldest + Self.skew < known ? .same : .unknown
    }
}
