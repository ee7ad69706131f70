package import HoistwayModel

/// One subscription of a warehouse, as values.
package struct SubscriptionView: Sendable, Codable, Equatable {
    /// Unique within the warehouse.
    package var id: String
    package var kind: ArtifactView.Kind
    /// The URL in the manifest, without user and password.
    package var repository: String
    /// Only for a chart in a repository with several charts.
    package var chart: String?
    /// Kargo's name, such as `SemVer` or `NewestFromBranch`; `nil` for a chart, whose newest version is always used.
    package var strategy: String?
    /// A range, or the tag that is followed; `nil`: there is none.
    package var constraint: String?
    /// Only for a Git repository; `nil`: its default branch, or tags are followed.
    package var branch: String?
    /// The newest artifact that the rules accept; `nil`: none was found yet.
    package var newest: ArtifactView?
    package var newestSince: Timestamp?
    /// How many of its deliveries are not decided.
    package var undecided: Int
    /// How many tags are refused because they were moved.
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
