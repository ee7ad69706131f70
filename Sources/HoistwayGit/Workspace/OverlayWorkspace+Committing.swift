package import HoistwayModel
package import HoistwayPorts

extension OverlayWorkspace {
    package func commit(
        _ path: String,
        message: String,
        trailers: [String],
        author: CommitAuthor?
    ) async throws(WorkspaceFailure) -> CommitResult {
        let place = try Place(path, in: self)
        var mount = place.mount
        let remote = mount.remote
        if let outside = mount.cone.outside(mount.root) {
            throw .notCheckedOut(path: WorkspacePath(names: place.root.names + outside.names).text)
        }
        let staged = try await Staging(mount).staged(at: place.inside)
        guard staged.tree != mount.view else {
            if !staged.elsewhere.isEmpty { throw .changedElsewhere(path: path, files: staged.elsewhere) }
            return .nothingChanged(head: mount.head)
        }
        let draft = CommitDraft(
            tree: staged.full ?? .emptyTree,
            parents: mount.head.map { [$0] } ?? [],
            message: CommitText.joined(message, trailers),
            author: author ?? mount.author,
            at: moment
        )
        let id = try await gitFailing { () async throws(GitFailure) in
            if staged.full == nil { _ = try await remote.makeTree([]) }
            return try await remote.makeCommit(draft)
        }
        mount.head = id
        mount.full = staged.full
        mount.view = staged.tree
        // Files that are not part of the commit stay.
        if staged.isAll { mount.root = OverlayDirectory(base: staged.tree) }
        mount.commits.append(id)
        mount.state.commits.append(id)
        mount.state.pushedHead = nil
        mounts[place.root] = mount
        return .committed(id)
    }

    package func pushed(_ path: String, to branch: String?, as commit: ObjectID) async throws(WorkspaceFailure) {
        let place = try Place(path, in: self)
        var mount = place.mount
        if mount.state.pushedHead == nil, let made = mount.state.commits.last, made != commit, !commit.isZero {
            // A tag on the commit is moved with it.
            for (name, var draft) in mount.tags where draft.commit == made {
                draft.commit = commit
                try await make(draft, &mount)
                mount.tags[name] = draft
            }
        }
        mount.state.pushedHead = mount.state.commits.isEmpty && commit.isZero ? nil : commit
        if let name = branch ?? mount.branch { mount.placed["refs/heads/" + name] = commit.isZero ? nil : commit }
        if let branch, branch != mount.branch {
            mount.state.sent[branch] = mount.state.commits.count
        } else {
            mount.base = commit
            mount.commits = []
            if commit != mount.head ?? .zero { try await goOn(from: commit, &mount) }
        }
        mounts[place.root] = mount
    }

    /// After the last commit was made again before its push: later changes stay above the new commit.
    private func goOn(from commit: ObjectID, _ mount: inout Mount) async throws(WorkspaceFailure) {
        let remote = mount.remote
        let (root, view) = (mount.root, mount.view)
        let tree =
            commit.isZero
            ? nil
            : try await gitFailing { () async throws(GitFailure) in
                try await remote.commit(commit).tree
            }
        try await mount.show(tree)
        let shown = mount.view
        mount.root = OverlayDirectory(
            base: try await gitFailing { () async throws(GitFailure) in
                let changed = try await OverlayEditor(remote: remote).tree(of: root)
                return try await TreeMerge(remote: remote).merge(from: view, to: changed, onto: shown).tree
            }
        )
        mount.head = commit.isZero ? nil : commit
        if !mount.state.commits.isEmpty { mount.state.commits[mount.state.commits.count - 1] = commit }
    }

    package func tag(
        _ path: String,
        name: String,
        message: String,
        commit: ObjectID
    ) async throws(WorkspaceFailure) -> ObjectID {
        let place = try Place(path, in: self)
        guard RefName.isValid(name) else { throw .invalidName(name) }
        let draft = TagDraft(
            name: name,
            commit: commit,
            message: CommitText.cleaned(message, dropsComments: true),
            tagger: place.mount.author,
            at: moment
        )
        var mount = place.mount
        let id = try await make(draft, &mount)
        mount.tags[name] = draft
        mounts[place.root] = mount
        return id
    }

    @discardableResult
    private func make(_ draft: TagDraft, _ mount: inout Mount) async throws(WorkspaceFailure) -> ObjectID {
        let remote = mount.remote
        let id = try await gitFailing { () async throws(GitFailure) in try await remote.makeTag(draft) }
        mount.state.tags[draft.name] = id
        return id
    }

    package func adopt(tag name: String, object: ObjectID, at path: String) async throws(WorkspaceFailure) {
        let place = try Place(path, in: self)
        mounts[place.root]?.state.tags[name] = object
    }
}

/// What `git add` below a path, and then `git commit`, would include.
private struct Staging {
    struct Result {
        /// What the checkout has after the commit; `nil`: nothing.
        var tree: ObjectID?
        /// The whole tree; `nil`: it is empty.
        var full: ObjectID?
        /// Nothing was left out.
        var isAll: Bool
        /// Some changed files outside the path, where no file below it has changed.
        var elsewhere: [GitPath] = []
    }

    private static let maxNamed = 3

    private let mount: OverlayWorkspace.Mount
    private let editor: OverlayEditor

    init(_ mount: OverlayWorkspace.Mount) {
        self.mount = mount
        editor = OverlayEditor(remote: mount.remote)
    }

    func staged(at path: WorkspacePath) async throws(WorkspaceFailure) -> Result {
        var result = try await gitFailing { () async throws(GitFailure) in
            let ignored = IgnoredFiles(remote: mount.remote, cleared: mount.cleared)
            let left = try await ignored.left(of: mount.root, tracked: mount.view)
            let all = try await editor.tree(of: left)
            return Result(tree: all, full: mount.full, isAll: try await editor.tree(of: mount.root) == all)
        }
        if !path.isRoot {
            let all = result.tree
            result.tree = try await only(path, of: all)
            result.isAll = result.isAll && result.tree == all
            if result.tree == mount.view, all != mount.view {
                let changes = try await gitFailing { () async throws(GitFailure) in
                    try await TreeDiff(remote: mount.remote).changes(from: mount.view, to: all, limit: Self.maxNamed)
                }
                result.elsewhere = changes.changes.map(\.path)
            }
        }
        guard mount.view != mount.full else {
            result.full = result.tree
            return result
        }
        let tree = result.tree
        result.full = try await gitFailing { () async throws(GitFailure) in
            try await TreeMerge(remote: mount.remote).merge(from: mount.view, to: tree, onto: mount.full).tree
        }
        return result
    }

    /// The checked-out tree, with only one path in its present state.
    private func only(_ path: WorkspacePath, of all: ObjectID?) async throws(WorkspaceFailure) -> ObjectID? {
        let change: OverlayDirectory.Change
        switch try await editor.reader.node(path, below: OverlayDirectory(base: all)) {
        case nil: change = .removed
        case .object(let entry): change = .entry(entry)
        case .directory(let directory): change = .directory(directory)
        case .file(let bytes, let mode): change = .file(bytes, mode)
        }
        let root = try await editor.setting(change, at: path, in: OverlayDirectory(base: mount.view))
        return try await gitFailing { () async throws(GitFailure) in try await editor.tree(of: root) }
    }
}

/// Cleans up a commit message as Git does.
enum CommitText {
    /// Git's clean-up of a message that nobody edits (`whitespace`): no blanks at the ends of lines, no empty lines at
    /// the beginning and the end, and one in place of several.
    ///
    /// - Parameter dropsComments: removes lines that begin with `#`, as Git does for a tag's message.
    static func cleaned(_ message: String, dropsComments: Bool = false) -> String {
        var lines: [String] = []
        // By scalars: Swift reads some line ends of two characters as one.
        for part in message.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
            if dropsComments, part.first == "#" { continue }
            var part = part
            while let last = part.last, " \t\r\u{0B}\u{0C}".unicodeScalars.contains(last) { part.removeLast() }
            if part.isEmpty, lines.last?.isEmpty ?? true { continue }
            lines.append(String(String.UnicodeScalarView(part)))
        }
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    static func joined(_ message: String, _ trailers: [String]) -> String {
        let body = cleaned(message)
        return trailers.isEmpty ? "\(body)\n" : "\(body)\n\n\(trailers.joined(separator: "\n"))\n"
    }
}
