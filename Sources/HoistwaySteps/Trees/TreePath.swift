package import HoistwayModel
package import HoistwayPorts

/// A path below a tree, looked up and set through a remote, a level at a time.
package struct TreePath: Sendable {
    private let parts: ArraySlice<String>

    package init(_ path: String) {
        parts = path.split(separator: "/").map(String.init)[...]
    }

    private init(_ parts: ArraySlice<String>) {
        self.parts = parts
    }

    package func entry(in tree: ObjectID?, _ remote: any GitRemote) async throws(GitFailure) -> TreeEntry? {
        guard let tree, let name = parts.first else { return nil }
        let found = try await remote.entry(name, in: tree)
        guard parts.count > 1 else { return found }
        guard let found, found.mode == .tree else { return nil }
        return try await TreePath(parts.dropFirst()).entry(in: found.id, remote)
    }

    /// The tree with the entry set, or removed; folders that become empty go with it.
    package func set(
        _ entry: TreeEntry?,
        in tree: ObjectID?,
        _ remote: any GitRemote
    ) async throws(GitFailure) -> ObjectID {
        guard let name = parts.first else { preconditionFailure("a path without a name was to be set") }
        guard parts.count > 1 else { return try await remote.editTree(tree, [name: entry]) }
        var folder: ObjectID?
        if let tree, let found = try await remote.entry(name, in: tree), found.mode == .tree { folder = found.id }
        let changed = try await TreePath(parts.dropFirst()).set(entry, in: folder, remote)
        let isEmpty = try await remote.tree(changed).isEmpty
        return try await remote.editTree(
            tree,
            [name: isEmpty ? nil : TreeEntry(name: name, mode: .tree, id: changed)]
        )
    }
}
