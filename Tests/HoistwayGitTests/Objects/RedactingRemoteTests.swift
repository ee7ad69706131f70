import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import Synchronization
import Testing

@testable import HoistwayGit

/// What a repository does in its own quick way is not done in the slow one because secrets are hidden in its words.
struct RedactingRemoteTests {
    @Test func `folders of many files are compared, looked into and edited without reading all their entries`()
        async throws
    {
        let inner = QuickRemote()
        let remote: any GitRemote = RedactingRemote(inner, redactor: Redactor())
        let entry = TreeEntry(name: "a", mode: .file, id: .zero)
        #expect(
            try await remote.differences(from: nil, to: .emptyTree) == [TreeDifference(name: "a", old: nil, new: entry)]
        )
        #expect(try await remote.entry("a", in: .emptyTree) == entry)
        #expect(try await remote.editTree(.emptyTree, ["a": entry]) == .zero)
        try await remote.prefetch([.zero])
        await remote.prepareReads(of: [.zero])
        await remote.preparePush()
        #expect(inner.calls == ["differences", "entry", "editTree", "prefetch", "prepareReads", "preparePush"])
    }
}

/// Answers what the port has a slow way for, and fails the slow way.
private final class QuickRemote: GitRemote {
    let displayURL = "https://git.test/ops.git"
    private let noted = Mutex<[String]>([])
    private var slow: GitFailure { .invalidContent("the slow way was taken") }

    var calls: [String] { noted.withLock(\.self) }

    private func note(_ call: String) { noted.withLock { $0.append(call) } }

    func differences(from old: ObjectID?, to new: ObjectID?) async throws(GitFailure) -> [TreeDifference] {
        note("differences")
        return [TreeDifference(name: "a", old: nil, new: TreeEntry(name: "a", mode: .file, id: .zero))]
    }

    func entry(_ name: GitPath, in tree: ObjectID) async throws(GitFailure) -> TreeEntry? {
        note("entry")
        return TreeEntry(name: name, mode: .file, id: .zero)
    }

    func editTree(_ base: ObjectID?, _ changes: [GitPath: TreeEntry?]) async throws(GitFailure) -> ObjectID {
        note("editTree")
        return .zero
    }

    func prefetch(_ ids: [ObjectID]) async throws(GitFailure) { note("prefetch") }
    func prepareReads(of commits: [ObjectID]) async { note("prepareReads") }
    func preparePush() async { note("preparePush") }

    func refs(prefixes: [String]) async throws(GitFailure) -> RefSnapshot { throw slow }
    func load(_ wants: [PathWant]) async throws(GitFailure) { throw slow }
    func commit(_ id: ObjectID) async throws(GitFailure) -> CommitRecord { throw slow }
    func tag(_ id: ObjectID) async throws(GitFailure) -> TagRecord? { throw slow }
    func tree(_ id: ObjectID) async throws(GitFailure) -> [TreeEntry] { throw slow }
    func blob(_ id: ObjectID) async throws(GitFailure) -> [UInt8] { throw slow }
    func history(from tip: ObjectID, until known: ObjectID?, limit: Int) async throws(GitFailure) -> [CommitRecord] {
        throw slow
    }
    func makeBlob(_ bytes: [UInt8]) async throws(GitFailure) -> ObjectID { throw slow }
    func makeTree(_ entries: [TreeEntry]) async throws(GitFailure) -> ObjectID { throw slow }
    func makeCommit(_ draft: CommitDraft) async throws(GitFailure) -> ObjectID { throw slow }
    func makeTag(_ draft: TagDraft) async throws(GitFailure) -> ObjectID { throw slow }
    func pack(for updates: [RefUpdate]) async throws(GitFailure) -> [UInt8] { throw slow }
    func push(_ updates: [RefUpdate], pack: [UInt8]) async throws(GitFailure) -> [RefResult] { throw slow }
}
