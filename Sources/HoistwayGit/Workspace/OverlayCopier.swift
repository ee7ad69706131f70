import HoistwayModel
import HoistwayPorts

/// Copies folders between checkouts.
///
/// A folder that is copied to where nothing is goes over by its tree's id, however large it is. Symlinks are skipped
/// in the folder that is copied and in every folder that is merged; inside folders that go over by id they stay.
struct OverlayCopier: Sendable {
    /// Most that is copied from one repository into another, in bytes: there, contents have to be carried.
    static let maxCarriedBytes = 64 << 20

    let source: OverlayReader
    let target: OverlayReader
    /// Both are the same repository, so that ids mean the same.
    let sharesObjects: Bool
    let rules: IgnoreRules

    /// What `to` becomes when `from` is copied there.
    func merged(
        _ from: OverlayDirectory,
        into to: OverlayDirectory?,
        at path: WorkspacePath
    ) async throws(WorkspaceFailure) -> OverlayDirectory {
        var room = Self.maxCarriedBytes
        return try await merged(from, [], into: to ?? OverlayDirectory(), at: path, &room)
    }

    /// What a single file becomes at its new place.
    func carried(_ node: OverlayNode, _ name: String) async throws(WorkspaceFailure) -> OverlayDirectory.Change {
        var room = Self.maxCarriedBytes
        return try await gitFailing { () async throws(GitFailure) in try await carry(node, name, &room) }
    }

    private func merged(
        _ from: OverlayDirectory,
        _ below: [String],
        into to: OverlayDirectory,
        at path: WorkspacePath,
        _ room: inout Int
    ) async throws(WorkspaceFailure) -> OverlayDirectory {
        var result = to
        let isNew = to.unchangedTree == .emptyTree
        let takesWhole = isNew && sharesObjects && rules.isEmpty
        if takesWhole { result = from }
        let nodes = try await gitFailing { () async throws(GitFailure) in try await source.list(from) }
        if !takesWhole { try await load(nodes) }
        for (name, node) in nodes {
            let place = below + [name]
            if let mode = node.mode, mode == .symlink || mode == .submodule {
                if takesWhole { result.changes[name] = .removed }
                continue
            }
            if takesWhole || name == ".git" { continue }
            var isFolder = false
            if case .directory = node { isFolder = true }
            if rules.ignores(place, isDirectory: isFolder) { continue }
            if try await isUnnameable(name, node, in: to, at: path, place) { continue }
            if case .directory(let folder) = node {
                let old = try await folderAt(name, in: to, path, place)
                if let merged = try await mergedFolder(folder, place, into: old, at: path, &room) {
                    result.changes[name] = .directory(merged)
                }
            } else {
                try await checkNoFolder(at: name, in: to, path, place)
                var left = room
                result.changes[name] = try await gitFailing { () async throws(GitFailure) in
                    try await carry(node, name, &left)
                }
                room = left
            }
        }
        return result
    }

    /// `nil` where nothing changes.
    private func mergedFolder(
        _ from: OverlayDirectory,
        _ place: [String],
        into old: OverlayDirectory?,
        at path: WorkspacePath,
        _ room: inout Int
    ) async throws(WorkspaceFailure) -> OverlayDirectory? {
        if sharesObjects, rules.isEmpty {
            guard let old else { return from }
            if let tree = from.unchangedTree, tree == old.unchangedTree { return nil }
        }
        return try await merged(from, place, into: old ?? OverlayDirectory(), at: path, &room)
    }

    /// Fetches in one request what the next level down will read.
    private func load(_ nodes: [(name: String, node: OverlayNode)]) async throws(WorkspaceFailure) {
        let ids = nodes.compactMap { entry -> ObjectID? in
            switch entry.node {
            case .directory(let directory): directory.base
            case .object(let object) where !sharesObjects && entry.node.isRegularFile: object.id
            case .object, .file: nil
            }
        }
        try await gitFailing { () async throws(GitFailure) in try await source.remote.prefetch(ids) }
    }

    private func carry(
        _ node: OverlayNode,
        _ name: String,
        _ room: inout Int
    ) async throws(GitFailure) -> OverlayDirectory.Change {
        switch node {
        case .object(let entry) where sharesObjects:
            return .entry(TreeEntry(name: name, mode: entry.mode, id: entry.id))
        case .object, .file:
            let bytes = try await source.content(node)
            room -= bytes.count
            guard room >= 0 else {
                throw .tooLarge(
                    url: source.remote.displayURL,
                    what: "more than \(Self.maxCarriedBytes) bytes copied into another repository"
                )
            }
            return .file(bytes, node.mode ?? .file)
        case .directory(let directory): return .directory(directory)
        }
    }

    /// Whether the name is not UTF-8: it is not known here as it is, and would come out as another one.
    ///
    /// Fails where that would be needed.
    private func isUnnameable(
        _ name: String,
        _ node: OverlayNode,
        in to: OverlayDirectory,
        at path: WorkspacePath,
        _ place: [String]
    ) async throws(WorkspaceFailure) -> Bool {
        guard name.unicodeScalars.contains("\u{FFFD}") else { return false }
        let there = try await gitFailing { () async throws(GitFailure) in try await target.list(to) }
        if there.contains(where: { $0.name == name && $0.node.isSame(as: node) }) { return true }
        throw .git(
            .invalidContent(
                "\(WorkspacePath(names: path.names + place)) has a name that is not UTF-8: it is copied only with a "
                    + "whole folder, to where nothing is"
            )
        )
    }

    private func folderAt(
        _ name: String,
        in to: OverlayDirectory,
        _ path: WorkspacePath,
        _ place: [String]
    ) async throws(WorkspaceFailure) -> OverlayDirectory? {
        switch try await gitFailing({ () async throws(GitFailure) in try await target.node(name, in: to) }) {
        case .directory(let directory): return directory
        case nil: return nil
        case .object, .file: throw .notAFile(path: WorkspacePath(names: path.names + place).description)
        }
    }

    private func checkNoFolder(
        at name: String,
        in to: OverlayDirectory,
        _ path: WorkspacePath,
        _ place: [String]
    ) async throws(WorkspaceFailure) {
        let old = try await gitFailing { () async throws(GitFailure) in try await target.node(name, in: to) }
        if case .directory = old { throw .notAFile(path: WorkspacePath(names: path.names + place).description) }
    }
}
