package import HoistwayModel

/// One thing that a warehouse watches, as values.
package struct SubscriptionView: Sendable, Codable, Equatable {
    /// Unique within the warehouse.
    package var id: String
    package var kind: ArtifactView.Kind
    /// As the manifest writes it, without user and password.
    package var repository: String
    /// Of a chart in a repository that has several.
    package var chart: String?
    /// `SemVer`, `NewestFromBranch` …: Kargo's words; `nil` for a chart, whose newest version counts.
    package var strategy: String?
    /// A range, or the tag that is followed; `nil`: none.
    package var constraint: String?
    /// Of a Git repository; `nil`: its default branch, or tags are followed.
    package var branch: String?
    /// The newest that the rules accept; `nil`: none was found yet.
    package var newest: ArtifactView?
    package var newestSince: Timestamp?
    /// How many deliveries on it are not decided.
    package var undecided: Int
    /// How many tags are kept out, since they were moved.
    package var heldTags: Int

    package init(_ subscription: Subscription, record: SubscriptionRecord?, undecided: Int) {
        id = subscription.id
        switch subscription {
        case .image(let image):
            kind = .image
            repository = URLText.withoutUser(image.repoURL)
            strategy = image.strategy.rawValue
            constraint = image.constraint
        case .git(let git):
            kind = .commit
            repository = URLText.withoutUser(git.repoURL)
            strategy = git.strategy.rawValue
            constraint = git.constraint
            branch = git.branch
        case .chart(let one):
            kind = .chart
            repository = URLText.withoutUser(one.repoURL)
            chart = one.name.isEmpty ? nil : one.name
            constraint = one.semverConstraint
        }
        newest = record?.newest.map(ArtifactView.init)
        newestSince = record?.newest == nil ? nil : record?.updatedAt
        self.undecided = undecided
        heldTags = record?.held?.count ?? 0
    }
}
