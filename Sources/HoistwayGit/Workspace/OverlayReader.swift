import HoistwayModel
import HoistwayPorts

/// Looks into folders, fetching trees when they are needed.
struct OverlayReader: Sendable {
    let remote: any GitRemote

    /// A folder in which nothing is left counts as absent, as Git knows no empty folders.
    func node(_ name: GitPath, in directory: OverlayDirectory) async throws(GitFailure) -> OverlayNode? {
        if let change = directory.changes[name] { return try await node(change) }
        guard let base = directory.base else { return nil }
        return try await remote.entry(name, in: base).map { OverlayNode($0) }
    }

    /// Follows names down in a folder; what is no folder on the way leads nowhere.
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

    /// Follows names down; files on the way lead nowhere.
    ///
    /// - Parameter passesOverSymlinks: symlinks on the way lead nowhere either; otherwise they are an error.
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

    /// Everything in a folder, sorted by name.
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

    /// Whether a folder holds nothing that a commit would show.
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

/// Lets a Git failure pass as a workspace's.
func gitFailing<Value>(_ body: () async throws(GitFailure) -> Value) async throws(WorkspaceFailure) -> Value {
    do { return try await body() } catch { throw .git(error) }
}
