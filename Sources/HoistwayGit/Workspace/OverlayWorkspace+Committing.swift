import HoistwayModel
package import HoistwayPorts

extension OverlayWorkspace {
    package func commit(
        _ path: String,
        message: String,
        trailers: [String],
        author: CommitAuthor?
    ) async throws(WorkspaceFailure) -> CommitResult {
        let place = try Place(path, in: self)
        var mount = place.mount
        let remote = mount.remote
        let directory = mount.root
        let tree = try await gitFailing { () async throws(GitFailure) in
            try await OverlayEditor(remote: remote).tree(of: directory)
        }
        if try await headTree(of: mount) == tree {
            mount.root = OverlayDirectory(base: tree)
            mounts[place.root] = mount
            return .nothingChanged(head: mount.head)
        }
        let draft = CommitDraft(
            tree: tree ?? .emptyTree,
            parents: mount.head.map { [$0] } ?? [],
            message: Self.text(message, trailers),
            author: author ?? mount.author,
            at: moment
        )
        let id = try await gitFailing { () async throws(GitFailure) in
            if tree == nil { _ = try await remote.makeTree([]) }
            return try await remote.makeCommit(draft)
        }
        mount.head = id
        mount.root = OverlayDirectory(base: tree)
        mount.commits.append(id)
        mounts[place.root] = mount
        return .committed(id)
    }

    /// `nil` where there is no commit, or one of the empty tree.
    private func headTree(of mount: Mount) async throws(WorkspaceFailure) -> ObjectID? {
        guard let head = mount.head else { return nil }
        let remote = mount.remote
        let tree = try await gitFailing { () async throws(GitFailure) in try await remote.commit(head) }.tree
        return tree == .emptyTree ? nil : tree
    }

    private static func text(_ message: String, _ trailers: [String]) -> String {
        var body = message[...]
        while let last = body.last, last.isWhitespace { body = body.dropLast() }
        return trailers.isEmpty ? "\(body)\n" : "\(body)\n\n\(trailers.joined(separator: "\n"))\n"
    }
}
