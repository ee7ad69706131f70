package import HoistwayModel
package import HoistwayPorts

extension OverlayWorkspace {
    package func mount(
        remote: any GitRemote,
        source: CheckoutSource,
        at path: String,
        author: CommitAuthor?,
        sparse: [String]
    ) async throws(WorkspaceFailure) -> ObjectID? {
        let place = try WorkspacePath(checking: path)
        guard mounts[place] == nil else { throw .alreadyMounted(path: path) }
        if let failure = heads.failures[remote.displayURL] { throw .git(failure) }
        let present = try await OverlayReader(remote: scratch.remote).node(place, below: scratch.root)
        if case .directory(let folder) = present, folder.written.files == 0 {
            // Like Git, it accepts an empty folder.
        } else if present != nil {
            throw .holdsFiles(path: path)
        }
        var mount = Mount(remote: remote, author: author ?? self.author)
        mount.cone = try SparseCone(checking: sparse)
        switch source {
        case .defaultBranch: try await settleDefaultBranch(&mount)
        case .branch(let name, let create): try await settle(&mount, branch: name, create: create)
        case .tag(let name): mount.head = try await tagged(name, remote)
        case .commit(let id): mount.head = id
        }
        if let head = mount.head {
            let record = try await gitFailing { () async throws(GitFailure) in try await remote.commit(head) }
            mount.head = record.id
            if source.isDetached { mount.base = record.id }
            let full = try await grafted(record.tree, heads.grafts[place], remote)
            try await mount.show(full)
        }
        mount.state = MountState(
            remote: remote,
            branch: mount.branch,
            start: mount.head ?? .zero,
            startTree: mount.full
        )
        mounts[place] = mount
        return mount.head
    }

    /// The tree with some files from the branch that the checkout is pushed to.
    private func grafted(
        _ tree: ObjectID,
        _ graft: Graft?,
        _ remote: any GitRemote
    ) async throws(WorkspaceFailure) -> ObjectID? {
        guard let graft else { return tree }
        let editor = OverlayEditor(remote: remote)
        let tip = try await gitFailing { () async throws(GitFailure) in try await remote.commit(graft.tip).tree }
        var root = OverlayDirectory(base: tree)
        for file in graft.files.sorted() {
            let path = WorkspacePath(names: file.names)
            guard case .object(let entry)? = try await editor.reader.node(path, below: OverlayDirectory(base: tip))
            else {
                continue
            }
            root = try await editor.setting(.entry(entry), at: path, in: root)
        }
        return try await gitFailing { [root] () async throws(GitFailure) in try await editor.tree(of: root) }
    }

    private func settle(_ mount: inout Mount, branch: String, create: Bool) async throws(WorkspaceFailure) {
        let ref = "refs/heads/\(branch)"
        guard RefName.isValid(branch) else { throw .invalidName(branch) }
        mount.branch = branch
        if let made = heads.unpushed[BranchKey(remote: mount.remote.displayURL, branch: branch)] {
            mount.head = made
        } else {
            mount.head = try await snapshot(mount.remote, [ref]).refs[ref]
        }
        guard mount.head != nil || create else {
            throw .noSuchRef(url: mount.remote.displayURL, .branch(branch))
        }
        mount.base = mount.head ?? .zero
    }

    private func settleDefaultBranch(_ mount: inout Mount) async throws(WorkspaceFailure) {
        let url = mount.remote.displayURL
        let prefix = "refs/heads/"
        guard let full = try await snapshot(mount.remote, ["HEAD"]).defaultBranch, full.hasPrefix(prefix) else {
            throw .noSuchRef(url: url, .defaultBranch)
        }
        try await settle(&mount, branch: String(full.dropFirst(prefix.count)), create: false)
    }

    private func tagged(_ name: String, _ remote: any GitRemote) async throws(WorkspaceFailure) -> ObjectID {
        guard RefName.isValid(name) else { throw .invalidName(name) }
        let ref = "refs/tags/\(name)"
        let known = try await snapshot(remote, [ref])
        guard let id = known.peeled[ref] ?? known.refs[ref] else {
            throw .noSuchRef(url: remote.displayURL, .tag(name))
        }
        return id
    }

    package func ref(_ name: String, at path: String) async throws(WorkspaceFailure) -> RefPlace? {
        let mount = try Place(path, in: self).mount
        if let commit = mount.placed[name] { return RefPlace(object: commit, commit: commit) }
        let prefix = "refs/heads/"
        if name.hasPrefix(prefix),
            let made = heads.unpushed[
                BranchKey(remote: mount.remote.displayURL, branch: String(name.dropFirst(prefix.count)))
            ]
        {
            return RefPlace(object: made, commit: made)
        }
        let known = heads.snapshots[mount.remote.displayURL]
        if let place = known?.place(of: name) { return place }
        // The ref may be missing from the batch's snapshot.
        return try await gitFailing { () async throws(GitFailure) in try await mount.remote.refs(prefixes: [name]) }
            .place(of: name)
    }

    /// The batch's snapshot of the remote, else the present refs of the remote.
    private func snapshot(_ remote: any GitRemote, _ prefixes: [String]) async throws(WorkspaceFailure) -> RefSnapshot {
        if let known = heads.snapshots[remote.displayURL] { return known }
        return try await gitFailing { () async throws(GitFailure) in try await remote.refs(prefixes: prefixes) }
    }
}

extension OverlayWorkspace.Mount {
    /// Shows a tree as the head's tree, without changes.
    mutating func show(_ tree: ObjectID?) async throws(WorkspaceFailure) {
        full = tree == .emptyTree ? nil : tree
        view = try await cone.restrict(full, remote)
        root = OverlayDirectory(base: view)
    }
}

extension RefSnapshot {
    fileprivate func place(of ref: String) -> RefPlace? {
        refs[ref].map { RefPlace(object: $0, commit: peeled[ref] ?? $0) }
    }
}

extension CheckoutSource {
    fileprivate var isDetached: Bool {
        switch self {
        case .defaultBranch, .branch: false
        case .tag, .commit: true
        }
    }
}
