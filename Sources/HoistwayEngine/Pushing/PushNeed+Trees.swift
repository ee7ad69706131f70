import HoistwayModel
import HoistwayPorts
import HoistwaySteps

extension PushNeed {
    /// The most files that are searched for others' work.
    static let maxLooked = 5000

    /// By the short name; only valid for a stage's branch, not for a tag or a promotion's own branch.
    var branchKey: BranchKey { BranchKey(remote: outgoing.remote.displayURL, branch: targetBranch) }

    /// Whether it changes a branch that stages write.
    var isOnStageBranch: Bool { kind == .branch }

    /// Whether it copies the changes of one branch's checkout to another branch, and keeps the rest of that.
    var isTransfer: Bool { kind == .branch && checkedOut != targetBranch && !outgoing.old.isZero }

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
        var outcome = BranchOutcome(
            remote: outgoing.remote.displayURL,
            branch: targetBranch,
            before: outgoing.base,
            commit: tip,
            tree: try await outgoing.remote.commit(tip).tree,
            subject: subject,
            pushed: false,
            step: alias,
            kind: kind,
            checkedOut: checkedOut == targetBranch ? nil : checkedOut
        )
        if let provisional, provisional != tip { outcome.made = try await outgoing.remote.commit(provisional).tree }
        return outcome
    }
}

extension GitRemote {
    /// `nil` for a branch without commits.
    func tree(of commit: ObjectID) async throws(GitFailure) -> ObjectID? {
        commit.isZero ? nil : try await self.commit(commit).tree
    }
}
