import HoistwayModel
package import HoistwayPorts
import Synchronization

/// Remotes with real reads, but whose pushes stay in memory: later reads see them.
package final class CapturingRemotes: GitRemotes {
    private let remotes: any GitRemotes
    private let captured = Mutex<[ObjectIdentifier: CapturingRemote]>([:])

    package init(_ remotes: any GitRemotes) {
        self.remotes = remotes
    }

    package func remote(
        _ url: String,
        project: String,
        insecureSkipTLSVerify: Bool
    ) throws(GitFailure) -> any GitRemote {
        let remote = try remotes.remote(url, project: project, insecureSkipTLSVerify: insecureSkipTLSVerify)
        return captured.withLock { captured in
            let key = ObjectIdentifier(remote as AnyObject)
            if let known = captured[key] { return known }
            let new = CapturingRemote(remote)
            captured[key] = new
            return new
        }
    }
}

/// One remote, with the heads that pushes would have set.
final class CapturingRemote: GitRemote {
    private let remote: any GitRemote
    private let heads = Mutex<[String: ObjectID]>([:])

    init(_ remote: any GitRemote) {
        self.remote = remote
    }

    var displayURL: String { remote.displayURL }

    func refs(prefixes: [String]) async throws(GitFailure) -> RefSnapshot {
        var snapshot = try await remote.refs(prefixes: prefixes)
        for (ref, id) in heads.withLock({ $0 })
        where snapshot.refs[ref] != nil || prefixes.isEmpty || prefixes.contains(where: ref.hasPrefix) {
            snapshot.refs[ref] = id
        }
        return snapshot
    }

    /// As on a server: a ref that is not where it was expected has moved.
    func push(_ updates: [RefUpdate], pack: [UInt8]) async throws(GitFailure) -> [RefResult] {
        let present = try await refs(prefixes: updates.map(\.ref)).refs
        return heads.withLock { heads in
            updates.map { update in
                guard (present[update.ref] ?? .zero) == update.old else {
                    return .moved("it is no longer at the expected commit")
                }
                heads[update.ref] = update.new
                return .pushed
            }
        }
    }

    func load(_ wants: [PathWant]) async throws(GitFailure) { try await remote.load(wants) }
    func commit(_ id: ObjectID) async throws(GitFailure) -> CommitRecord { try await remote.commit(id) }
    func tag(_ id: ObjectID) async throws(GitFailure) -> TagRecord? { try await remote.tag(id) }
    func tree(_ id: ObjectID) async throws(GitFailure) -> [TreeEntry] { try await remote.tree(id) }
    func entry(_ name: GitPath, in tree: ObjectID) async throws(GitFailure) -> TreeEntry? {
        try await remote.entry(name, in: tree)
    }
    func differences(from old: ObjectID?, to new: ObjectID?) async throws(GitFailure) -> [TreeDifference] {
        try await remote.differences(from: old, to: new)
    }
    func blob(_ id: ObjectID) async throws(GitFailure) -> [UInt8] { try await remote.blob(id) }
    func prefetch(_ ids: [ObjectID]) async throws(GitFailure) { try await remote.prefetch(ids) }
    func prepareReads(of commits: [ObjectID]) async { await remote.prepareReads(of: commits) }
    func history(from tip: ObjectID, until known: ObjectID?, limit: Int) async throws(GitFailure) -> [CommitRecord] {
        try await remote.history(from: tip, until: known, limit: limit)
    }
    func makeBlob(_ bytes: [UInt8]) async throws(GitFailure) -> ObjectID { try await remote.makeBlob(bytes) }
    func makeTree(_ entries: [TreeEntry]) async throws(GitFailure) -> ObjectID { try await remote.makeTree(entries) }
    func editTree(_ base: ObjectID?, _ changes: [GitPath: TreeEntry?]) async throws(GitFailure) -> ObjectID {
        try await remote.editTree(base, changes)
    }
    func makeCommit(_ draft: CommitDraft) async throws(GitFailure) -> ObjectID { try await remote.makeCommit(draft) }
    func makeTag(_ draft: TagDraft) async throws(GitFailure) -> ObjectID { try await remote.makeTag(draft) }
    func pack(for updates: [RefUpdate]) async throws(GitFailure) -> [UInt8] { [] }
}
