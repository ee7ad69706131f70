import HoistwayModel
import HoistwayPorts

/// Which commits of a repository count for a subscription, by the paths that they changed.
///
/// As in Kargo, each commit is compared with its first parent, whatever was pushed together.
struct CountedCommits: Sendable {
    /// Commits that are read at once; most often the first one counts.
    private static let page = 64
    /// How far back a branch is searched for a commit that counts.
    static let maxCommits = 2000
    /// How many changed files of one commit are looked at; beyond, some will count.
    private static let maxChanges = 10_000

    let ports: EnginePorts
    /// The state of this moment: a push of ours is recorded before it is made, and so before anybody can see it.
    let present: @Sendable () async -> PipelineState
    let known: KnownCommits

    /// Where a branch is, and what counts of it.
    struct Found: Sendable {
        var head: ObjectID
        /// `nil` where none of the commits that were searched counts.
        var newest: CommitRecord?
        /// Why the head does not count; `nil` where it does.
        var leftOut: String?
        /// Whether the search ended before the branch did.
        var isCut = false
    }

    /// Walks from the head over first parents to the newest commit that counts.
    ///
    /// The same walk serves events and looks, so that they give the same answer.
    func newest(from head: ObjectID, of git: GitSubscription, remote: any GitRemote) async throws -> Found {
        let branch = KnownCommits.Branch(remote: remote.displayURL, filter: PathFilter(of: git))
        if let known = known[branch, head] { return known }
        var found = Found(head: head)
        var read: [ObjectID: CommitRecord] = [:]
        var next: ObjectID? = head
        for _ in 0..<Self.maxCommits {
            guard let id = next else {
                known[branch, head] = found
                return found
            }
            // What was once the head was searched from there on already.
            if id != head, let below = known[branch, id] {
                found.newest = below.newest
                found.isCut = below.isCut
                known[branch, head] = found
                return found
            }
            // Often the head counts: then its history costs nothing.
            if id != head, read[id] == nil {
                for record in try await remote.history(from: id, until: nil, limit: Self.page) {
                    read[record.id] = record
                }
            }
            let record = if let known = read[id] { known } else { try await remote.commit(id) }
            guard let reason = try await rejection(of: record, for: git, remote: remote) else {
                found.newest = record
                known[branch, head] = found
                return found
            }
            if id == head { found.leftOut = reason }
            next = record.parents.first
        }
        found.isCut = true
        known[branch, head] = found
        return found
    }

    /// Why a commit does not count; `nil` where it does.
    func rejection(of commit: CommitRecord, for git: GitSubscription, remote: any GitRemote) async throws -> String? {
        if git.strategy == .newestFromBranch, await present().isOwn(commit.id) {
            return "commit \(commit.id.short) is Hoistway's own: it makes no freight"
        }
        let filter = PathFilter(of: git)
        guard !filter.isEmpty else { return nil }
        let parent: ObjectID? = if let first = commit.parents.first { try await remote.commit(first).tree } else { nil }
        let changes = try await ports.workspaces.changes(
            from: parent,
            to: commit.tree,
            in: remote,
            limit: Self.maxChanges
        )
        guard !changes.isCut else { return nil }
        guard !changes.paths.isEmpty else { return "commit \(commit.id.short) changes no file" }
        return filter.rejection(of: changes.paths.map(\.matchable), matcher: ports.matcher).map {
            "commit \(commit.id.short): \($0)"
        }
    }

    func artifact(_ commit: CommitRecord, tag: String?, of git: GitSubscription) -> CommitArtifact {
        let subject = commit.message.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return CommitArtifact(
            repoURL: git.repoURL,
            id: commit.id,
            branch: git.branch,
            tag: tag,
            message: subject.count > 80 ? subject.prefix(77) + "..." : subject,
            author: commit.author,
            createdAt: commit.committedAt
        )
    }
}
