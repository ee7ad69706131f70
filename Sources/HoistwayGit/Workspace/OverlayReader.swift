import HoistwayModel
import HoistwayPorts

/// Reads folders, fetching trees when they are needed.
struct OverlayReader: Sendable {
    let remote: any GitRemote

    /// A folder without files counts as absent, since Git has no empty folders.
    func node(_ name: GitPath, in directory: OverlayDirectory) async throws(GitFailure) -> OverlayNode? {
        if let change = directory.changes[name] { return try await node(change) }
        guard let base = directory.base else { return nil }
        return try await remote.entry(name, in: base).map { OverlayNode($0) }
    }

    /// Follows names down from a folder; `nil` where a name before the last is no folder.
    func node(_ path: WorkspacePath, below directory: OverlayDirectory) async throws(WorkspaceFailure) -> OverlayNode? {
        var current = OverlayNode.directory(directory)
        for name in path.names {
            guard case .directory(let folder) = current else { return nil }
            let next = try await gitFailing { () async throws(GitFailure) in try await node(name, in: folder) }
            guard let next else { return nil }
            current = next
        }
        return current
    }

    /// Follows names down; `nil` where a name before the last is a file.
    ///
    /// - Parameter passesOverSymlinks: for a symlink on the path the result is `nil` too; otherwise it is an error.
    func node(
        _ place: OverlayWorkspace.Place,
        passesOverSymlinks: Bool = false
    ) async throws(WorkspaceFailure) -> OverlayNode? {
        var current = OverlayNode.directory(place.mount.root)
        for name in place.inside.names {
            switch current {
            case .directory(let directory):
                guard
                    let next = try await gitFailing({ () async throws(GitFailure) in
                        try await node(name, in: directory)
                    })
                else { return nil }
                current = next
            case .object(let entry) where entry.mode == .symlink && !passesOverSymlinks:
                throw .notAFile(path: place.text)
            case .object, .file: return nil
            }
        }
        return current
    }

    /// All entries of a folder, sorted by name.
    func list(_ directory: OverlayDirectory) async throws(GitFailure) -> [(name: GitPath, node: OverlayNode)] {
        var nodes: [GitPath: OverlayNode] = [:]
        if let base = directory.base {
            for entry in try await remote.tree(base)
            where nodes.updateValue(OverlayNode(entry), forKey: entry.name) != nil {
                let name = entry.name.shortened
                throw .corrupt(url: remote.displayURL, what: "tree \(base) has two entries named \(name)")
            }
        }
        for (name, change) in directory.changes { nodes[name] = try await node(change) }
        return nodes.map { ($0.key, $0.value) }.sorted { $0.name < $1.name }
    }

    private func node(_ change: OverlayDirectory.Change) async throws(GitFailure) -> OverlayNode? {
        if case .directory(let directory) = change, try await isEmpty(directory) { return nil }
        return OverlayNode(change)
    }

    /// Whether a folder has nothing for a commit.
    private func isEmpty(_ directory: OverlayDirectory) async throws(GitFailure) -> Bool {
        if let tree = directory.unchangedTree { return tree == .emptyTree }
        for change in directory.changes.values where try await node(change) != nil { return false }
        guard let base = directory.base else { return true }
        return try await remote.tree(base).allSatisfy { directory.changes[$0.name] != nil }
    }

    func content(_ node: OverlayNode) async throws(GitFailure) -> [UInt8] {
        switch node {
        case .object(let entry): try await remote.blob(entry.id)
        case .file(let bytes, _): bytes
        case .directory: []
        }
    }
}

/// Turns Git failures into failures of the workspace.
func gitFailing<Value>(_ body: () async throws(GitFailure) -> Value) async throws(WorkspaceFailure) -> Value {
    do { return try await body() } catch { throw .git(error) }
}
