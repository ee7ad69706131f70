import HoistwayModel
import HoistwayPorts

/// Makes a checkout's commits again on the tip of another branch, with only the changes of these commits.
struct Transfer {
    struct Result {
        /// Oldest first; those that change nothing there are left out.
        var commits: [ObjectID] = []
        /// Files that differ between the branch and the checked-out commit, and that get the checkout's content.
        var overwritten: [GitPath] = []
        /// Files where the other side has a folder.
        var clashes: [GitPath] = []
    }

    private let state: MountState

    init(_ state: MountState) {
        self.state = state
    }

    /// - Parameter sent: how many of the checkout's commits the branch already has.
    func onto(_ tip: ObjectID, commits: [ObjectID], sent: Int) async throws(GitFailure) -> Result {
        var result = Result()
        // The branch is where the checkout began: its commits need no change.
        if sent == 0, tip == state.start {
            result.commits = commits
            return result
        }
        let remote = state.remote
        var parent = tip
        var (there, old) = (try await tree(of: tip), state.startTree)
        if sent > 0 { old = try await tree(of: state.commits[sent - 1]) }
        var overwritten: Set<GitPath> = []
        for id in commits {
            let commit = try await remote.commit(id)
            let merged = try await TreeMerge(remote: remote).merge(from: old, to: commit.tree, onto: there)
            old = commit.tree
            overwritten.formUnion(merged.overwritten)
            result.clashes += merged.clashes
            guard merged.tree != there else { continue }
            let tree: ObjectID = if let tree = merged.tree { tree } else { try await remote.makeTree([]) }
            parent = try await remote.makeCommit(commit.remade(tree: tree, parents: [parent]))
            result.commits.append(parent)
            there = merged.tree
        }
        result.overwritten = overwritten.sorted()
        return result
    }

    private func tree(of commit: ObjectID) async throws(GitFailure) -> ObjectID? {
        commit.isZero ? nil : try await state.remote.commit(commit).tree
    }
}
