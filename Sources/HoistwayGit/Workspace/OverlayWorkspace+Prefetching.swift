package import HoistwayModel
package import HoistwayPorts

extension OverlayWorkspace {
    package func prefetch(_ paths: [GitPath]) async throws(WorkspaceFailure) {
        var wanted: [WorkspacePath: [ObjectID]] = [:]
        for path in paths {
            let path = try WorkspacePath(checking: path)
            let place = Place(path, shown: path.description, in: self)
            let reader = OverlayReader(remote: place.mount.remote)
            guard let node = try await reader.node(place, passesOverSymlinks: true), node.isRegularFile,
                case .object(let entry) = node
            else { continue }
            wanted[place.root, default: []].append(entry.id)
        }
        for (root, ids) in wanted {
            guard let remote = mounts[root]?.remote else { continue }
            try await gitFailing { () async throws(GitFailure) in try await remote.prefetch(ids) }
        }
    }
}
