import HoistwayEngine
import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Synchronization
import Testing

/// What the first look at a stage's branches reads for the stage's first promotion.
struct SurveyReadTests {
    @Test func `the tips' root trees are requested while the history is read`() async throws {
        let remote = InMemoryGitRemote()
        try await remote.seed(files: ["envs/test/kustomization.yaml": EngineHarness.kustomization("0.9.0")])
        let watched = WatchedRemote(remote)
        let harness = try await EngineHarness(remote: remote, remotes: OneRemote(watched))
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.0.0")
        let read = watched.seen.withLock(\.self)
        #expect(read.histories > 0 && read.beside == read.histories, "\(read)")
        #expect(read.prepared == [try #require(read.firstTip)])
    }
}

private struct OneRemote: GitRemotes {
    let remote: WatchedRemote

    init(_ remote: WatchedRemote) {
        self.remote = remote
    }

    func remote(_ url: String, project: String, insecureSkipTLSVerify: Bool) throws(GitFailure) -> any GitRemote {
        remote
    }
}

/// A remote whose histories end only after the reads beside them have begun.
private final class WatchedRemote: GitRemote {
    struct Seen {
        var histories = 0
        /// Histories with reads beside them.
        var beside = 0
        var firstTip: ObjectID?
        var prepared: [ObjectID] = []
    }

    let seen = Mutex(Seen())
    private let remote: InMemoryGitRemote

    init(_ remote: InMemoryGitRemote) {
        self.remote = remote
    }

    var displayURL: String { remote.displayURL }

    func prepareReads(of commits: [ObjectID]) async { seen.withLock { $0.prepared += commits } }

    func history(from tip: ObjectID, until known: ObjectID?, limit: Int) async throws(GitFailure) -> [CommitRecord] {
        seen.withLock { seen in
            seen.histories += 1
            seen.firstTip = seen.firstTip ?? tip
        }
        // If they never begin, the test fails by its counts.
        try? await eventually("the reads beside a history") { self.seen.withLock { !$0.prepared.isEmpty } }
        seen.withLock { seen in if !seen.prepared.isEmpty { seen.beside += 1 } }
        return try await remote.history(from: tip, until: known, limit: limit)
    }

    func refs(prefixes: [String]) async throws(GitFailure) -> RefSnapshot { try await remote.refs(prefixes: prefixes) }
    func load(_ wants: [PathWant]) async throws(GitFailure) { try await remote.load(wants) }
    func commit(_ id: ObjectID) async throws(GitFailure) -> CommitRecord { try await remote.commit(id) }
    func tag(_ id: ObjectID) async throws(GitFailure) -> TagRecord? { try await remote.tag(id) }
    func tree(_ id: ObjectID) async throws(GitFailure) -> [TreeEntry] { try await remote.tree(id) }
    func blob(_ id: ObjectID) async throws(GitFailure) -> [UInt8] { try await remote.blob(id) }
    func makeBlob(_ bytes: [UInt8]) async throws(GitFailure) -> ObjectID { try await remote.makeBlob(bytes) }
    func makeTree(_ entries: [TreeEntry]) async throws(GitFailure) -> ObjectID { try await remote.makeTree(entries) }
    func makeCommit(_ draft: CommitDraft) async throws(GitFailure) -> ObjectID { try await remote.makeCommit(draft) }
    func makeTag(_ draft: TagDraft) async throws(GitFailure) -> ObjectID { try await remote.makeTag(draft) }
    func pack(for updates: [RefUpdate]) async throws(GitFailure) -> [UInt8] { try await remote.pack(for: updates) }
    func push(_ updates: [RefUpdate], pack: [UInt8]) async throws(GitFailure) -> [RefResult] {
        try await remote.push(updates, pack: pack)
    }
}
