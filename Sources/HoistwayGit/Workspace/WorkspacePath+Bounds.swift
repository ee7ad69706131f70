import HoistwayModel
import HoistwayPorts

extension WorkspacePath {
    /// A path of the workspace's port; one that is too long or too deep is refused.
    init(checking text: String) throws(WorkspaceFailure) {
        if let problem = Self.problem(with: text) { throw .git(.invalidContent(problem)) }
        self.init(text)
    }
}
