import HoistwayModel
import HoistwayPorts

extension WorkspacePath {
    /// A path of the workspace's port; one that is too long or too deep is refused.
    init(checking text: String) throws(WorkspaceFailure) {
        if let problem = Self.problem(with: text) { throw .git(.invalidContent(problem)) }
        self.init(text)
    }

    /// The same of names as Git has them, which need not be text.
    init(checking path: GitPath) throws(WorkspaceFailure) {
        if let problem = Self.problem(with: path) { throw .git(.invalidContent(problem)) }
        self = WorkspacePath().appending(path)
    }
}
