/// A push that will be made: after a crash, it helps to find out whether the push was completed.
package struct PushIntent: Sendable, Equatable, Codable {
    package struct Branch: Sendable, Equatable, Codable {
        /// Short name.
        package var branch: String
        package var old: ObjectID
        /// Oldest first.
        package var commits: [Commit]
        /// `nil`: a branch that stages write.
        package var kind: PushedRef?
        /// The new target of the ref, if it is not the last commit: the object of an annotated tag.
        package var object: ObjectID?

        package init(
            branch: String,
            old: ObjectID,
            commits: [Commit],
            kind: PushedRef = .branch,
            object: ObjectID? = nil
        ) {
            self.branch = branch
            self.old = old
            self.commits = commits
            self.kind = kind == .branch ? nil : kind
            self.object = object
        }

        /// Full name.
        package var ref: String { (kind ?? .branch).fullName(branch) }
    }

    package struct Commit: Sendable, Equatable, Codable {
        package var id: ObjectID
        package var promotion: PromotionID
        /// The alias of the `git-push` step; `nil`: an earlier version recorded it.
        package var step: String?

        package init(id: ObjectID, promotion: PromotionID, step: String? = nil) {
            self.id = id
            self.promotion = promotion
            self.step = step
        }
    }

    package var id: String
    package var project: String
    /// The URL in the pipeline, without user part.
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
