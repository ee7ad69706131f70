/// `imageUpdater`: whether Applications of Argo CD Image Updater become stages automatically.
package struct ImageUpdaterSettings: Sendable, Equatable {
    package static let defaultEnabled = false

    package var isEnabled: Bool
    /// The AppProjects whose Applications become stages.
    package var projects: [String]
    /// Globs of the branches that may be pushed, `HEAD` for a default branch.
    package var allowedBranches: [String]

    package init(
        isEnabled: Bool = defaultEnabled,
        projects: [String] = [],
        allowedBranches: [String] = []
    ) {
        self.isEnabled = isEnabled
        self.projects = projects
        self.allowedBranches = allowedBranches
    }
}
