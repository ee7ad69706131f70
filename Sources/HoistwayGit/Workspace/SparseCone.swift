import HoistwayModel
import HoistwayPorts

/// The folders of a sparse checkout, in Git's cone mode: these folders, and the files of the folders that hold them.
///
/// See <https://git-scm.com/docs/git-sparse-checkout#_internals_cone_mode_handling>.
struct SparseCone: Sendable {
    private let folders: [WorkspacePath]

    /// Empty: everything is checked out.
    init(_ folders: [WorkspacePath]) {
        self.folders = folders
    }

    init(checking texts: [String]) throws(WorkspaceFailure) {
        var folders: [WorkspacePath] = []
        for text in texts {
            if let reason = SparseFolder.problem(with: text) { throw .invalidSparse(folder: text, reason: reason) }
            folders.append(try WorkspacePath(checking: text))
        }
        self.init(folders)
    }

    var isAll: Bool { folders.isEmpty || folders.contains(where: \.isRoot) }

    /// The checked-out part of a tree; `nil`: nothing.
    func restrict(_ tree: ObjectID?, _ remote: any GitRemote) async throws(WorkspaceFailure) -> ObjectID? {
        guard !isAll, let tree else { return tree }
        let names = folders.map { $0.names[...] }
        return try await gitFailing { () async throws(GitFailure) in try await Self.restrict(tree, to: names, remote) }
    }

    private static func restrict(
        _ tree: ObjectID,
        to folders: [ArraySlice<GitPath>],
        _ remote: any GitRemote
    ) async throws(GitFailure) -> ObjectID {
        var changes: [GitPath: TreeEntry?] = [:]
        for entry in try await remote.tree(tree) where entry.mode == .tree {
            let below = folders.filter { $0.first == entry.name }.map { $0.dropFirst() }
            if below.isEmpty {
                changes[entry.name] = .some(nil)
            } else if !below.contains(where: \.isEmpty) {
                let id = try await restrict(entry.id, to: below, remote)
                changes[entry.name] = .some(TreeEntry(name: entry.name, mode: .tree, id: id))
            }
        }
        return changes.isEmpty ? tree : try await remote.editTree(tree, changes)
    }

    /// A folder with changes that is not checked out.
    func outside(_ directory: OverlayDirectory) -> WorkspacePath? {
        isAll ? nil : outside(directory, at: WorkspacePath())
    }

    private func outside(_ directory: OverlayDirectory, at path: WorkspacePath) -> WorkspacePath? {
        for (name, change) in directory.changes.sorted(by: { $0.key < $1.key }) {
            let place = WorkspacePath(names: path.names + [name])
            guard !folders.contains(where: place.isInside) else { continue }
            switch change {
            case .removed, .file: continue
            case .entry(let entry): if entry.mode == .tree { return place }
            case .directory(let below):
                guard folders.contains(where: { $0.isInside(place) }) else { return place }
                if let found = outside(below, at: place) { return found }
            }
        }
        return nil
    }
}
