import HoistwayCrypto
package import HoistwayModel
package import HoistwayPorts

/// A repository whose texts are shown only after secrets are hidden in them.
///
/// A server knows the credential that it received. It may send it back in an error, in the name of a ref or in a
/// commit.
package final class RedactingRemote: GitRemote {
    /// Names and commits are used for decisions: in them only secrets of at least this length in bytes are hidden, so
    /// that no everyday word is.
    private static let longSecret = 12

    let remote: any GitRemote
    private let redactor: Redactor

    init(_ remote: any GitRemote, redactor: Redactor) {
        self.remote = remote
        self.redactor = redactor
    }

    package var displayURL: String { remote.displayURL }

    /// Refs with a secret in their names are left out: their names would be shown, stored and pushed.
    package func refs(prefixes: [String]) async throws(GitFailure) -> RefSnapshot {
        var snapshot = try await hiding { () async throws(GitFailure) in try await self.remote.refs(prefixes: prefixes)
        }
        let odd = snapshot.refs.keys.filter { redactor.holdsSecret($0, atLeast: Self.longSecret) }
        for name in odd {
            snapshot.refs[name] = nil
            snapshot.peeled[name] = nil
        }
        if let name = snapshot.defaultBranch, redactor.holdsSecret(name, atLeast: Self.longSecret) {
            snapshot.defaultBranch = nil
        }
        return snapshot
    }

    package func load(_ wants: [PathWant]) async throws(GitFailure) {
        try await hiding { () async throws(GitFailure) in try await self.remote.load(wants) }
    }

    package func commit(_ id: ObjectID) async throws(GitFailure) -> CommitRecord {
        hiding(try await hiding { () async throws(GitFailure) in try await self.remote.commit(id) })
    }

    package func tag(_ id: ObjectID) async throws(GitFailure) -> TagRecord? {
        let found = try await hiding { () async throws(GitFailure) in try await self.remote.tag(id) }
        guard var tag = found, redactor.holdsSecret(tag.message + "\n" + tag.tagger, atLeast: Self.longSecret) else {
            return found
        }
        tag.message = redactor.hide(tag.message, atLeast: Self.longSecret, isCut: false)
        tag.tagger = redactor.hide(tag.tagger, atLeast: Self.longSecret, isCut: false)
        return tag
    }

    package func tree(_ id: ObjectID) async throws(GitFailure) -> [TreeEntry] {
        try await hiding { () async throws(GitFailure) in try await self.remote.tree(id) }
    }

    package func blob(_ id: ObjectID) async throws(GitFailure) -> [UInt8] {
        try await hiding { () async throws(GitFailure) in try await self.remote.blob(id) }
    }

    package func entry(_ name: GitPath, in tree: ObjectID) async throws(GitFailure) -> TreeEntry? {
        try await hiding { () async throws(GitFailure) in try await self.remote.entry(name, in: tree) }
    }

    package func differences(from old: ObjectID?, to new: ObjectID?) async throws(GitFailure) -> [TreeDifference] {
        try await hiding { () async throws(GitFailure) in try await self.remote.differences(from: old, to: new) }
    }

    package func prefetch(_ ids: [ObjectID]) async throws(GitFailure) {
        try await hiding { () async throws(GitFailure) in try await self.remote.prefetch(ids) }
    }

    package func history(
        from tip: ObjectID,
        until known: ObjectID?,
        limit: Int
    ) async throws(GitFailure) -> [CommitRecord] {
        try await hiding { () async throws(GitFailure) in
            try await self.remote.history(from: tip, until: known, limit: limit)
        }.map(hiding)
    }

    package func makeBlob(_ bytes: [UInt8]) async throws(GitFailure) -> ObjectID {
        try await hiding { () async throws(GitFailure) in try await self.remote.makeBlob(bytes) }
    }

    package func makeTree(_ entries: [TreeEntry]) async throws(GitFailure) -> ObjectID {
        try await hiding { () async throws(GitFailure) in try await self.remote.makeTree(entries) }
    }

    package func editTree(_ base: ObjectID?, _ changes: [GitPath: TreeEntry?]) async throws(GitFailure) -> ObjectID {
        try await hiding { () async throws(GitFailure) in try await self.remote.editTree(base, changes) }
    }

    package func makeCommit(_ draft: CommitDraft) async throws(GitFailure) -> ObjectID {
        try await hiding { () async throws(GitFailure) in try await self.remote.makeCommit(draft) }
    }

    package func makeTag(_ draft: TagDraft) async throws(GitFailure) -> ObjectID {
        try await hiding { () async throws(GitFailure) in try await self.remote.makeTag(draft) }
    }

    package func prepareReads(of commits: [ObjectID]) async { await remote.prepareReads(of: commits) }

    package func preparePush() async { await remote.preparePush() }

    package func pack(for updates: [RefUpdate]) async throws(GitFailure) -> [UInt8] {
        try await hiding { () async throws(GitFailure) in try await self.remote.pack(for: updates) }
    }

    package func push(_ updates: [RefUpdate], pack: [UInt8]) async throws(GitFailure) -> [RefResult] {
        let results = try await hiding { () async throws(GitFailure) in
            try await self.remote.push(updates, pack: pack)
        }
        return results.map { result in
            switch result {
            case .pushed: .pushed
            case .moved(let words): .moved(redactor.hide(words))
            case .refused(let words): .refused(redactor.hide(words))
            }
        }
    }

    private func hiding<Value: Sendable>(
        _ body: () async throws(GitFailure) -> Value
    ) async throws(GitFailure) -> Value {
        do throws(GitFailure) {
            return try await body()
        } catch {
            throw error.changingWords { redactor.hide($0) }
        }
    }

    private func hiding(_ commit: CommitRecord) -> CommitRecord {
        guard
            redactor.holdsSecret(
                commit.message + "\n" + commit.author + "\n" + commit.committer,
                atLeast: Self.longSecret
            )
        else { return commit }
        var hidden = commit
        for path in [\CommitRecord.message, \.author, \.committer] {
            hidden[keyPath: path] = redactor.hide(commit[keyPath: path], atLeast: Self.longSecret, isCut: false)
        }
        return hidden
    }
}
