/// A pull request that a promotion waits for: what an event or a look at the whole repository has to name to wake it.
package struct PullRequestWait: Sendable, Equatable, Codable {
    /// The repository's URL as the step names it, without user part.
    package var repository: String
    /// As the step names it.
    package var provider: String?
    package var insecureSkipTLSVerify: Bool
    package var number: Int
    /// When the host says that anything about it changed last, as of the last look; `nil`: the host does not say it.
    package var seen: Timestamp?
    /// When it was last looked at, by our clock.
    package var lookedAt: Timestamp?
    /// The least time between two looks that the manifest wants, in seconds; `nil`: it says nothing.
    package var pollSeconds: Double?
    /// The step tries to merge it: what keeps it from that may change without any change of the pull request itself.
    package var isMerge: Bool

    package init(
        repository: String,
        provider: String?,
        insecureSkipTLSVerify: Bool = false,
        number: Int,
        seen: Timestamp? = nil,
        lookedAt: Timestamp? = nil,
        pollSeconds: Double? = nil,
        isMerge: Bool = false
    ) {
        self.repository = repository
        self.provider = provider
        self.insecureSkipTLSVerify = insecureSkipTLSVerify
        self.number = number
        self.seen = seen
        self.lookedAt = lookedAt
        self.pollSeconds = pollSeconds
        self.isMerge = isMerge
    }

    /// Whether an event is about this pull request, and of this repository.
    package func concerns(_ event: PullRequestEvent) -> Bool {
        event.number == number && RepositoryKey(url: repository).map(event.repoKeys.contains) ?? false
    }
}

extension OutlinedPromotion {
    /// The pull request that the promotion waits for; `nil`: it waits for none.
    package var awaitedPullRequest: PullRequestWait? {
        notableSteps.first { $0.status == .running && $0.pullRequest != nil }?.pullRequest
    }
}
