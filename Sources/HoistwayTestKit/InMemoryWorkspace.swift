package import HoistwayModel
package import HoistwayPorts
import Synchronization

/// The simplest workspace that follows the port's contract: whole trees as lists of paths.
///
/// It is for tests of steps and of the engine, and the model for the test of a faster one.
package final class InMemoryWorkspace: Workspace {
    private struct Mount {
        var path: String
        var remote: any GitRemote
        var branch: String?
        /// The remote's commit.
        var base: ObjectID
        var head: ObjectID?
        var commits: [ObjectID] = []
        var author: CommitAuthor
        /// By path within the repository.
        var files: [GitPath: TreeEntry]
        var state: MountState
        /// The files of the last commit.
        var committed: [GitPath: TreeEntry]
        var replaced: [GitPath] = []
        var read: Set<GitPath> = []
        var placed: [String: ObjectID] = [:]
        var tags: [String: TagDraft] = [:]
        /// The files outside of every checkout.
        var isScratch = false
    }

    /// The first has the files outside of the others.
    private let mounts: Mutex<[Mount]>
    private let heads: KnownHeads
    private let author: CommitAuthor
    private let moment: Timestamp

    package init(
        heads: KnownHeads = KnownHeads(),
        author: CommitAuthor = CommitAuthor(name: "Hoistway", email: "hoistway@example.com"),
        at moment: Timestamp = Timestamp(seconds: 2)
    ) {
        self.heads = heads
        self.author = author
        self.moment = moment
        let remote = InMemoryGitRemote("memory:scratch")
        let state = MountState(remote: remote, branch: nil, start: .zero, startTree: nil)
        var scratch = Mount(
            path: "",
            remote: remote,
            base: .zero,
            author: author,
            files: [:],
            state: state,
            committed: [:]
        )
        scratch.isScratch = true
        mounts = Mutex([scratch])
    }

    package func mount(
        remote: any GitRemote,
        source: CheckoutSource,
        at path: String,
        author: CommitAuthor?,
        sparse: [String]
    ) async throws(WorkspaceFailure) -> ObjectID? {
        guard sparse.isEmpty else { throw .invalidSparse(folder: sparse[0], reason: "is not known to this workspace") }
        let path = Self.clean(path)
        guard !mounts.withLock({ $0.contains { $0.path == path && !$0.isScratch } }) else {
            throw .alreadyMounted(path: path)
        }
        guard !scratch.files.keys.contains(where: { $0.isInside(GitPath(path)) }) else { throw .holdsFiles(path: path) }
        if let failure = heads.failures[remote.displayURL] { throw .git(failure) }
        let found = try await find(source, remote)
        var files: [GitPath: TreeEntry] = [:]
        if let head = found.head { files = try await Self.files(of: head, remote) }
        if let graft = heads.grafts[WorkspacePath(path)] {
            let there = try await Self.files(of: graft.tip, remote)
            for file in graft.files { if let entry = there[file] { files[file] = entry } }
        }
        let tree: ObjectID?
        do throws(GitFailure) { tree = try await Self.tree(files, remote) } catch { throw .git(error) }
        let mount = Mount(
            path: path,
            remote: remote,
            branch: found.branch,
            base: found.base,
            head: found.head,
            author: author ?? self.author,
            files: files,
            state: MountState(remote: remote, branch: found.branch, start: found.head ?? .zero, startTree: tree),
            committed: files
        )
        mounts.withLock { $0.append(mount) }
        return found.head
    }

    private struct Found {
        var branch: String?
        var head: ObjectID?
        var base: ObjectID
    }

    private func find(_ source: CheckoutSource, _ remote: any GitRemote) async throws(WorkspaceFailure) -> Found {
        if case .commit(let id) = source { return Found(head: id, base: id) }
        let snapshot: RefSnapshot
        if let known = heads.snapshots[remote.displayURL] {
            snapshot = known
        } else {
            do throws(GitFailure) { snapshot = try await remote.refs(prefixes: []) } catch { throw .git(error) }
        }
        switch source {
        case .tag(let tag):
            let ref = "refs/tags/" + tag
            guard let id = snapshot.peeled[ref] ?? snapshot.refs[ref] else {
                throw .noSuchRef(url: remote.displayURL, .tag(tag))
            }
            return Found(head: id, base: id)
        case .branch(let name, let creates): return try branch(name, creates: creates, snapshot, remote)
        case .defaultBranch, .commit:
            guard let ref = snapshot.defaultBranch else { throw .noSuchRef(url: remote.displayURL, .defaultBranch) }
            return try branch(String(ref.dropFirst("refs/heads/".count)), creates: false, snapshot, remote)
        }
    }

    private func branch(
        _ name: String,
        creates: Bool,
        _ snapshot: RefSnapshot,
        _ remote: any GitRemote
    ) throws(WorkspaceFailure) -> Found {
        if let head = heads.unpushed[BranchKey(remote: remote.displayURL, branch: name)] {
            return Found(branch: name, head: head, base: head)
        }
        let ref = "refs/heads/" + name
        if let head = snapshot.refs[ref] { return Found(branch: name, head: head, base: head) }
        guard creates else { throw .noSuchRef(url: remote.displayURL, .branch(name)) }
        return Found(branch: name, base: .zero)
    }

    private static func files(of commit: ObjectID, _ remote: any GitRemote) async throws(WorkspaceFailure) -> [GitPath:
        TreeEntry]
    {
        do throws(GitFailure) {
            return try await TreeFiles.read(remote.commit(commit).tree, from: remote)
        } catch {
            throw .git(error)
        }
    }

    // MARK: Files

    package func read(_ path: String) async throws(WorkspaceFailure) -> [UInt8]? {
        let (mount, inside) = locate(WorkspacePath(path))
        guard let entry = mount.files[inside] else { return nil }
        guard entry.mode == .file || entry.mode == .executable else { throw .notAFile(path: path) }
        change(mount) { $0.read.insert(inside) }
        do throws(GitFailure) { return try await mount.remote.blob(entry.id) } catch { throw .git(error) }
    }

    package func write(_ path: String, _ bytes: [UInt8]) async throws(WorkspaceFailure) {
        let (mount, inside) = locate(WorkspacePath(path))
        let mode = mount.files[inside]?.mode ?? .file
        guard mode == .file || mode == .executable else { throw .notAFile(path: path) }
        let id: ObjectID
        do throws(GitFailure) { id = try await mount.remote.makeBlob(bytes) } catch { throw .git(error) }
        change(mount) { mount in
            if mount.files[inside] != nil, mount.read.contains(inside),
                !mount.replaced.contains(where: inside.isInside)
            {
                mount.state.edited.insert(inside)
            }
            mount.files[inside] = TreeEntry(name: "", mode: mode, id: id)
        }
    }

    package func files(named names: [String], in path: String) async throws(WorkspaceFailure) -> [String] {
        let (mount, inside) = locate(WorkspacePath(path))
        return names.filter { name in
            let mode = mount.files[inside.appending(GitPath(name))]?.mode
            return mode == .file || mode == .executable
        }
    }

    package func entry(at path: GitPath) async throws(WorkspaceFailure) -> SourceEntry? {
        let path = WorkspacePath().appending(path).path
        if let entry = visible()[path] { return Self.sourceEntry(entry) }
        let isFolder =
            mounts.withLock { $0.contains { !$0.isScratch && GitPath($0.path).isInside(path) } }
            || visible().keys.contains { $0.isInside(path) }
        return isFolder ? .folder : nil
    }

    package func read(_ path: GitPath) async throws(WorkspaceFailure) -> [UInt8]? {
        guard case .file = try await entry(at: path) else { return nil }
        let (mount, inside) = locate(WorkspacePath().appending(path))
        guard let entry = mount.files[inside] else { return nil }
        do throws(GitFailure) { return try await mount.remote.blob(entry.id) } catch { throw .git(error) }
    }

    package func identity(of path: GitPath) async throws(WorkspaceFailure) -> ObjectID? {
        guard case .file = try await entry(at: path) else { return nil }
        return visible()[WorkspacePath().appending(path).path]?.id
    }

    package func list(
        _ folder: GitPath,
        limit: Int
    ) async throws(WorkspaceFailure) -> [(path: GitPath, entry: SourceEntry)] {
        let folder = WorkspacePath().appending(folder).path
        return visible().filter { $0.key != folder && $0.key.isInside(folder) }
            .sorted { $0.key < $1.key }
            .map { ($0.key, Self.sourceEntry($0.value)) }
    }

    @discardableResult
    package func remove(_ path: GitPath) async throws(WorkspaceFailure) -> Bool {
        let path = WorkspacePath().appending(path)
        guard !mounts.withLock({ $0.contains { !$0.isScratch && WorkspacePath($0.path).isInside(path) } }) else {
            throw .holdsCheckout(path: path.description)
        }
        let (mount, inside) = locate(path)
        let links = mount.files.filter { $0.value.mode == .symlink && $0.key != inside }
        guard !links.keys.contains(where: { inside.isInside($0) }) else { throw .notAFile(path: path.description) }
        return clear(mount, inside)
    }

    /// The files of all checkouts together, by path from the workspace's root.
    private func visible() -> [GitPath: TreeEntry] {
        let mounts = mounts.withLock(\.self)
        var all: [GitPath: TreeEntry] = [:]
        for mount in mounts.sorted(by: { $0.path.utf8.count < $1.path.utf8.count }) {
            let root = GitPath(mount.path)
            all = all.filter { !$0.key.isInside(root) }
            for (path, entry) in mount.files { all[root.appending(path)] = entry }
        }
        return all
    }

    private static func sourceEntry(_ entry: TreeEntry) -> SourceEntry {
        switch entry.mode {
        case .executable: .file(isExecutable: true)
        case .symlink: .symlink
        case .submodule: .submodule
        case .file, .tree: .file(isExecutable: false)
        }
    }

    @discardableResult
    package func clear(_ path: String) async throws(WorkspaceFailure) -> Bool {
        let (mount, inside) = try locate(path)
        return clear(mount, inside)
    }

    private func clear(_ mount: Mount, _ inside: GitPath) -> Bool {
        let hasFiles = mount.files.keys.contains { $0.isInside(inside) }
        change(mount) { mount in
            mount.files = mount.files.filter { !$0.key.isInside(inside) }
            mount.replaced.append(inside)
            if inside.isEmpty { mount.state.isCleared = true }
        }
        return hasFiles
    }

    @discardableResult
    package func copy(from: String, to: String, ignore: [String]) async throws(WorkspaceFailure) -> CopyResult {
        let (source, inside) = locate(WorkspacePath(from))
        let (target, below) = locate(WorkspacePath(to))
        let nested = mounts.withLock { mounts in
            mounts.filter { !$0.isScratch && $0.path != source.path && $0.path != target.path }
                .filter { WorkspacePath($0.path).isInside(WorkspacePath(from)) }
        }
        guard inside.isEmpty || source.files.contains(where: { $0.key.isInside(inside) }) || !nested.isEmpty else {
            throw source.isScratch ? .missing(path: from) : .notAFile(path: from)
        }
        var all = source.files.map { (path: $0.key, entry: $0.value, remote: source.remote) }
        for mount in nested {
            guard let rest = WorkspacePath(mount.path).rest(below: WorkspacePath(source.path)) else { continue }
            all += mount.files.map { (rest.path.appending($0.key), $0.value, mount.remote) }
        }
        var copied: [GitPath: TreeEntry] = [:]
        var result = CopyResult()
        let ignored = Set(ignore.map { GitPath($0) })
        for (path, entry, remote) in all.sorted(by: { $0.path < $1.path }) where path.isInside(inside) {
            let names = path.names.dropFirst(inside.depth)
            let rest = names.reduce(GitPath("")) { $0.appending($1) }
            switch entry.mode {
            case .symlink: result.leaveOut(symlink: rest)
            case .submodule: result.leaveOut(submodule: rest)
            // The part of gitignore that tests need: whole names, at any place.
            case .file, .executable, .tree:
                guard ignored.isDisjoint(with: names) else { continue }
                var entry = entry
                do throws(GitFailure) {
                    if remote.displayURL != target.remote.displayURL {
                        entry.id = try await target.remote.makeBlob(remote.blob(entry.id))
                    }
                } catch {
                    throw .git(error)
                }
                copied[names.reduce(below) { $0.appending($1) }] = entry
            }
        }
        change(target) { mount in
            mount.files.merge(copied) { _, new in new }
            mount.replaced.append(below)
        }
        guard !copied.isEmpty || target.files.keys.contains(where: { $0.isInside(below) }) else {
            return result.withoutFiles
        }
        return result
    }

    // MARK: Commits

    package func commit(
        _ path: String,
        message: String,
        trailers: [String],
        author: CommitAuthor?
    ) async throws(WorkspaceFailure) -> CommitResult {
        let (mount, inside) = try locate(path)
        // Only changes below the path.
        let staged = mount.committed.filter { !$0.key.isInside(inside) }
            .merging(mount.files.filter { $0.key.isInside(inside) }) { $1 }
        guard Self.ids(staged) != Self.ids(mount.committed) else {
            let others = mount.files.filter { mount.committed[$0.key]?.id != $0.value.id }.keys
            if !others.isEmpty { throw .changedElsewhere(path: path, files: others.sorted()) }
            return .nothingChanged(head: mount.head)
        }
        do throws(GitFailure) {
            let tree = try await TreeFiles.write(staged, to: mount.remote)
            let draft = CommitDraft(
                tree: tree,
                parents: mount.head.map { [$0] } ?? [],
                message: message + "\n\n" + trailers.joined(separator: "\n") + "\n",
                author: author ?? mount.author,
                at: moment
            )
            let id = try await mount.remote.makeCommit(draft)
            change(mount) { mount in
                mount.head = id
                mount.commits.append(id)
                mount.committed = staged
                mount.state.commits.append(id)
                mount.state.pushedHead = nil
            }
            return .committed(id)
        } catch {
            throw .git(error)
        }
    }

    package func outgoing(_ path: String) async throws(WorkspaceFailure) -> OutgoingBranch {
        let (mount, _) = try locate(path)
        return OutgoingBranch(remote: mount.remote, branch: mount.branch, base: mount.base, commits: mount.commits)
    }

    package func state(of path: String) async throws(WorkspaceFailure) -> MountState { try locate(path).0.state }

    package func ref(_ name: String, at path: String) async throws(WorkspaceFailure) -> RefPlace? {
        let (mount, _) = try locate(path)
        let branch = BranchKey(remote: mount.remote.displayURL, branch: String(name.dropFirst("refs/heads/".count)))
        if let id = mount.placed[name] ?? heads.unpushed[branch] { return RefPlace(object: id, commit: id) }
        var snapshot = heads.snapshots[mount.remote.displayURL]
        if snapshot?.refs[name] == nil {
            do throws(GitFailure) { snapshot = try await mount.remote.refs(prefixes: [name]) } catch {
                throw .git(error)
            }
        }
        return snapshot?.refs[name].map { RefPlace(object: $0, commit: snapshot?.peeled[name] ?? $0) }
    }

    package func pushed(_ path: String, to branch: String?, as commit: ObjectID) async throws(WorkspaceFailure) {
        let (mount, _) = try locate(path)
        if mount.state.pushedHead == nil, let made = mount.state.commits.last, made != commit {
            for tag in mount.tags.values where tag.commit == made {
                _ = try await self.tag(path, name: tag.name, message: tag.message, commit: commit)
            }
        }
        var files = mount.files
        var committed = mount.committed
        let isOwn = branch == nil || branch == mount.branch
        if isOwn, commit != mount.head ?? .zero, !commit.isZero {
            // Changes since the commit stay.
            let remade = try await Self.files(of: commit, mount.remote)
            let since = mount.files.filter { mount.committed[$0.key]?.id != $0.value.id }
            let gone = mount.committed.keys.filter { mount.files[$0] == nil }
            committed = remade
            files = remade.merging(since) { $1 }.filter { !gone.contains($0.key) }
        }
        change(mount) { mount in
            mount.state.pushedHead = commit
            if let name = branch ?? mount.branch { mount.placed["refs/heads/" + name] = commit.isZero ? nil : commit }
            guard isOwn else {
                mount.state.sent[branch ?? ""] = mount.state.commits.count
                return
            }
            mount.base = commit
            mount.commits = []
            mount.head = commit.isZero ? nil : commit
            mount.files = files
            mount.committed = committed
            if !mount.state.commits.isEmpty { mount.state.commits[mount.state.commits.count - 1] = commit }
        }
    }

    package func tag(
        _ path: String,
        name: String,
        message: String,
        commit: ObjectID
    ) async throws(WorkspaceFailure) -> ObjectID {
        let (mount, _) = try locate(path)
        let draft = TagDraft(name: name, commit: commit, message: message, tagger: mount.author, at: moment)
        let id: ObjectID
        do throws(GitFailure) { id = try await mount.remote.makeTag(draft) } catch { throw .git(error) }
        change(mount) { mount in
            mount.state.tags[name] = id
            mount.tags[name] = draft
        }
        return id
    }

    package func adopt(tag name: String, object: ObjectID, at path: String) async throws(WorkspaceFailure) {
        let (mount, _) = try locate(path)
        change(mount) { $0.state.tags[name] = object }
    }

    private static func ids(_ files: [GitPath: TreeEntry]) -> [GitPath: [String]] {
        files.mapValues { [$0.id.hex, String($0.mode.rawValue)] }
    }

    private static func tree(
        _ files: [GitPath: TreeEntry],
        _ remote: any GitRemote
    ) async throws(GitFailure) -> ObjectID? {
        files.isEmpty ? nil : try await TreeFiles.write(files, to: remote)
    }

    // MARK: Paths

    private func change(_ mount: Mount, _ body: (inout Mount) -> Void) {
        mounts.withLock { mounts in
            let isSame = { (other: Mount) in other.path == mount.path && other.isScratch == mount.isScratch }
            guard let index = mounts.firstIndex(where: isSame) else { return }
            body(&mounts[index])
        }
    }

    private var scratch: Mount { mounts.withLock { $0[0] } }

    /// In a checkout.
    private func locate(_ path: String) throws(WorkspaceFailure) -> (Mount, inside: GitPath) {
        let found = locate(WorkspacePath(path))
        guard !found.0.isScratch else { throw .notMounted(path: path) }
        return found
    }

    private func locate(_ path: WorkspacePath) -> (Mount, inside: GitPath) {
        let found = mounts.withLock { mounts in
            mounts.filter { !$0.isScratch && path.isInside(WorkspacePath($0.path)) }
                .max { $0.path.utf8.count < $1.path.utf8.count }
        }
        let mount = found ?? scratch
        return (mount, (path.rest(below: WorkspacePath(mount.path)) ?? path).path)
    }

    private static func clean(_ path: String) -> String { WorkspacePath(path).text }
}
