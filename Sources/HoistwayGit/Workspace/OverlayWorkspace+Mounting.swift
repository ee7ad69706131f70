package import HoistwayModel
package import HoistwayPorts

extension OverlayWorkspace {
    package func mount(
        remote: any GitRemote,
        source: CheckoutSource,
        at path: String,
        author: CommitAuthor?
    ) async throws(WorkspaceFailure) -> ObjectID? {
        let place = try WorkspacePath(checking: path)
        guard mounts[place] == nil else { throw .alreadyMounted(path: path) }
        var mount = Mount(remote: remote, base: .zero, root: OverlayDirectory(), author: author ?? self.author)
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
            mount.root = OverlayDirectory(base: record.tree)
        }
        mounts[place] = mount
        return mount.head
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
            throw .noSuchRef(url: mount.remote.displayURL, ref: "branch \(branch)")
        }
        mount.base = mount.head ?? .zero
    }

    private func settleDefaultBranch(_ mount: inout Mount) async throws(WorkspaceFailure) {
        let url = mount.remote.displayURL
        let prefix = "refs/heads/"
        guard let full = try await snapshot(mount.remote, ["HEAD"]).defaultBranch, full.hasPrefix(prefix) else {
            throw .noSuchRef(url: url, ref: "default branch")
        }
        try await settle(&mount, branch: String(full.dropFirst(prefix.count)), create: false)
    }

    private func tagged(_ name: String, _ remote: any GitRemote) async throws(WorkspaceFailure) -> ObjectID {
        guard RefName.isValid(name) else { throw .invalidName(name) }
        let ref = "refs/tags/\(name)"
        let known = try await snapshot(remote, [ref])
        guard let id = known.peeled[ref] ?? known.refs[ref] else {
            throw .noSuchRef(url: remote.displayURL, ref: "tag \(name)")
        }
        return id
    }

    /// What the batch knows of the remote, else what the remote says now.
    private func snapshot(_ remote: any GitRemote, _ prefixes: [String]) async throws(WorkspaceFailure) -> RefSnapshot {
        if let known = heads.snapshots[remote.displayURL] { return known }
        return try await gitFailing { () async throws(GitFailure) in try await remote.refs(prefixes: prefixes) }
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
