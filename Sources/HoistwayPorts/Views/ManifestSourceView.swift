package import HoistwayModel

/// Manifests that the server follows in Git.
package struct ManifestSourceView: Sendable, Codable, Equatable {
    package enum State: String, Sendable, Codable, CaseIterable {
        /// The newest manifests of the branch are in use.
        case current
        /// The last good version is in use: the newest could not be read, or is refused.
        case failing
        /// The manifests were never read: nothing is decided until they are.
        case missing
    }

    /// Repository, branch and path.
    package var source: String
    /// `nil` for all projects.
    package var projects: [String]?
    package var state: State
    /// The commit whose manifests are in use.
    package var commit: String?
    /// When that commit was read.
    package var readAt: Timestamp?
    /// When the last successful request to the repository was.
    package var checkedAt: Timestamp?
    /// The commit that is refused.
    package var refused: String?
    /// Each with its place, and the action that solves it.
    package var problems: [String]
    /// Only for manifests made from Applications: what was left out, and what a person must do.
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
