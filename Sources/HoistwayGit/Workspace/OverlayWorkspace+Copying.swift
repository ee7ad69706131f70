import HoistwayModel
package import HoistwayPorts

extension OverlayWorkspace {
    @discardableResult
    package func copy(from: String, to: String, ignore: [String]) async throws(WorkspaceFailure) -> CopyResult {
        let source = try Place(from, in: self)
        let target = try Place(to, in: self)
        try target.checkNames()
        guard ignore.count <= IgnoreRules.maxLines else {
            throw .git(.invalidContent("more than \(IgnoreRules.maxLines) lines say what is not copied"))
        }
        let rules = IgnoreRules(lines: ignore)
        if let line = IgnoreRules.lineThatBringsBack(".git", in: ignore) { throw .copiesGit(line: line) }
        let reader = OverlayReader(remote: source.mount.remote)
        let copier = OverlayCopier(
            source: reader,
            target: OverlayReader(remote: target.mount.remote),
            sharesObjects: Self.isSame(source.mount.remote, target.mount.remote),
            rules: rules
        )
        let old = try await copier.target.node(target)
        switch try await reader.node(source) {
        case nil: throw .missing(path: from)
        case .directory(let folder):
            let existing = try Self.folder(old, at: to)
            let (merged, result) = try await copier.merged(folder, into: existing, at: target.inside)
            guard existing != nil || merged.unchangedTree != .emptyTree else { return result.withoutFiles }
            try await set(.directory(merged), at: target)
            return result
        case .some(let node):
            guard node.isRegularFile else { throw .notAFile(path: from) }
            guard let name = target.inside.names.last, old?.isRegularFile ?? true else { throw .notAFile(path: to) }
            if let own = source.inside.names.last, rules.ignores([own], isDirectory: false) {
                return CopyResult().withoutFiles
            }
            try await set(try await copier.carried(node, name), at: target)
            return CopyResult()
        }
    }

    private func set(_ change: OverlayDirectory.Change, at place: Place) async throws(WorkspaceFailure) {
        mounts[place.root]?.copied.append(place.inside)
        if place.inside.names.isEmpty {
            guard case .directory(let root) = change else { throw .notAFile(path: place.root.description) }
            mounts[place.root]?.root = root
            return
        }
        let editor = OverlayEditor(remote: place.mount.remote)
        let root = try await editor.setting(change, at: place.inside, in: place.mount.root)
        mounts[place.root]?.root = root
    }

    private static func folder(_ node: OverlayNode?, at path: String) throws(WorkspaceFailure) -> OverlayDirectory? {
        switch node {
        case nil: return nil
        case .directory(let directory): return directory
        case .object, .file: throw .notAFile(path: path)
        }
    }

    /// Whether two checkouts are of one remote object, so that what was made for one is there for the other.
    private static func isSame(_ left: any GitRemote, _ right: any GitRemote) -> Bool {
        if let left = left as? RedactingRemote, let right = right as? RedactingRemote { return left === right }
        if let left = left as? RemoteRepository, let right = right as? RemoteRepository { return left === right }
        return type(of: left) == type(of: right) && left.displayURL == right.displayURL
    }
}
