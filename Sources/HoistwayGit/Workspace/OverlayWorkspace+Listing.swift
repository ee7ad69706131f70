package import HoistwayModel
package import HoistwayPorts

extension OverlayWorkspace {
    package func entry(at path: GitPath) async throws(WorkspaceFailure) -> SourceEntry? {
        let path = try WorkspacePath(checking: path)
        let place = Place(path, shown: path.description, in: self)
        let node = try await OverlayReader(remote: place.mount.remote).node(place, passesOverSymlinks: true)
        // A folder may have nothing but checkouts.
        return node.flatMap(SourceEntry.init) ?? (mounts.keys.contains { $0.isInside(path) } ? .folder : nil)
    }

    package func read(_ path: GitPath) async throws(WorkspaceFailure) -> [UInt8]? {
        let path = try WorkspacePath(checking: path)
        let place = Place(path, shown: path.description, in: self)
        let reader = OverlayReader(remote: place.mount.remote)
        guard let node = try await reader.node(place, passesOverSymlinks: true), node.isRegularFile else { return nil }
        return try await gitFailing { () async throws(GitFailure) in try await reader.content(node) }
    }

    package func identity(of path: GitPath) async throws(WorkspaceFailure) -> ObjectID? {
        let path = try WorkspacePath(checking: path)
        let place = Place(path, shown: path.description, in: self)
        let reader = OverlayReader(remote: place.mount.remote)
        guard let node = try await reader.node(place, passesOverSymlinks: true), node.isRegularFile else { return nil }
        switch node {
        case .object(let entry): return entry.id
        case .file(let bytes, _): return GitObject(kind: .blob, bytes: bytes).id
        case .directory: return nil
        }
    }

    package func list(
        _ folder: GitPath,
        limit: Int
    ) async throws(WorkspaceFailure) -> [(path: GitPath, entry: SourceEntry)] {
        let folder = try WorkspacePath(checking: folder)
        var lister = OverlayLister(hidden: Set(mounts.keys), limit: limit)
        let place = Place(folder, shown: folder.description, in: self)
        let reader = OverlayReader(remote: place.mount.remote)
        if case .directory(let directory) = try await reader.node(place, passesOverSymlinks: true) {
            try await lister.add(directory, at: folder, reader)
        }
        for (root, mount) in mounts.sorted(by: { $0.key.path < $1.key.path })
        where root != folder && root.isInside(folder) {
            try await lister.add(mount.root, at: root, OverlayReader(remote: mount.remote))
        }
        return lister.found.sorted { $0.path < $1.path }
    }

    @discardableResult
    package func remove(_ path: GitPath) async throws(WorkspaceFailure) -> Bool {
        let path = try WorkspacePath(checking: path)
        guard !mounts.keys.contains(where: { $0.isInside(path) }) else {
            throw .holdsCheckout(path: path.description)
        }
        let place = Place(path, shown: path.description, in: self)
        guard !place.inside.isRoot else { throw .holdsCheckout(path: path.description) }
        let editor = OverlayEditor(remote: place.mount.remote)
        guard try await editor.reader.node(place) != nil else { return false }
        let root = try await editor.setting(.removed, at: place.inside, in: place.mount.root)
        try put(root, at: place)
        return true
    }
}

/// Lists files of folders, a level at a time, so that each level is fetched in one request.
private struct OverlayLister {
    /// Checkouts, which hide the entries of an outer one at their paths.
    let hidden: Set<WorkspacePath>
    /// The search ends when more than this number is found.
    let limit: Int
    private(set) var found: [(path: GitPath, entry: SourceEntry)] = []

    init(hidden: Set<WorkspacePath>, limit: Int) {
        self.hidden = hidden
        self.limit = limit
    }

    mutating func add(
        _ root: OverlayDirectory,
        at place: WorkspacePath,
        _ reader: OverlayReader
    ) async throws(WorkspaceFailure) {
        do throws(GitFailure) {
            var bounds = TreeBounds(url: reader.remote.displayURL)
            var level = [(path: place, directory: root)]
            while !level.isEmpty, found.count <= limit {
                if Task.isCancelled {
                    throw .unreachable(url: reader.remote.displayURL, detail: "the listing was cancelled")
                }
                try await reader.remote.prefetch(level.compactMap(\.directory.base))
                var next: [(path: WorkspacePath, directory: OverlayDirectory)] = []
                for folder in level where found.count <= limit {
                    let nodes = try await reader.list(folder.directory)
                    try bounds.enter(folder.path.path, entries: nodes.count)
                    for (name, node) in nodes where found.count <= limit {
                        let path = WorkspacePath(names: folder.path.names + [name])
                        if hidden.contains(path) { continue }
                        if case .directory(let directory) = node {
                            try TreeBounds.check(path.path, depth: path.names.count, url: reader.remote.displayURL)
                            next.append((path, directory))
                        } else if let entry = SourceEntry(node) {
                            found.append((path.path, entry))
                        }
                    }
                }
                level = next
            }
        } catch {
            throw .git(error)
        }
    }
}

extension SourceEntry {
    /// `nil` for a node that a tree cannot have.
    fileprivate init?(_ node: OverlayNode) {
        switch node.mode {
        case nil: self = .folder
        case .file: self = .file(isExecutable: false)
        case .executable: self = .file(isExecutable: true)
        case .symlink: self = .symlink
        case .submodule: self = .submodule
        case .tree: return nil
        }
    }
}
