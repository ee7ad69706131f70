/// The pull requests of a repository that changed last, from one request.
package struct LatestPullRequests: Sendable {
    package enum Verdict: Sendable, Equatable {
        /// The pull request has not changed since.
        case same
        case changed
        /// The list does not show it.
        case unknown
    }

    /// How late the host's clock may be, compared with ours.
    private static let skew: Duration = .seconds(300)

    private let list: ListedPullRequests

    package init(_ list: ListedPullRequests) {
        self.list = list
    }

    /// - Parameter known: the time by our clock until which all its changes are known; `nil`: nobody has looked.
    package func verdict(on wait: PullRequestWait, known: Timestamp?) -> Verdict {
        if let pull = list.first(where: { $0.number == wait.number }) {
            return pull.state != .open || pull.updatedAt != wait.seen ? .changed : .same
        }
        // If the list is complete, a missing one was deleted or moved. It may also be one that could not be read. In
        // another order, a changed one may be anywhere.
        guard !list.isComplete, list.unread == 0, list.isByChange else { return .unknown }
        guard let known, let oldest = list.compactMap(\.updatedAt).min() else { return .unknown }
        // The list reaches back beyond that time, so it would contain a later change.
        return oldest + Self.skew < known ? .same : .unknown
    }
}
