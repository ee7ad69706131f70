import HoistwayModel
import HoistwayPorts

/// Takes the place of the remote for a promotion's files outside of all checkouts.
///
/// It has no objects: these files are in memory.
///
/// With it, the same code reads and changes these files and those of a checkout. They are never committed or pushed.
struct ScratchObjects: GitRemote {
    let displayURL = "the promotion's files"

    private var none: GitFailure { .invalidContent("what lies outside of every checkout is not in Git") }

    func refs(prefixes: [String]) async throws(GitFailure) -> RefSnapshot { throw none }
    func load(_ wants: [PathWant]) async throws(GitFailure) {}
    func prefetch(_ ids: [ObjectID]) async throws(GitFailure) {}
    func commit(_ id: ObjectID) async throws(GitFailure) -> CommitRecord { throw none }
    func tag(_ id: ObjectID) async throws(GitFailure) -> TagRecord? { throw none }
    func tree(_ id: ObjectID) async throws(GitFailure) -> [TreeEntry] { throw none }
    func blob(_ id: ObjectID) async throws(GitFailure) -> [UInt8] { throw none }
    func history(from tip: ObjectID, until known: ObjectID?, limit: Int) async throws(GitFailure) -> [CommitRecord] {
        throw none
    }
    func makeBlob(_ bytes: [UInt8]) async throws(GitFailure) -> ObjectID { throw none }
    func makeTree(_ entries: [TreeEntry]) async throws(GitFailure) -> ObjectID { throw none }
    func makeCommit(_ draft: CommitDraft) async throws(GitFailure) -> ObjectID { throw none }
    func makeTag(_ draft: TagDraft) async throws(GitFailure) -> ObjectID { throw none }
    func pack(for updates: [RefUpdate]) async throws(GitFailure) -> [UInt8] { throw none }
    func push(_ updates: [RefUpdate], pack: [UInt8]) async throws(GitFailure) -> [RefResult] { throw none }
}
