import HoistwayModel
import HoistwayPorts

extension WorkspacePath {
    /// Takes a path of the workspace's port; throws where it is too long or too deep.
    init(checking text: String) throws(WorkspaceFailure) {
        if let problem = Self.problem(with: text) { throw .git(.invalidContent(problem)) }
        self.init(text)
    }

    /// The same for names in Git's form, which need not be text.
    init(checking path: GitPath) throws(WorkspaceFailure) {
        if let problem = Self.problem(with: path) { throw .git(.invalidContent(problem)) }
        self = WorkspacePath().appending(path)
    }
}
