import HoistwayModel
import HoistwayPorts

extension StepContext {
    /// Tells the workspace of a push of an earlier try, so that later steps go on behind it.
    ///
    /// The branch that is checked out begins at its commit in any case.
    func noteArrival(of outcome: BranchOutcome, from path: String) async throws(StepFailure) {
        guard outcome.kind != .tag else { return }
        try await inWorkspace { () throws(WorkspaceFailure) in
            let state = try await workspace.state(of: path)
            guard state.branch != outcome.branch || !state.commits.isEmpty else { return }
            try await workspace.pushed(path, to: outcome.branch, as: outcome.commit)
        }
    }

    /// Whether the checkout, which began at what was pushed, would bring the branch something else now.
    func differs(_ outcome: BranchOutcome, from path: String) async throws(StepFailure) -> Bool {
        guard (outcome.kind ?? .branch) == .branch else { return false }
        let state = try await inWorkspace { () throws(WorkspaceFailure) in try await workspace.state(of: path) }
        guard state.branch == outcome.branch, let made = state.commits.last else { return false }
        do throws(GitFailure) {
            let tree = try await state.remote.commit(made).tree
            return tree != outcome.tree && tree != outcome.made
        } catch {
            throw .git(error)
        }
    }
}
