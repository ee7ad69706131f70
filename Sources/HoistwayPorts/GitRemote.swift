package import HoistwayModel

/// Gives the remotes that pipelines name, with the credentials of the project.
package protocol GitRemotes: Sendable {
    /// Gives the same object for the same URL and credential. Sends no request.
    func remote(_ url: String, project: String, insecureSkipTLSVerify: Bool) throws(GitFailure) -> any GitRemote
    /// Allows the logins of a repository again at once, though the host has just refused them: a person has asked for
    /// it.
    func liftRefusals(of repository: RepositoryIdentity)
}

extension GitRemotes {
    /// For implementations that block no logins.
    package func liftRefusals(of repository: RepositoryIdentity) {}
}

/// The refs of a remote at one moment.
package struct RefSnapshot: Sendable, Equatable {
    /// Ids by full ref name; for an annotated tag, the id of the tag object.
    package var refs: [String: ObjectID]
    /// The commits of annotated tags, by full ref name.
    package var peeled: [String: ObjectID]
    /// Full name of the branch that HEAD points to.
    package var defaultBranch: String?

    package init(refs: [String: ObjectID] = [:], peeled: [String: ObjectID] = [:], defaultBranch: String? = nil) {
        self.refs = refs
        self.peeled = peeled
        self.defaultBranch = defaultBranch
    }
}

/// The content of a commit object.
package struct CommitRecord: Sendable, Equatable {
    package var id: ObjectID
    package var tree: ObjectID
    package var parents: [ObjectID]
    /// `Name <email>`.
    package var author: String
    package var committer: String
    package var committedAt: Timestamp
    package var message: String

    package init(
        id: ObjectID,
        tree: ObjectID,
        parents: [ObjectID],
        author: String,
        committer: String,
        committedAt: Timestamp,
        message: String
    ) {
        self.id = id
        self.tree = tree
        self.parents = parents
        self.author = author
        self.committer = committer
        self.committedAt = committedAt
        self.message = message
    }
}

/// The content of an annotated tag object.
package struct TagRecord: Sendable, Equatable {
    package var id: ObjectID
    /// `Name <email>`; empty where the tag names nobody.
    package var tagger: String
    /// `nil` where the tag names nobody.
    package var taggedAt: Timestamp?
    /// The message, with the signature where the tag has one.
    package var message: String

    package init(id: ObjectID, tagger: String, taggedAt: Timestamp?, message: String) {
        self.id = id
        self.tagger = tagger
        self.taggedAt = taggedAt
        self.message = message
    }
}

/// The types of entries in a tree.
package enum FileMode: UInt32, Sendable {
    case tree = 0o040000
    case file = 0o100644
    case executable = 0o100755
    case symlink = 0o120000
    case submodule = 0o160000
}

package struct TreeEntry: Sendable, Equatable {
    /// A single name, without a slash.
    package var name: GitPath
    package var mode: FileMode
    package var id: ObjectID

    package init(name: GitPath, mode: FileMode, id: ObjectID) {
        self.name = name
        self.mode = mode
        self.id = id
    }
}

/// A name at which two trees differ; `nil` where a tree does not have that name.
package struct TreeDifference: Sendable, Equatable {
    package var name: GitPath
    package var old: TreeEntry?
    package var new: TreeEntry?

    package init(name: GitPath, old: TreeEntry?, new: TreeEntry?) {
        self.name = name
        self.old = old
        self.new = new
    }
}

/// Objects below a commit that will be read: loading them together takes one round trip for each level.
package struct PathWant: Sendable, Hashable {
    package var commit: ObjectID
    /// A directory, slash-separated, empty for the root.
    ///
    /// Its tree is loaded.
    package var directory: String
    /// Names of files in that directory whose content is loaded where they exist.
    package var files: [String]

    package init(commit: ObjectID, directory: String, files: [String] = []) {
        self.commit = commit
        self.directory = directory
        self.files = files
    }
}

/// Moves one ref from a known id to another id.
package struct RefUpdate: Sendable, Hashable, Codable {
    /// Full name.
    package var ref: String
    /// `ObjectID.zero` where the ref must not exist.
    package var old: ObjectID
    package var new: ObjectID

    package init(ref: String, old: ObjectID, new: ObjectID) {
        self.ref = ref
        self.old = old
        self.new = new
    }
}

/// The result of one ref in a push.
package enum RefResult: Sendable, Equatable {
    case pushed
    /// The ref is no longer at `old`: read it again and apply the change again.
    case moved(String)
    /// The server refuses (protected branch, hook, archived), with its message. Another try does not help.
    case refused(String)
}

/// One repository on a server.
///
/// Objects that were read or made stay in a cache, and it is safe to delete the cache. All methods may be called
/// concurrently.
///
/// A read looks in the cache first; a missing object is fetched.
package protocol GitRemote: Sendable {
    /// The URL without user part, shown to people.
    var displayURL: String { get }

    /// Refs whose names begin with one of `prefixes` (full names; empty: all). The result always has HEAD's target.
    func refs(prefixes: [String]) async throws(GitFailure) -> RefSnapshot
    /// Loads all wanted objects that are missing, with one request for each level of depth.
    func load(_ wants: [PathWant]) async throws(GitFailure)
    func commit(_ id: ObjectID) async throws(GitFailure) -> CommitRecord
    /// `nil` where the object is not an annotated tag.
    func tag(_ id: ObjectID) async throws(GitFailure) -> TagRecord?
    func tree(_ id: ObjectID) async throws(GitFailure) -> [TreeEntry]
    func blob(_ id: ObjectID) async throws(GitFailure) -> [UInt8]
    /// One entry of a tree, without decoding the others: folders have tens of thousands.
    func entry(_ name: GitPath, in tree: ObjectID) async throws(GitFailure) -> TreeEntry?
    /// The differences between two trees, without those below them. `nil`: the empty tree.
    func differences(from old: ObjectID?, to new: ObjectID?) async throws(GitFailure) -> [TreeDifference]
    /// Fetches those of the trees and blobs that are missing, in one request.
    func prefetch(_ ids: [ObjectID]) async throws(GitFailure)
    /// Commits from `tip` back to (not including) `known`, newest first, at most `limit`; without trees.
    func history(from tip: ObjectID, until known: ObjectID?, limit: Int) async throws(GitFailure) -> [CommitRecord]

    /// Makes an object in the cache; nothing is sent.
    func makeBlob(_ bytes: [UInt8]) async throws(GitFailure) -> ObjectID
    /// Takes entries in any order, and sorts them as Git requires.
    func makeTree(_ entries: [TreeEntry]) async throws(GitFailure) -> ObjectID
    /// Makes a tree out of `base` (`nil`: the empty tree) by setting names or, where the value is `nil`, removing them.
    func editTree(_ base: ObjectID?, _ changes: [GitPath: TreeEntry?]) async throws(GitFailure) -> ObjectID
    func makeCommit(_ draft: CommitDraft) async throws(GitFailure) -> ObjectID
    func makeTag(_ draft: TagDraft) async throws(GitFailure) -> ObjectID

    /// Fetches commits with their root trees in advance, where the server sends these alone.
    ///
    /// A failure is not reported here: the reads report it.
    func prepareReads(of commits: [ObjectID]) async
    /// Requests what a push must have from the server, where it is not known yet.
    ///
    /// A failure is not reported here: the push reports it.
    func preparePush() async
    /// A complete pack of the objects that the remote needs for these commits: all objects below them that were made
    /// here.
    func pack(for updates: [RefUpdate]) async throws(GitFailure) -> [UInt8]
    /// Sends one pack with all updates; gives one result for each update, in their order. A ref that is not at `old`
    /// stays.
    func push(_ updates: [RefUpdate], pack: [UInt8]) async throws(GitFailure) -> [RefResult]
}

extension GitRemote {
    package func entry(_ name: GitPath, in tree: ObjectID) async throws(GitFailure) -> TreeEntry? {
        try await self.tree(tree).first { $0.name == name }
    }

    package func differences(from old: ObjectID?, to new: ObjectID?) async throws(GitFailure) -> [TreeDifference] {
        let before = if let old { try await tree(old) } else { [TreeEntry]() }
        let after = if let new { try await tree(new) } else { [TreeEntry]() }
        var found: [GitPath: TreeDifference] = [:]
        for entry in before { found[entry.name] = TreeDifference(name: entry.name, old: entry, new: nil) }
        for entry in after {
            found[entry.name, default: TreeDifference(name: entry.name, old: nil, new: nil)].new = entry
        }
        return found.values.filter { $0.old != $0.new }.sorted { $0.name < $1.name }
    }

    package func prefetch(_ ids: [ObjectID]) async throws(GitFailure) {}
    package func prepareReads(of commits: [ObjectID]) async {}
    package func preparePush() async {}

    package func editTree(_ base: ObjectID?, _ changes: [GitPath: TreeEntry?]) async throws(GitFailure) -> ObjectID {
        let old = if let base { try await tree(base) } else { [TreeEntry]() }
        return try await makeTree(old.filter { changes[$0.name] == nil } + changes.values.compactMap { $0 })
    }
}

/// An annotated tag of a commit.
package struct TagDraft: Sendable, Equatable {
    /// Short name.
    package var name: String
    package var commit: ObjectID
    package var message: String
    package var tagger: CommitAuthor
    package var at: Timestamp

    package init(name: String, commit: ObjectID, message: String, tagger: CommitAuthor, at: Timestamp) {
        self.name = name
        self.commit = commit
        self.message = message
        self.tagger = tagger
        self.at = at
    }
}

package struct CommitDraft: Sendable, Equatable {
    package var tree: ObjectID
    package var parents: [ObjectID]
    package var message: String
    package var author: CommitAuthor
    package var at: Timestamp

    package init(
        tree: ObjectID,
        parents: [ObjectID],
        message: String,
        author: CommitAuthor,
        at: Timestamp
    ) {
        self.tree = tree
        self.parents = parents
        self.message = message
        self.author = author
        self.at = at
    }
}

/// Why a Git operation failed.
///
/// `url` is always without its user part.
package enum GitFailure: Diagnosable, Equatable {
    case invalidURL(String, reason: String)
    case unreachable(url: String, detail: String)
    case timedOut(url: String, seconds: Int)
    case unauthorized(url: String, detail: String)
    /// Nothing was sent: the host had just refused the same login, perhaps for another repository.
    case notAsked(url: String, LoginGuard.Refusal)
    case notFound(url: String)
    case limited(url: String, after: Duration?)
    /// The server asks for a pause with a status other than 429, such as 503 during maintenance.
    case busy(url: String, status: Int, after: Duration, detail: String)
    case serverError(url: String, status: Int, detail: String)
    case protocolViolation(url: String, detail: String)
    case unsupported(url: String, what: String)
    case missingObject(url: String, ObjectID)
    case tooLarge(url: String, what: String)
    case refused(url: String, words: String)
    /// The data is complete and matches its ids, but is not valid Git data: another request does not help.
    case corrupt(url: String, what: String)
    /// The answer does not come from a Git repository: a login page, a web server without Git.
    case notARepository(url: String, detail: String)
    /// The server refuses the objects of a push: they are too large, or fail its checks.
    case packRefused(url: String, words: String)
    case invalidContent(String)
    case local(operation: String, detail: String)

    package var message: String {
        switch self {
        case .invalidURL(let url, let reason): "\(url) cannot be used as a Git URL: \(reason)"
        case .unreachable(let url, let detail): "\(url) did not answer: \(detail)"
        case .timedOut(let url, let seconds): "\(url) did not answer within \(seconds) s"
        case .unauthorized(let url, let detail): "\(url) refused the credentials: \(detail)"
        case .notAsked(let url, let refusal): "\(url) was not asked: \(refusal.message)"
        case .notFound(let url): "\(url) does not exist or may not be seen with these credentials"
        case .limited(let url, _): "\(url) limits the rate of requests (429)"
        case .busy(let url, let status, _, let detail): "\(url) answered \(status): \(detail)"
        case .serverError(let url, 0, let detail): "\(url) failed: \(detail)"
        case .serverError(let url, let status, let detail): "\(url) answered \(status): \(detail)"
        case .protocolViolation(let url, let detail): "\(url) broke the Git protocol: \(detail)"
        case .unsupported(let url, let what): "\(url) is not supported: \(what)"
        case .missingObject(let url, let id): "\(url) does not have object \(id)"
        case .tooLarge(let url, let what): "\(url) sent more than is accepted: \(what)"
        case .refused(let url, let words): "\(url) refused: \(words)"
        case .corrupt(let url, let what): "\(url) holds what is not valid in Git: \(what)"
        case .notARepository(let url, let detail): "\(url) does not answer as a Git repository: \(detail)"
        case .packRefused(let url, let words): "\(url) does not take the objects of the push: \(words)"
        case .invalidContent(let detail): detail
        case .local(let operation, let detail): "\(operation) failed: \(detail)"
        }
    }

    package var hint: String? {
        switch self {
        case .unauthorized, .notFound:
            "check the Secret labelled kargo.akuity.io/cred-type: git whose repoURL is this repository's, and what its "
                + "login may do there"
        case .notAsked(_, let refusal):
            "check the Secret labelled kargo.akuity.io/cred-type: git that \(refusal.repository) has this login from"
        case .corrupt: "`git fsck` in the repository names such objects; they are removed when no commit leads to them"
        case .notARepository: "check repoURL, and whether this host wants credentials"
        case .missingObject:
            "if a forced push removed it, or it was never pushed, promote freight whose commit is there"
        case .packRefused: "raise the server's limit, or fix the objects that its check names"
        default: nil
        }
    }

    package var retry: Retry {
        switch self {
        case .unreachable, .timedOut, .serverError, .protocolViolation, .local: .backoff
        case .unauthorized, .notFound, .notARepository, .packRefused: .few
        // An object that a force push removed, or that never existed, does not appear later.
        case .missingObject: .limitedBackoff
        case .notAsked(_, let refusal): .notSent(refusal.pause)
        case .busy(_, _, let pause, _): .after(pause)
        case .limited(_, let pause): pause.map(Retry.after) ?? .backoff
        case .invalidURL, .unsupported, .tooLarge, .refused, .corrupt, .invalidContent: .never
        }
    }
}
