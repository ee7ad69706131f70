package import HoistwayModel
package import HoistwayPorts
import Synchronization

/// A repository in memory behind the Git port: tests fill it, read it, and make it fail.
///
/// Equal contents have equal ids, but not Git's.
package final class InMemoryGitRemote: GitRemote {
    private enum Object {
        case blob([UInt8])
        case tree([TreeEntry])
        case commit(CommitRecord)
        case tag(ObjectID, TagDraft)
    }

    private struct State {
        var beforePush: (@Sendable () async -> Void)?
        var beforeLoad: (@Sendable () async -> Void)?
        var pushTrouble: PushTrouble?
        var refRequests = 0
        var objects: [ObjectID: Object] = [:]
        var refs: [String: ObjectID] = [:]
        var defaultBranch = "refs/heads/main"
        var failures: [GitFailure] = []
        var refusals: [String: String] = [:]
        var pushes = 0
    }

    package let displayURL: String
    private let state = Mutex(State())

    package init(_ url: String = "https://git.test/ops.git") {
        displayURL = url
    }

    // MARK: For tests

    /// Commits exactly these files to a branch; on top of its head unless other parents are given.
    ///
    /// - Parameter modes: those of paths that are not plain files.
    @discardableResult
    package func seed(
        branch: String = "main",
        files: [String: String],
        modes: [String: FileMode] = [:],
        message: String = "seed",
        parents given: [ObjectID]? = nil,
        at moment: Timestamp = Timestamp(seconds: 1)
    ) async throws -> ObjectID {
        let ref = "refs/heads/" + branch
        let parents = given ?? state.withLock { $0.refs[ref] }.map { [$0] } ?? []
        let leaves = try await leaves(files, modes)
        let draft = CommitDraft(
            tree: try await TreeFiles.write(leaves, to: self),
            parents: parents,
            message: message,
            author: CommitAuthor(name: "Someone", email: "someone@example.com"),
            at: moment
        )
        let id = try await makeCommit(draft)
        state.withLock { $0.refs[ref] = id }
        return id
    }

    private func leaves(_ files: [String: String], _ modes: [String: FileMode]) async throws -> [GitPath: TreeEntry] {
        var leaves: [GitPath: TreeEntry] = [:]
        for (path, text) in files {
            let id = try await makeBlob(Array(text.utf8))
            leaves[GitPath(path)] = TreeEntry(name: "", mode: modes[path] ?? .file, id: id)
        }
        return leaves
    }

    /// Text of every file at a branch's head; `nil` where there is no such branch.
    package func files(branch: String) async throws -> [String: String]? {
        guard let head = head(branch) else { return nil }
        var result: [String: String] = [:]
        for (path, entry) in try await TreeFiles.read(commit(head).tree, from: self) {
            result[path.matchable] = String(decoding: try await blob(entry.id), as: UTF8.self)
        }
        return result
    }

    /// Sets a ref (full name), or removes it.
    package func set(_ ref: String, to id: ObjectID?) {
        state.withLock { $0.refs[ref] = id }
    }

    package func head(_ branch: String) -> ObjectID? {
        state.withLock { $0.refs["refs/heads/" + branch] }
    }

    /// The next calls that would contact the server fail with these, in this order.
    package func fail(_ failures: GitFailure...) {
        state.withLock { $0.failures += failures }
    }

    /// Removes the remaining failures.
    package func recover() {
        state.withLock { $0.failures = [] }
    }

    /// Accepts pushes to the branch again.
    package func allow(branch: String) {
        state.withLock { $0.refusals["refs/heads/" + branch] = nil }
    }

    /// Every push to the branch is refused with this message.
    package func refuse(branch: String, words: String) {
        state.withLock { $0.refusals["refs/heads/" + branch] = words }
    }

    /// A failure of a push on its way.
    package enum PushTrouble: Sendable {
        /// It does not arrive.
        case dropped
        /// It arrives; the answer does not.
        case answerLost
        /// The server refuses the whole push, with this message.
        case refused(String)
    }

    /// The next push gets this failure.
    package func trouble(nextPush trouble: PushTrouble) {
        state.withLock { $0.pushTrouble = trouble }
    }

    /// Runs `body` while the next push is on its way, as another client would.
    package func beforeNextPush(_ body: @escaping @Sendable () async -> Void) {
        state.withLock { $0.beforePush = body }
    }

    /// Runs `body` during the next load of objects for a promotion.
    package func beforeNextLoad(_ body: @escaping @Sendable () async -> Void) {
        state.withLock { $0.beforeLoad = body }
    }

    package var pushes: Int { state.withLock { $0.pushes } }
    /// The number of requests for refs.
    package var refRequests: Int { state.withLock { $0.refRequests } }

    // MARK: The port

    package func refs(prefixes: [String]) async throws(GitFailure) -> RefSnapshot {
        try contact()
        return state.withLock { state in
            state.refRequests += 1
            let refs = state.refs.filter { ref in prefixes.isEmpty || prefixes.contains { ref.key.hasPrefix($0) } }
            var all = refs
            if let target = state.refs[state.defaultBranch] { all[state.defaultBranch] = target }
            let peeled = all.compactMapValues { id -> ObjectID? in
                if case .tag(let commit, _)? = state.objects[id] { commit } else { nil }
            }
            return RefSnapshot(refs: all, peeled: peeled, defaultBranch: state.defaultBranch)
        }
    }

    package func load(_ wants: [PathWant]) async throws(GitFailure) {
        let body = state.withLock { state in
            defer { state.beforeLoad = nil }
            return state.beforeLoad
        }
        await body?()
        try contact()
    }

    package func commit(_ id: ObjectID) async throws(GitFailure) -> CommitRecord {
        if case .tag(let commit, _)? = object(id) { return try await self.commit(commit) }
        guard case .commit(let commit)? = object(id) else { throw .missingObject(url: displayURL, id) }
        return commit
    }

    package func tag(_ id: ObjectID) async throws(GitFailure) -> TagRecord? {
        guard case .tag(_, let draft)? = object(id) else { return nil }
        let tagger = "\(draft.tagger.name) <\(draft.tagger.email)>"
        return TagRecord(id: id, tagger: tagger, taggedAt: draft.at, message: draft.message)
    }

    package func tree(_ id: ObjectID) async throws(GitFailure) -> [TreeEntry] {
        guard case .tree(let entries)? = object(id) else { throw .missingObject(url: displayURL, id) }
        return entries
    }

    package func blob(_ id: ObjectID) async throws(GitFailure) -> [UInt8] {
        guard case .blob(let bytes)? = object(id) else { throw .missingObject(url: displayURL, id) }
        return bytes
    }

    package func history(
        from tip: ObjectID,
        until known: ObjectID?,
        limit: Int
    ) async throws(GitFailure) -> [CommitRecord] {
        var result: [CommitRecord] = []
        var next: ObjectID? = tip
        while let id = next, id != known, result.count < limit {
            let record = try await commit(id)
            result.append(record)
            next = record.parents.first
        }
        return result
    }

    package func makeBlob(_ bytes: [UInt8]) async throws(GitFailure) -> ObjectID {
        store(.blob(bytes), content: "blob \(bytes.count) ".utf8 + bytes)
    }

    package func makeTree(_ entries: [TreeEntry]) async throws(GitFailure) -> ObjectID {
        for entry in entries where entry.name.names.count != 1 {
            throw .invalidContent("\(entry.name.shortened) cannot be a file's name")
        }
        let sorted = entries.sorted { $0.name < $1.name }
        let text = sorted.map { "\($0.mode.rawValue) \($0.name) \($0.id)" }.joined(separator: "\n")
        return store(.tree(sorted), content: Array("tree \(text)".utf8))
    }

    package func makeCommit(_ draft: CommitDraft) async throws(GitFailure) -> ObjectID {
        let who = "\(draft.author.name) <\(draft.author.email)>"
        let text = "commit \(draft.tree) \(draft.parents) \(who) \(draft.at.microseconds) \(draft.message)"
        let id = InMemoryHash.id(of: Array(text.utf8))
        let record = CommitRecord(
            id: id,
            tree: draft.tree,
            parents: draft.parents,
            author: who,
            committer: who,
            committedAt: draft.at,
            message: draft.message
        )
        state.withLock { $0.objects[id] = .commit(record) }
        return id
    }

    package func makeTag(_ draft: TagDraft) async throws(GitFailure) -> ObjectID {
        let who = "\(draft.tagger.name) <\(draft.tagger.email)> \(draft.at.microseconds)"
        return store(
            .tag(draft.commit, draft),
            content: Array("tag \(draft.name) \(draft.commit) \(who) \(draft.message)".utf8)
        )
    }

    package func pack(for updates: [RefUpdate]) async throws(GitFailure) -> [UInt8] { Array("PACK".utf8) }

    package func push(_ updates: [RefUpdate], pack: [UInt8]) async throws(GitFailure) -> [RefResult] {
        try contact()
        let (before, trouble) = state.withLock { state in
            defer { (state.beforePush, state.pushTrouble) = (nil, nil) }
            return (state.beforePush, state.pushTrouble)
        }
        await before?()
        let lost = GitFailure.unreachable(url: displayURL, detail: "the connection broke")
        switch trouble {
        case .dropped: throw lost
        case .refused(let words): throw .refused(url: displayURL, words: words)
        case .answerLost:
            _ = take(updates)
            throw lost
        case nil: return take(updates)
        }
    }

    private func take(_ updates: [RefUpdate]) -> [RefResult] {
        state.withLock { state in
            state.pushes += 1
            return updates.map { update in
                if let words = state.refusals[update.ref] { return .refused(words) }
                let present = state.refs[update.ref] ?? .zero
                guard present == update.old else { return .moved("the branch is at \(present.short)") }
                state.refs[update.ref] = update.new.isZero ? nil : update.new
                return .pushed
            }
        }
    }

    private func contact() throws(GitFailure) {
        let failure = state.withLock { $0.failures.isEmpty ? nil : $0.failures.removeFirst() }
        if let failure { throw failure }
    }

    private func object(_ id: ObjectID) -> Object? { state.withLock { $0.objects[id] } }

    private func store(_ object: Object, content: [UInt8]) -> ObjectID {
        let id = InMemoryHash.id(of: content)
        state.withLock { $0.objects[id] = object }
        return id
    }
}

/// Remotes by URL, in any spelling; an unknown URL is an error, like a host that does not answer.
package final class InMemoryGitRemotes: GitRemotes {
    private let remotes: [String: InMemoryGitRemote]

    package init(_ remotes: [InMemoryGitRemote]) {
        self.remotes = Dictionary(remotes.map { ($0.displayURL, $0) }) { first, _ in first }
    }

    package func remote(
        _ url: String,
        project: String,
        insecureSkipTLSVerify: Bool
    ) throws(GitFailure) -> any GitRemote {
        guard let remote = remotes[url] else { throw .unreachable(url: url, detail: "no such host") }
        return remote
    }
}

/// Twenty bytes that differ for different contents: three FNV-1a sums from different starts, without cryptography.
enum InMemoryHash {
    static func id(of content: [UInt8]) -> ObjectID {
        let sums = [14_695_981_039_346_656_037, 1_099_511_628_211_777, 88_172_645_463_325_252].map { start in
            content.reduce(start as UInt64) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        }
        var bytes: [UInt8] = []
        for sum in sums {
            for shift in stride(from: 0, to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: sum >> UInt64(shift)))
            }
        }
        guard let id = ObjectID(bytes: bytes.prefix(20)) else { preconditionFailure("twenty bytes make an id") }
        return id
    }
}

/// Turns trees into lists of paths, and such lists into trees.
enum TreeFiles {
    /// All entries except trees, by path.
    static func read(_ tree: ObjectID, from remote: any GitRemote, prefix: GitPath = "") async throws(GitFailure)
        -> [GitPath: TreeEntry]
    {
        var result: [GitPath: TreeEntry] = [:]
        for entry in try await remote.tree(tree) {
            let path = prefix.appending(entry.name)
            if entry.mode == .tree {
                for (below, leaf) in try await read(entry.id, from: remote, prefix: path) { result[below] = leaf }
            } else {
                result[path] = entry
            }
        }
        return result
    }

    static func write(_ files: [GitPath: TreeEntry], to remote: any GitRemote) async throws(GitFailure) -> ObjectID {
        var entries: [TreeEntry] = []
        var folders: [GitPath: [GitPath: TreeEntry]] = [:]
        for (path, entry) in files {
            let parts = path.bytes.split(separator: UInt8(ascii: "/"), maxSplits: 1).map(GitPath.init(bytes:))
            if parts.count == 2 {
                folders[parts[0], default: [:]][parts[1]] = entry
            } else {
                entries.append(TreeEntry(name: path, mode: entry.mode, id: entry.id))
            }
        }
        for (name, below) in folders {
            entries.append(TreeEntry(name: name, mode: .tree, id: try await write(below, to: remote)))
        }
        return try await remote.makeTree(entries)
    }
}
