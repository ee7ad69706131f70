package import HoistwayModel
package import HoistwayPorts

extension CommitRecord {
    /// A draft of the same commit with another tree and another parent.
    ///
    /// - Parameter tree: `nil` keeps its tree.
    package func remade(tree: ObjectID? = nil, parents: [ObjectID]? = nil, message: String? = nil) -> CommitDraft {
        CommitDraft(
            tree: tree ?? self.tree,
            parents: parents ?? self.parents,
            message: message ?? self.message,
            author: Self.person(author),
            at: committedAt
        )
    }

    /// `Name <email>` in its two parts.
    private static func person(_ text: String) -> CommitAuthor {
        guard let open = text.lastIndex(of: "<") else { return CommitAuthor(name: text, email: "") }
        let name = text[..<open].split(separator: " ").joined(separator: " ")
        return CommitAuthor(name: name, email: String(text[text.index(after: open)...].prefix { $0 != ">" }))
    }
}
