import HoistwayModel
import HoistwayPorts

/// Copies folders between checkouts.
///
/// A folder that is copied to an empty place is copied by its tree's id, however large it is. Symlinks and submodules
/// are left out in the copied folder and in every folder that is merged. Inside folders that are copied by id they
/// stay.
struct OverlayCopier: Sendable {
    /// Limit of a copy from one repository into another, in bytes: there, contents have to be transferred.
    static let maxCarriedBytes = 64 << 20

    let source: OverlayReader
    let target: OverlayReader
    /// Both are the same repository, so that an id means the same object in both.
    let sharesObjects: Bool
    let rules: IgnoreRules

    /// The state of one copy.
    private struct Run {
        /// The target of the copy.
        var target: WorkspacePath
        var bounds: TreeBounds
        /// Bytes that may still be transferred.
        var room = OverlayCopier.maxCarriedBytes
        var result = CopyResult()
    }

    /// A folder below the one that is copied.
    private struct Level {
        var names: [GitPath] = []
        var path: GitPath = ""

        func appending(_ name: GitPath) -> Level {
            Level(names: names + [name], path: path.appending(name))
        }
    }

    /// The new folder at `to` after `from` is copied there.
    ///
    /// - Parameters:
    ///   - names: those from the copied folder to `from`, and from `path` to `to`.
    ///   - path: the target of the copied folder.
    func merged(
        _ from: OverlayDirectory,
        _ names: [GitPath] = [],
        into to: OverlayDirectory?,
        at path: WorkspacePath
    ) async throws(WorkspaceFailure) -> (OverlayDirectory, CopyResult) {
        var run = Run(target: path, bounds: TreeBounds(url: source.remote.displayURL))
        let level = names.reduce(Level()) { $0.appending($1) }
        let merged = try await merged(from, level, into: to ?? OverlayDirectory(), &run)
        return (merged, run.result)
    }

    /// A single file at its new place.
    func carried(_ node: OverlayNode, _ name: GitPath) async throws(WorkspaceFailure) -> OverlayDirectory.Change {
        var room = Self.maxCarriedBytes
        return try await gitFailing { () async throws(GitFailure) in try await carry(node, name, &room) }
    }

    private func merged(
        _ from: OverlayDirectory,
        _ level: Level,
        into to: OverlayDirectory,
        _ run: inout Run
    ) async throws(WorkspaceFailure) -> OverlayDirectory {
        var result = to
        let isNew = to.unchangedTree == .emptyTree
        let takesWhole = isNew && sharesObjects && rules.isEmpty
        if takesWhole { result = from }
        try check(from, level, run, isWhole: takesWhole)
        let nodes = try await gitFailing { () async throws(GitFailure) in try await source.list(from) }
        do throws(GitFailure) { try run.bounds.enter(level.path, entries: nodes.count) } catch { throw .git(error) }
        if !takesWhole { try await load(nodes) }
        for (name, node) in nodes {
            if let mode = node.mode, mode == .symlink || mode == .submodule {
                let place = level.path.appending(name)
                if mode == .symlink {
                    run.result.leaveOut(symlink: place)
                } else {
                    run.result.leaveOut(submodule: place)
                }
                if takesWhole { result.set(name, to: .removed) }
                continue
            }
            if takesWhole || name == ".git" { continue }
            if case .directory(let folder) = node {
                if isIgnored(name, level, isDirectory: true) { continue }
                let old = try await folderAt(name, in: to, level, run)
                if let merged = try await mergedFolder(folder, level.appending(name), into: old, &run) {
                    result.set(name, to: .directory(merged))
                }
            } else {
                if isIgnored(name, level, isDirectory: false) { continue }
                try await checkNoFolder(at: name, in: to, level, run)
                var left = run.room
                result.set(
                    name,
                    to: try await gitFailing { () async throws(GitFailure) in try await carry(node, name, &left) }
                )
                run.room = left
            }
        }
        return result
    }

    /// `nil` where nothing changes.
    private func mergedFolder(
        _ from: OverlayDirectory,
        _ level: Level,
        into old: OverlayDirectory?,
        _ run: inout Run
    ) async throws(WorkspaceFailure) -> OverlayDirectory? {
        if sharesObjects, rules.isEmpty {
            guard let old else {
                try check(from, level, run, isWhole: true)
                return from
            }
            if let tree = from.unchangedTree, tree == old.unchangedTree { return nil }
        }
        return try await merged(from, level, into: old ?? OverlayDirectory(), &run)
    }

    /// Refuses what would be too deep; `isWhole`: the folder is copied with its own changes.
    private func check(
        _ from: OverlayDirectory,
        _ level: Level,
        _ run: Run,
        isWhole: Bool
    ) throws(WorkspaceFailure) {
        if Task.isCancelled {
            throw .git(.unreachable(url: source.remote.displayURL, detail: "the copy was cancelled"))
        }
        do throws(GitFailure) {
            try TreeBounds.check(
                level.path,
                depth: run.target.names.count + level.names.count,
                more: isWhole ? from.height : 0,
                url: source.remote.displayURL
            )
        } catch {
            throw .git(error)
        }
    }

    private func isIgnored(_ name: GitPath, _ level: Level, isDirectory: Bool) -> Bool {
        !rules.isEmpty && rules.ignores(level.names + [name], isDirectory: isDirectory)
    }

    /// Fetches in one request the objects that the next level needs.
    private func load(_ nodes: [(name: GitPath, node: OverlayNode)]) async throws(WorkspaceFailure) {
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
        _ name: GitPath,
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

    private func folderAt(
        _ name: GitPath,
        in to: OverlayDirectory,
        _ level: Level,
        _ run: Run
    ) async throws(WorkspaceFailure) -> OverlayDirectory? {
        switch try await gitFailing({ () async throws(GitFailure) in try await target.node(name, in: to) }) {
        case .directory(let directory): return directory
        case nil: return nil
        case .object, .file: throw .notAFile(path: Self.text(level, name, run))
        }
    }

    private func checkNoFolder(
        at name: GitPath,
        in to: OverlayDirectory,
        _ level: Level,
        _ run: Run
    ) async throws(WorkspaceFailure) {
        let old = try await gitFailing { () async throws(GitFailure) in try await target.node(name, in: to) }
        if case .directory = old { throw .notAFile(path: Self.text(level, name, run)) }
    }

    private static func text(_ level: Level, _ name: GitPath, _ run: Run) -> String {
        WorkspacePath(names: run.target.names + level.names + [name]).description
    }
}
