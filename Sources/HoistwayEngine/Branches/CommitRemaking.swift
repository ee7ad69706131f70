import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Makes a promotion's last commit again with another tree.
struct CommitRemaking {
    let commit: CommitRecord

    /// The same commit with the other tree; no commit if the branch already has that tree.
    func replacing(
        tree: ObjectID,
        theirs: ObjectID,
        message: String? = nil,
        in need: PushNeed
    ) async throws -> PushNeed {
        guard tree != commit.tree else { return need }
        var need = need
        need.outgoing.commits.removeLast()
        guard tree != theirs else { return need }
        let made = try await need.outgoing.remote.makeCommit(
            commit.remade(tree: tree, message: message)
        )
        need.outgoing.commits.append(made)
        return need
    }
}
