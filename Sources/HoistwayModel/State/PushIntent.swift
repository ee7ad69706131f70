/// A push that is about to be made: found again after a crash, it tells whether the push arrived.
package struct PushIntent: Sendable, Equatable, Codable {
    package struct Branch: Sendable, Equatable, Codable {
        /// Short name.
        package var branch: String
        package var old: ObjectID
        /// Oldest first.
        package var commits: [Commit]

        package init(branch: String, old: ObjectID, commits: [Commit]) {
            self.branch = branch
            self.old = old
            self.commits = commits
        }
    }

    package struct Commit: Sendable, Equatable, Codable {
        package var id: ObjectID
        package var promotion: PromotionID
        /// The alias of the `git-push` step; `nil`: an earlier version has recorded it.
        package var step: String?

        package init(id: ObjectID, promotion: PromotionID, step: String? = nil) {
            self.id = id
            self.promotion = promotion
            self.step = step
        }
    }

    package var id: String
    package var project: String
    /// As the pipeline writes it, without user part.
    package var remote: String
    package var insecureSkipTLSVerify: Bool
    package var branches: [Branch]
    package var createdAt: Timestamp

    package init(
        id: String,
        project: String,
        remote: String,
        insecureSkipTLSVerify: Bool,
        branches: [Branch],
        createdAt: Timestamp
    ) {
        self.id = id
        self.project = project
        self.remote = remote
        self.insecureSkipTLSVerify = insecureSkipTLSVerify
        self.branches = branches
        self.createdAt = createdAt
    }
}
