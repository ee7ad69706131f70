import HoistwayModel
import HoistwayPorts

extension StepContext {
    /// Records a push of an earlier try in the workspace, so that later steps continue after it.
    ///
    /// A checkout of the pushed branch itself already begins at the pushed commit.
    func noteArrival(of outcome: BranchOutcome, from path: String) async throws(StepFailure) {
        guard outcome.kind != .tag else { return }
        try await inWorkspace { () throws(WorkspaceFailure) in
            let state = try await workspace.state(of: path)
            guard state.branch != outcome.branch || !state.commits.isEmpty else { return }
            try await workspace.pushed(path, to: outcome.branch, as: outcome.commit)
        }
    }

    /// Whether the checkout, which began at the pushed commit, would now bring the branch another content.
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
