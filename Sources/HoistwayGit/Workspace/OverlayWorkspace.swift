package import HoistwayModel
package import HoistwayPorts

/// A promotion's files: trees of remotes with changes in memory above them.
///
/// Nothing is written to disk. One promotion uses it, one call at a time; the actor only enforces this.
package actor OverlayWorkspace: Workspace {
    struct Mount {
        var remote: any GitRemote
        /// Short name; `nil` for a tag or commit.
        var branch: String?
        /// The branch's commit before the commits below; zero where the branch is created.
        var base: ObjectID
        var head: ObjectID?
        /// The present files.
        var root: OverlayDirectory
        /// Not pushed to the branch yet.
        var commits: [ObjectID] = []
        var author: CommitAuthor
        /// The whole tree of the head, with the files that were grafted into it; `nil`: it is empty.
        var full: ObjectID?
        /// The checked-out part of it: `root` is compared with this.
        ///
        /// Less than `full` where the checkout is sparse.
        var view: ObjectID?
        var cone = SparseCone([])
        /// Folders whose files were removed from the index, as `git rm` does.
        var cleared: [WorkspacePath] = []
        /// Files and folders that came from a copy.
        var copied: [WorkspacePath] = []
        /// Files whose content a step has read.
        var read: Set<WorkspacePath> = []
        var state: MountState
        /// Tags that were made here, by name.
        var tags: [String: TagDraft] = [:]
        /// Refs that this promotion has set, by full name.
        var placed: [String: ObjectID] = [:]

        init(remote: any GitRemote, author: CommitAuthor) {
            self.remote = remote
            self.author = author
            base = .zero
            root = OverlayDirectory()
            state = MountState(remote: remote, branch: nil, start: .zero, startTree: nil)
        }
    }

    let heads: KnownHeads
    let author: CommitAuthor
    let moment: Timestamp
    var mounts: [WorkspacePath: Mount] = [:]
    /// Files outside of every checkout.
    var scratch: Mount

    /// Limits for files outside of checkouts, in number and in bytes.
    static let maxScratchFiles = 10_000
    static let maxScratchBytes = 64 << 20

    /// Commits have this author, unless the checkout or the commit names another, and `moment` as their time.
    package init(heads: KnownHeads = KnownHeads(), author: CommitAuthor, at moment: Timestamp) {
        self.heads = heads
        self.author = author
        self.moment = moment
        scratch = Mount(remote: ScratchObjects(), author: author)
    }

    package func read(_ path: String) async throws(WorkspaceFailure) -> [UInt8]? {
        let place = try Place(anywhere: path, in: self)
        let reader = OverlayReader(remote: place.mount.remote)
        guard let node = try await reader.node(place) else { return nil }
        if case .directory = node { return nil }
        guard node.isRegularFile else { throw .notAFile(path: path) }
        change(place) { $0.read.insert(place.inside) }
        return try await gitFailing { () async throws(GitFailure) in try await reader.content(node) }
    }

    package func write(_ path: String, _ bytes: [UInt8]) async throws(WorkspaceFailure) {
        let place = try Place(anywhere: path, in: self)
        try place.checkNames()
        let whole = try WorkspacePath(checking: path)
        guard !mounts.keys.contains(where: { $0.isInside(whole) }) else { throw .notAFile(path: path) }
        let editor = OverlayEditor(remote: place.mount.remote)
        let old = try await editor.reader.node(place)
        guard old?.isRegularFile ?? true, !place.inside.names.isEmpty else { throw .notAFile(path: path) }
        let file = OverlayDirectory.Change.file(bytes, old?.mode ?? .file)
        let root = try await editor.setting(file, at: place.inside, in: place.mount.root)
        try put(root, at: place)
        if old != nil, place.mount.isEdit(of: place.inside) {
            change(place) { $0.state.edited.insert(place.inside.path) }
        }
    }

    package func files(named names: [String], in path: String) async throws(WorkspaceFailure) -> [String] {
        let place = try Place(anywhere: path, in: self)
        let reader = OverlayReader(remote: place.mount.remote)
        switch try await reader.node(place) {
        case nil: return []
        case .directory(let directory):
            // One by one: listing a wide folder takes far longer.
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
            mounts[place.root]?.cleared = [place.inside]
            mounts[place.root]?.state.isCleared = true
            return place.mount.root.unchangedTree != .emptyTree
        }
        let editor = OverlayEditor(remote: place.mount.remote)
        switch try await editor.reader.node(place) {
        case nil: return false
        case .directory:
            let root = try await editor.setting(.removed, at: place.inside, in: place.mount.root)
            mounts[place.root]?.root = root
            mounts[place.root]?.cleared.append(place.inside)
            return true
        case .object, .file: throw .notAFile(path: path)
        }
    }

    package func outgoing(_ path: String) async throws(WorkspaceFailure) -> OutgoingBranch {
        let mount = try Place(path, in: self).mount
        return OutgoingBranch(remote: mount.remote, branch: mount.branch, base: mount.base, commits: mount.commits)
    }

    package func state(of path: String) async throws(WorkspaceFailure) -> MountState {
        try Place(path, in: self).mount.state
    }
}

extension OverlayWorkspace.Mount {
    /// Whether a write to a file is an edit of its content before the promotion: a step has read it, and it was neither
    /// cleared nor copied.
    func isEdit(of path: WorkspacePath) -> Bool {
        read.contains(path) && !(cleared + copied).contains { path.isInside($0) }
    }
}

extension OverlayWorkspace {
    func change(_ place: Place, _ body: (inout Mount) -> Void) {
        if place.isScratch {
            body(&scratch)
        } else if var mount = mounts[place.root] {
            body(&mount)
            mounts[place.root] = mount
        }
    }

    /// Sets the new files of a checkout, or those outside of all checkouts.
    func put(_ root: OverlayDirectory, at place: Place) throws(WorkspaceFailure) {
        let written = root.written
        guard !place.isScratch || written.files <= Self.maxScratchFiles && written.bytes <= Self.maxScratchBytes else {
            throw .scratchFull(path: place.text, files: Self.maxScratchFiles, bytes: Self.maxScratchBytes)
        }
        change(place) { $0.root = root }
    }

    /// A path in two parts: the checkout that holds it, and the path inside.
    struct Place {
        /// As the caller gave it, for messages.
        var text: String
        var root: WorkspacePath
        var mount: Mount
        var inside: WorkspacePath
        /// Outside of every checkout.
        var isScratch = false

        /// In a checkout.
        init(_ text: String, in workspace: isolated OverlayWorkspace) throws(WorkspaceFailure) {
            try self.init(anywhere: text, in: workspace)
            guard !isScratch else { throw .notMounted(path: text) }
        }

        init(anywhere text: String, in workspace: isolated OverlayWorkspace) throws(WorkspaceFailure) {
            self.init(try WorkspacePath(checking: text), shown: text, in: workspace)
        }

        init(_ path: WorkspacePath, shown text: String, in workspace: isolated OverlayWorkspace) {
            self.text = text
            // The innermost checkout, where one is inside another.
            let holders = workspace.mounts.filter { path.isInside($0.key) }
            guard let holder = holders.max(by: { $0.key.names.count < $1.key.names.count }) else {
                (root, mount, inside, isScratch) = (WorkspacePath(), workspace.scratch, path, true)
                return
            }
            root = holder.key
            mount = holder.value
            inside = WorkspacePath(names: Array(path.names.dropFirst(root.names.count)))
        }

        /// Refuses names that a tree must not have, before anything is created.
        func checkNames() throws(WorkspaceFailure) {
            for name in inside.names {
                guard let problem = TreeName.problem(withNew: name) else { continue }
                throw .git(.invalidContent("\(text) cannot be written: \(name) is no name for a file, as \(problem)"))
            }
        }
    }
}
