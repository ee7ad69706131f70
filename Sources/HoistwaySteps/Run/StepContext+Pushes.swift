import HoistwayModel
import HoistwayPorts

extension StepContext {
    /// Tells the workspace of a push of an earlier try, so that later steps go on behind it.
    ///
    /// The branch that is checked out begins at its commit in any case.
    func noteArrival(of outcome: BranchOutcome, from path: String) async throws(StepFailure) {
        guard outcome.kind != .tag else { return }
        try await inWorkspace { () throws(WorkspaceFailure) in
            guard try await workspace.state(of: path).branch != outcome.branch else { return }
            try await workspace.pushed(path, to: outcome.branch, as: outcome.commit)
        }
    }
}
