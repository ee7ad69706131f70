import HoistwayModel
import HoistwayPorts
import HoistwaySteps

extension PushNeed {
    /// How many files are looked at for what others have in them.
    static let maxLooked = 5000

    var branchKey: BranchKey { BranchKey(remote: outgoing.remote.displayURL, branch: targetBranch) }

    /// How the branch's tree would change by the push of this commit.
    func changes(by made: ObjectID, workspaces: any WorkspaceMaker) async throws -> TreeChanges {
        let remote = outgoing.remote
        return try await workspaces.changes(
            from: remote.tree(of: outgoing.base),
            to: remote.commit(made).tree,
            in: remote,
            limit: Self.maxLooked
        )
    }

    func outcome() async throws -> BranchOutcome {
        guard let tip = outgoing.commits.last else {
            preconditionFailure("a push without commits was to be inspected")
        }
        return BranchOutcome(
            remote: outgoing.remote.displayURL,
            branch: targetBranch,
            before: outgoing.base,
            commit: tip,
            tree: try await outgoing.remote.commit(tip).tree,
            subject: subject,
            pushed: false,
            step: alias
        )
    }
}

extension GitRemote {
    /// `nil` for a branch without commits.
    func tree(of commit: ObjectID) async throws(GitFailure) -> ObjectID? {
        commit.isZero ? nil : try await self.commit(commit).tree
    }
}
