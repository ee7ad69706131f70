import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Makes a promotion's last commit again with another tree.
struct CommitRemaking {
    let commit: CommitRecord

    /// The same commit with the other tree; none where the branch has that tree already.
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
            CommitDraft(
                tree: tree,
                parents: commit.parents,
                message: message ?? commit.message,
                author: Self.author(commit.author),
                at: commit.committedAt
            )
        )
        need.outgoing.commits.append(made)
        return need
    }

    /// `Name <email>` in its two parts.
    private static func author(_ text: String) -> CommitAuthor {
        guard let open = text.lastIndex(of: "<") else { return CommitAuthor(name: text, email: "") }
        let name = text[..<open].split(separator: " ").joined(separator: " ")
        return CommitAuthor(name: name, email: String(text[text.index(after: open)...].prefix { $0 != ">" }))
    }
}
