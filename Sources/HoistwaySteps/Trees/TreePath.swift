package import HoistwayModel
package import HoistwayPorts

/// A path below a tree, looked up and set through a remote, a level at a time.
package struct TreePath: Sendable {
    private let path: GitPath
    private let names: [GitPath]

    package init(_ path: GitPath) {
        self.path = path
        names = path.names
    }

    package func entry(in tree: ObjectID?, _ remote: any GitRemote) async throws(GitFailure) -> TreeEntry? {
        guard let last = names.last, names.count <= GitPath.maxDepth, var folder = tree else { return nil }
        for name in names.dropLast() {
            guard let found = try await remote.entry(name, in: folder), found.mode == .tree else { return nil }
            folder = found.id
        }
        return try await remote.entry(last, in: folder)
    }

    /// The tree with the entry set, or removed; folders that become empty go with it.
    package func set(
        _ entry: TreeEntry?,
        in tree: ObjectID?,
        _ remote: any GitRemote
    ) async throws(GitFailure) -> ObjectID {
        guard let last = names.last else { preconditionFailure("a path without a name was to be set") }
        guard names.count <= GitPath.maxDepth else {
            throw .tooLarge(
                url: remote.displayURL,
                what: "\(path.shortened) lies more than \(GitPath.maxDepth) folders deep"
            )
        }
        var folders = [tree]
        for name in names.dropLast() {
            var next: ObjectID?
            if let folder = folders[folders.count - 1], let found = try await remote.entry(name, in: folder),
                found.mode == .tree
            {
                next = found.id
            }
            folders.append(next)
        }
        var made = try await remote.editTree(folders.removeLast(), [last: entry])
        for (folder, name) in zip(folders, names.dropLast()).reversed() {
            let isEmpty = try await remote.tree(made).isEmpty
            made = try await remote.editTree(
                folder,
                [name: isEmpty ? nil : TreeEntry(name: name, mode: .tree, id: made)]
            )
        }
        return made
    }
}
