package import HoistwayModel

/// Manifests that are followed in Git, as people see them.
package struct ManifestSourceView: Sendable, Codable, Equatable {
    package enum State: String, Sendable, Codable, CaseIterable {
        /// What runs is what the branch held when it was last looked at.
        case current
        /// The last good version runs: the newest could not be read, or is refused.
        case failing
        /// It was never read: nothing is decided until it has been.
        case missing
    }

    /// Repository, branch and path.
    package var source: String
    /// `nil` for all.
    package var projects: [String]?
    package var state: State
    /// The commit whose manifests run.
    package var commit: String?
    /// When that commit was read.
    package var readAt: Timestamp?
    /// When the repository was last asked with success.
    package var checkedAt: Timestamp?
    /// The commit that is refused.
    package var refused: String?
    /// Each with its place, and what to do.
    package var problems: [String]
    /// Of manifests that are made of Applications: what was left out, and what is to be done.
    package var remarks: [String]?

    package init(
        source: String,
        projects: [String]?,
        state: State,
        commit: String?,
        readAt: Timestamp?,
        checkedAt: Timestamp?,
        refused: String?,
        problems: [String],
        remarks: [String]? = nil
    ) {
        self.source = source
        self.projects = projects
        self.state = state
        self.commit = commit
        self.readAt = readAt
        self.checkedAt = checkedAt
        self.refused = refused
        self.problems = problems
        self.remarks = remarks
    }
}
