package import HoistwayModel
package import HoistwayPorts
import Synchronization

/// One repository on a server, with the objects that were fetched so far: they come one by one, never as a clone.
///
/// May be called concurrently. Every object is searched in the store first, so that a lost cache only costs requests.
/// From a server that does not serve single objects, whole commits are fetched, one deep where possible.
package final class RemoteRepository: GitRemote {
    private struct State {
        var abilities: ServerAbilities?
        /// Commits that were loaded recently: where a server does not serve single objects, these are fetched again.
        var tips: [ObjectID] = []
        var lookups = TreeLookups()
        var recent = RecentObjects()
        /// Trees without bad names: after a change, their names need no new check.
        var checkedTrees: Set<ObjectID> = [.emptyTree]
    }

    /// How many trees are remembered as checked.
    private static let maxChecked = 4096
    /// Larger trees are not read, in bytes: some million entries.
    private static let maxTreeBytes = 32 << 20

    let transport: any GitTransport
    let store: ObjectStore
    private let fetches = ObjectFetches()
    private let state = Mutex(State())

    init(transport: any GitTransport, store: ObjectStore) {
        self.transport = transport
        self.store = store
    }

    package var displayURL: String { transport.displayURL }

    package func refs(prefixes: [String]) async throws(GitFailure) -> RefSnapshot {
        let answer = try await transport.refs(prefixes: prefixes)
        state.withLock { $0.abilities = answer.abilities }
        return answer.snapshot
    }

    package func commit(_ id: ObjectID) async throws(GitFailure) -> CommitRecord {
        try await record(of: id, depth: 0)
    }

    package func tag(_ id: ObjectID) async throws(GitFailure) -> TagRecord? {
        var found = await object(id)
        // The tree comes with its commit. Twice, for a cache that vanished between the check and the read.
        for _ in 0..<2 where found == nil {
            try await fetchCommits([id])
            found = await object(id)
        }
        guard let object = found else { throw .missingObject(url: displayURL, id) }
        return object.kind == .tag ? CommitBytes.tag(object.bytes, id: id) : nil
    }

    package func tree(_ id: ObjectID) async throws(GitFailure) -> [TreeEntry] {
        let bytes = try await treeBytes(id)
        do { return try bytes.entries() } catch { throw malformed(id, error.reason) }
    }

    package func differences(from old: ObjectID?, to new: ObjectID?) async throws(GitFailure) -> [TreeDifference] {
        let before = try await treeBytes(old ?? .emptyTree)
        let after = try await treeBytes(new ?? .emptyTree)
        do { return try before.differences(to: after) } catch {
            throw malformed(new ?? old ?? .emptyTree, error.reason)
        }
    }

    package func entry(_ name: GitPath, in tree: ObjectID) async throws(GitFailure) -> TreeEntry? {
        if let known = state.withLock({ $0.lookups.answer(name, in: tree) }) { return known }
        let bytes = try await treeBytes(tree)
        let entry: TreeEntry?
        do { entry = try bytes.entry(named: name) } catch { throw malformed(tree, error.reason) }
        if bytes.bytes.count > TreeLookups.threshold { state.withLock { $0.lookups.note(entry, for: name, in: tree) } }
        return entry
    }

    package func blob(_ id: ObjectID) async throws(GitFailure) -> [UInt8] {
        try await fetched(id, .blob).bytes
    }

    package func prefetch(_ ids: [ObjectID]) async throws(GitFailure) {
        let missing = await missing(among: ids)
        guard !missing.isEmpty else { return }
        let servesObjects = try await servesObjects()
        try await fetches.need(missing) { (ids) async throws(GitFailure) in
            if servesObjects {
                // `tree:0` leaves out everything that is not wanted by id.
                try await self.run(FetchRequest(wants: ids, filter: .tree(depth: 0)))
            } else {
                try await self.fetchWhole(self.state.withLock { $0.tips })
            }
        }
    }

    func treeBytes(_ id: ObjectID) async throws(GitFailure) -> TreeBytes {
        if id == .emptyTree { return TreeBytes(bytes: []) }
        let bytes = try await fetched(id, .tree).bytes
        guard bytes.count <= Self.maxTreeBytes else {
            throw .tooLarge(
                url: displayURL,
                what: "tree \(id) has \(bytes.count) bytes, more than \(Self.maxTreeBytes)"
            )
        }
        return TreeBytes(bytes: bytes)
    }

    /// The id is the object's hash: the server would send the same object again.
    func malformed(_ id: ObjectID, _ reason: String) -> GitFailure {
        .corrupt(url: displayURL, what: "object \(id): \(reason)")
    }

    func isChecked(_ tree: ObjectID) -> Bool { state.withLock { $0.checkedTrees.contains(tree) } }

    func noteChecked(_ tree: ObjectID) {
        state.withLock { state in
            if state.checkedTrees.count >= Self.maxChecked { state.checkedTrees = [.emptyTree] }
            state.checkedTrees.insert(tree)
        }
    }

    /// Makes sure that these commits are in the store; their root trees come with them.
    func fetchCommits(_ ids: [ObjectID]) async throws(GitFailure) {
        noteTips(ids)
        let missing = await missing(among: ids)
        guard !missing.isEmpty else { return }
        let servesObjects = try await servesObjects()
        try await fetches.need(missing) { (ids) async throws(GitFailure) in
            if servesObjects {
                try await self.run(FetchRequest(wants: ids, filter: .tree(depth: 1), depth: 1))
            } else {
                try await self.fetchWhole(ids)
            }
        }
    }

    /// Sends one request and stores the answer.
    ///
    /// Repeats it once after a disk failure: somebody may have deleted the cache meanwhile.
    func run(_ request: FetchRequest) async throws(GitFailure) {
        do {
            try await attempt(request)
        } catch .local {
            try await attempt(request)
        }
    }

    /// Whether trees and blobs can be fetched one by one.
    func servesObjects() async throws(GitFailure) -> Bool {
        let abilities = try await abilities()
        return abilities.canWantAnyObject && abilities.canFilter
    }

    private func abilities() async throws(GitFailure) -> ServerAbilities {
        if let known = state.withLock({ $0.abilities }) { return known }
        _ = try await refs(prefixes: ["HEAD"])
        guard let told = state.withLock({ $0.abilities }) else {
            preconditionFailure("asking for refs tells the abilities")
        }
        return told
    }

    private func fetchWhole(_ commits: [ObjectID]) async throws(GitFailure) {
        guard !commits.isEmpty else { return }
        try await run(FetchRequest(wants: commits, depth: try await abilities().canDeepen ? 1 : nil))
    }

    private func attempt(_ request: FetchRequest) async throws(GitFailure) {
        let store = store
        let intake = await store.startIntake(isWhole: request.filter == .none && request.depth == nil)
        do {
            try await transport.fetch(request) { (piece) async throws(GitFailure) in
                try await store.append(piece, to: intake)
            }
            try await store.finish(intake)
        } catch {
            await store.abandon(intake)
            throw located(error)
        }
    }

    /// The object, if it is here.
    private func object(_ id: ObjectID) async -> GitObject? {
        if let recent = state.withLock({ $0.recent[id] }) { return recent }
        guard let object = await store.object(id) else { return nil }
        state.withLock { $0.recent.note(object, as: id) }
        return object
    }

    /// Stores an object that was made here.
    func make(_ kind: ObjectKind, _ bytes: [UInt8]) async -> ObjectID {
        let object = GitObject(kind: kind, bytes: bytes)
        let id = await store.make(object)
        state.withLock { $0.recent.note(object, as: id) }
        return id
    }

    private func missing(among ids: [ObjectID]) async -> [ObjectID] {
        let unknown = state.withLock { state in ids.filter { state.recent[$0] == nil } }
        return unknown.isEmpty ? [] : await store.missing(among: unknown)
    }

    private func fetched(_ id: ObjectID, _ kind: ObjectKind) async throws(GitFailure) -> GitObject {
        // The second turn is for a cache that vanished between the fetch and the read.
        for _ in 0..<2 {
            if let object = await object(id) {
                guard object.kind == kind else {
                    throw malformed(id, "it is a \(object.kind.name), and a \(kind.name) is expected there")
                }
                return object
            }
            try await prefetch([id])
        }
        if let object = await object(id), object.kind == kind { return object }
        if await store.oversized.contains(id) {
            throw .tooLarge(url: displayURL, what: "object \(id) has more than \(store.limits.object) bytes")
        }
        throw .missingObject(url: displayURL, id)
    }

    private func record(of id: ObjectID, depth: Int) async throws(GitFailure) -> CommitRecord {
        noteTips([id])
        var found = await object(id)
        // Twice, for a cache that vanished or is damaged.
        for _ in 0..<2 where found == nil {
            try await fetchCommits([id])
            found = await object(id)
        }
        guard let object = found else { throw .missingObject(url: displayURL, id) }
        if object.kind == .tag, depth < 4, let target = CommitBytes.target(ofTag: object.bytes) {
            return try await record(of: target, depth: depth + 1)
        }
        guard object.kind == .commit, let record = CommitBytes.record(object.bytes, id: id) else {
            throw malformed(id, "it is not a commit")
        }
        return record
    }

    private func noteTips(_ ids: [ObjectID]) {
        state.withLock { state in
            let new = ids.filter { !state.tips.contains($0) }
            state.tips = Array((state.tips + new).suffix(max(16, new.count)))
        }
    }

    /// Adds the URL: the store does not know the remote of its packs.
    private func located(_ failure: GitFailure) -> GitFailure {
        let nameless = ObjectStore.nameless
        return switch failure {
        case .tooLarge(nameless, let what): .tooLarge(url: displayURL, what: what)
        case .protocolViolation(nameless, let detail): .protocolViolation(url: displayURL, detail: detail)
        case .corrupt(nameless, let what): .corrupt(url: displayURL, what: what)
        case .unreachable(nameless, let detail): .unreachable(url: displayURL, detail: detail)
        case .local(let operation, let detail):
            .local(operation: "taking in a pack of \(displayURL): \(operation)", detail: detail)
        default: failure
        }
    }
}
