import HoistwayModel
import HoistwayPorts

/// Changes folders and turns them into trees.
///
/// Only folders on the path to a change are read.
struct OverlayEditor: Sendable {
    let reader: OverlayReader

    init(remote: any GitRemote) {
        reader = OverlayReader(remote: remote)
    }

    /// The folder with `change` at a path, which has at least one name.
    ///
    /// Missing folders on the path are created.
    func setting(
        _ change: OverlayDirectory.Change,
        at path: WorkspacePath,
        in directory: OverlayDirectory
    ) async throws(WorkspaceFailure) -> OverlayDirectory {
        do throws(GitFailure) {
            try TreeBounds.check(
                path.path,
                depth: path.names.count,
                more: change.height,
                url: reader.remote.displayURL
            )
        } catch {
            throw .git(error)
        }
        let result = try await setting(change, at: path.names[...], of: path, in: directory)
        guard result.weight <= TreeBounds.maxChanges else {
            throw .tooManyChanges(path: path.description, limit: TreeBounds.maxChanges)
        }
        return result
    }

    private func setting(
        _ change: OverlayDirectory.Change,
        at names: ArraySlice<GitPath>,
        of path: WorkspacePath,
        in directory: OverlayDirectory
    ) async throws(WorkspaceFailure) -> OverlayDirectory {
        guard let name = names.first else { preconditionFailure("a change has a name") }
        var result = directory
        guard names.count > 1 else {
            result.set(name, to: change)
            return result
        }
        let below: OverlayDirectory
        switch try await gitFailing({ () async throws(GitFailure) in try await reader.node(name, in: directory) }) {
        case .directory(let existing): below = existing
        case nil: below = OverlayDirectory()
        case .object, .file: throw .notAFile(path: path.description)
        }
        result.set(name, to: .directory(try await setting(change, at: names.dropFirst(), of: path, in: below)))
        return result
    }

    /// The folder's tree; `nil` where it is empty.
    ///
    /// Unchanged files make no objects.
    func tree(of directory: OverlayDirectory) async throws(GitFailure) -> ObjectID? {
        if let tree = directory.unchangedTree { return tree == .emptyTree ? nil : tree }
        var changes: [GitPath: TreeEntry?] = [:]
        for (name, change) in directory.changes {
            changes[name] = .some(try await entry(name, change, in: directory))
        }
        let tree = try await reader.remote.editTree(directory.base, changes)
        return tree == .emptyTree ? nil : tree
    }

    private func entry(
        _ name: GitPath,
        _ change: OverlayDirectory.Change,
        in directory: OverlayDirectory
    ) async throws(GitFailure) -> TreeEntry? {
        switch change {
        case .removed: return nil
        case .entry(let entry): return TreeEntry(name: name, mode: entry.mode, id: entry.id)
        case .directory(let below):
            return try await tree(of: below).map { TreeEntry(name: name, mode: .tree, id: $0) }
        case .file(let bytes, let mode):
            let same = GitObject(kind: .blob, bytes: bytes).id
            if let base = directory.base, let old = try await reader.remote.entry(name, in: base), old.id == same {
                return TreeEntry(name: name, mode: mode, id: same)
            }
            return TreeEntry(name: name, mode: mode, id: try await reader.remote.makeBlob(bytes))
        }
    }
}
