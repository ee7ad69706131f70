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

    private let pulls: [PullRequest]
    /// More have changed than the look shows.
    private let isCut: Bool

    /// - Parameters:
    ///   - pulls: newest change first.
    ///   - limit: how many were asked for.
    package init(_ pulls: [PullRequest], limit: Int) {
        self.pulls = pulls
        isCut = pulls.count >= limit
    }

    /// - Parameter known: until when, by our clock, all that has happened to it is known; `nil`: nobody has looked.
    package func verdict(on wait: PullRequestWait, known: Timestamp?) -> Verdict {
        if let pull = pulls.first(where: { $0.number == wait.number }) {
            return pull.state != .open || pull.updatedAt != wait.seen ? .changed : .same
        }
        guard isCut else { return .same }
        guard let known, let oldest = pulls.compactMap(\.updatedAt).min() else { return .unknown }
        // They reach behind the moment until which all is known: a later change would stand among them.
        return oldest + Self.skew < known ? .same : .unknown
    }
}
