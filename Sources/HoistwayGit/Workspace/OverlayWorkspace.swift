package import HoistwayModel
package import HoistwayPorts

/// A promotion's files: trees of remotes with changes in memory above them.
///
/// Nothing touches the disk. One promotion uses it, one call at a time; the actor only keeps that promise honest.
package actor OverlayWorkspace: Workspace {
    struct Mount {
        var remote: any GitRemote
        /// Short name; `nil` for a tag or commit.
        var branch: String?
        /// Where the branch was before the commits below; zero where it is created.
        var base: ObjectID
        var head: ObjectID?
        var root: OverlayDirectory
        var commits: [ObjectID] = []
        var author: CommitAuthor
    }

    let heads: KnownHeads
    let author: CommitAuthor
    let moment: Timestamp
    var mounts: [WorkspacePath: Mount] = [:]

    /// Commits have this author, unless the checkout or the commit names another, and `moment` as their time.
    package init(heads: KnownHeads = KnownHeads(), author: CommitAuthor, at moment: Timestamp) {
        self.heads = heads
        self.author = author
        self.moment = moment
    }

    package func read(_ path: String) async throws(WorkspaceFailure) -> [UInt8]? {
        let place = try Place(path, in: self)
        let reader = OverlayReader(remote: place.mount.remote)
        guard let node = try await reader.node(place) else { return nil }
        if case .directory = node { return nil }
        guard node.isRegularFile else { throw .notAFile(path: path) }
        return try await gitFailing { () async throws(GitFailure) in try await reader.content(node) }
    }

    package func write(_ path: String, _ bytes: [UInt8]) async throws(WorkspaceFailure) {
        let place = try Place(path, in: self)
        try place.checkNames()
        let editor = OverlayEditor(remote: place.mount.remote)
        let old = try await editor.reader.node(place)
        guard old?.isRegularFile ?? true, !place.inside.names.isEmpty else { throw .notAFile(path: path) }
        let change = OverlayDirectory.Change.file(bytes, old?.mode ?? .file)
        let root = try await editor.setting(change, at: place.inside, in: place.mount.root)
        mounts[place.root]?.root = root
    }

    package func files(named names: [String], in path: String) async throws(WorkspaceFailure) -> [String] {
        let place = try Place(path, in: self)
        let reader = OverlayReader(remote: place.mount.remote)
        switch try await reader.node(place) {
        case nil: return []
        case .directory(let directory):
            // One by one: making a list of a wide folder takes far longer.
            var found: [String] = []
            for name in names {
                let node = try await gitFailing { () async throws(GitFailure) in
                    try await reader.node(GitPath(name), in: directory)
                }
                if node?.isRegularFile ?? false { found.append(name) }
            }
            return found
        case .object, .file: throw .notAFile(path: path)
        }
    }

    @discardableResult
    package func clear(_ path: String) async throws(WorkspaceFailure) -> Bool {
        let place = try Place(path, in: self)
        if place.inside.names.isEmpty {
            mounts[place.root]?.root = OverlayDirectory()
            return place.mount.root.unchangedTree != .emptyTree
        }
        let editor = OverlayEditor(remote: place.mount.remote)
        switch try await editor.reader.node(place) {
        case nil: return false
        case .directory:
            let root = try await editor.setting(.removed, at: place.inside, in: place.mount.root)
            mounts[place.root]?.root = root
            return true
        case .object, .file: throw .notAFile(path: path)
        }
    }

    package func outgoing(_ path: String) async throws(WorkspaceFailure) -> OutgoingBranch {
        let mount = try Place(path, in: self).mount
        return OutgoingBranch(remote: mount.remote, branch: mount.branch, base: mount.base, commits: mount.commits)
    }

    package func pushed(_ path: String) async throws(WorkspaceFailure) {
        let place = try Place(path, in: self)
        mounts[place.root]?.base = place.mount.head ?? .zero
        mounts[place.root]?.commits = []
    }
}

extension OverlayWorkspace {
    /// A path taken apart: the checkout that holds it, and where it is in there.
    struct Place {
        /// As it was given, for messages.
        var text: String
        var root: WorkspacePath
        var mount: Mount
        var inside: WorkspacePath

        init(_ text: String, in workspace: isolated OverlayWorkspace) throws(WorkspaceFailure) {
            let path = try WorkspacePath(checking: text)
            guard let place = Place(path, shown: text, in: workspace) else { throw .notMounted(path: text) }
            self = place
        }

        /// `nil` outside of every checkout.
        init?(_ path: WorkspacePath, shown text: String, in workspace: isolated OverlayWorkspace) {
            self.text = text
            // The innermost checkout, where one lies inside another.
            let holders = workspace.mounts.filter { path.isInside($0.key) }
            guard let holder = holders.max(by: { $0.key.names.count < $1.key.names.count }) else { return nil }
            root = holder.key
            mount = holder.value
            inside = WorkspacePath(names: Array(path.names.dropFirst(root.names.count)))
        }

        /// Refuses names that must not get into a tree, before anything is made of them.
        func checkNames() throws(WorkspaceFailure) {
            for name in inside.names {
                guard let problem = TreeName.problem(withNew: name) else { continue }
                throw .git(.invalidContent("\(text) cannot be written: \(name) is no name for a file, as \(problem)"))
            }
        }
    }
}
