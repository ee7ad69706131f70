import HoistwayModel
package import HoistwayPorts

extension OverlayWorkspace {
    @discardableResult
    package func copy(from: String, to: String, ignore: [String]) async throws(WorkspaceFailure) -> CopyResult {
        let source = try Place(anywhere: from, in: self)
        let target = try Place(anywhere: to, in: self)
        try target.checkNames()
        guard ignore.count <= IgnoreRules.maxLines else {
            throw .git(.invalidContent("more than \(IgnoreRules.maxLines) lines say what is not copied"))
        }
        let rules = IgnoreRules(lines: ignore)
        if let line = IgnoreRules.lineThatBringsBack(".git", in: ignore) { throw .copiesGit(line: line) }
        let copier = Self.copier(from: source, to: target, rules)
        let old = try await copier.target.node(target)
        let nested = nested(in: from, beside: target)
        switch try await copier.source.node(source) {
        case nil where nested.isEmpty: throw .missing(path: from)
        case .directory(let folder)?:
            let own = try await merge(folder, [], to: target, copier)
            return try await copy(nested, to: target, rules, after: own)
        case nil: return try await copy(nested, to: target, rules, after: CopyResult().withoutFiles)
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

    /// Checkouts inside a folder, with their paths in it: their files are part of the folder.
    private func nested(in folder: String, beside target: Place) -> [(root: WorkspacePath, rest: WorkspacePath)] {
        let folder = WorkspacePath(folder)
        return mounts.keys.sorted { $0.path < $1.path }.compactMap { root in
            guard let rest = root.rest(below: folder), !rest.isRoot, target.isScratch || root != target.root else {
                return nil
            }
            return (root, rest)
        }
    }

    private func copy(
        _ nested: [(root: WorkspacePath, rest: WorkspacePath)],
        to target: Place,
        _ rules: IgnoreRules,
        after own: CopyResult
    ) async throws(WorkspaceFailure) -> CopyResult {
        var all = own
        for (root, rest) in nested {
            let folders = rest.names.indices.map { Array(rest.names.prefix($0 + 1)) }
            guard !folders.contains(where: { rules.ignores($0, isDirectory: true) }), let mount = mounts[root] else {
                continue
            }
            // An earlier copy may have changed it.
            let folder = (target.isScratch ? WorkspacePath() : target.root).appending(target.inside.path)
            let place = Place(folder, shown: target.text, in: self)
            let source = Place(root, shown: root.description, in: self)
            let copier = Self.copier(from: source, to: place, rules)
            all.add(try await merge(mount.root, rest.names, to: place, copier))
        }
        return all
    }

    /// - Parameter names: from the copied folder to this one.
    private func merge(
        _ folder: OverlayDirectory,
        _ names: [GitPath],
        to target: Place,
        _ copier: OverlayCopier
    ) async throws(WorkspaceFailure) -> CopyResult {
        var place = target
        place.inside = WorkspacePath(names: target.inside.names + names)
        let existing = try Self.folder(try await copier.target.node(place), at: target.text)
        let (merged, result) = try await copier.merged(folder, names, into: existing, at: target.inside)
        guard existing != nil || merged.unchangedTree != .emptyTree else { return result.withoutFiles }
        try await set(.directory(merged), at: place)
        return result
    }

    private static func copier(from source: Place, to target: Place, _ rules: IgnoreRules) -> OverlayCopier {
        OverlayCopier(
            source: OverlayReader(remote: source.mount.remote),
            target: OverlayReader(remote: target.mount.remote),
            sharesObjects: source.isScratch == target.isScratch && isSame(source.mount.remote, target.mount.remote),
            rules: rules
        )
    }

    private func set(_ change: OverlayDirectory.Change, at place: Place) async throws(WorkspaceFailure) {
        if place.inside.names.isEmpty {
            guard case .directory(let root) = change else { throw .notAFile(path: place.root.description) }
            try put(root, at: place)
        } else {
            let editor = OverlayEditor(remote: place.mount.remote)
            try put(try await editor.setting(change, at: place.inside, in: place.mount.root), at: place)
        }
        self.change(place) { $0.copied.append(place.inside) }
    }

    private static func folder(_ node: OverlayNode?, at path: String) throws(WorkspaceFailure) -> OverlayDirectory? {
        switch node {
        case nil: return nil
        case .directory(let directory): return directory
        case .object, .file: throw .notAFile(path: path)
        }
    }

    /// Whether two checkouts have the same remote object, so that objects made for one exist for the other.
    private static func isSame(_ left: any GitRemote, _ right: any GitRemote) -> Bool {
        if let left = left as? RedactingRemote, let right = right as? RedactingRemote { return left === right }
        if let left = left as? RemoteRepository, let right = right as? RemoteRepository { return left === right }
        return type(of: left) == type(of: right) && left.displayURL == right.displayURL
    }
}
