/// A pull request that a promotion waits for, with the data that match it to events and lists of the repository.
package struct PullRequestWait: Sendable, Equatable, Codable {
    /// The repository's URL in the step, without user part.
    package var repository: String
    /// The provider in the step.
    package var provider: String?
    package var insecureSkipTLSVerify: Bool
    package var number: Int
    /// The host's time of its last change, from the last look; `nil`: the host does not give it.
    package var seen: Timestamp?
    /// The time of the last look, by our clock.
    package var lookedAt: Timestamp?
    /// The least time between two looks in the manifest, in seconds; `nil`: it gives none.
    package var pollSeconds: Double?
    /// Whether the step tries to merge it: a reason against the merge may disappear without a change of the pull
    /// request.
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

    /// Whether an event is about this pull request of this repository.
    package func concerns(_ event: PullRequestEvent) -> Bool {
        event.number == number && RepositoryKey(url: repository).map(event.repoKeys.contains) ?? false
    }
}

extension OutlinedPromotion {
    /// The pull request that the promotion waits for; `nil`: there is no such pull request.
    package var awaitedPullRequest: PullRequestWait? {
        notableSteps.first { $0.status == .running && $0.pullRequest != nil }?.pullRequest
    }
}
