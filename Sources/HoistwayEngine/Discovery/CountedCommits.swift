import HoistwayModel
import HoistwayPorts

/// Which commits of a repository count for a subscription, by its filter and by the paths that they changed.
///
/// As in Kargo, each commit is compared with its first parent, however many commits one push had.
struct CountedCommits: Sendable {
    /// Commits that are read in one request; most often the first one counts.
    private static let page = 64
    /// How far back a branch is searched for a commit that counts.
    static let maxCommits = 2000
    /// How many changed files of one commit are looked at; a commit with more always counts.
    private static let maxChanges = 10_000

    let ports: EnginePorts
    /// The present state: Hoistway records a push before making it, and so before anybody can see it.
    let present: @Sendable () async -> PipelineState
    let known: KnownCommits
    let expressions: WarehouseExpressions
    let landedWork: LandedWork

    /// Where a branch is, and which commit of it counts.
    struct Found: Sendable {
        var head: ObjectID
        /// `nil` if none of the searched commits counts.
        var newest: CommitRecord?
        /// Why the head does not count; `nil` if it does.
        var leftOut: String?
        /// Commits above the newest that only merge what promotions had pushed, newest first.
        var merges: [SubscriptionRecord.OwnMerge] = []
        /// Whether the search stopped before the end of the branch.
        var isCut = false
    }

    /// Walks from the head along first parents to the newest commit that counts.
    ///
    /// Events and looks use the same walk, so that they give the same answer.
    ///
    /// - Parameter merges: merges of promotions' work that earlier walks for the subscription have found.
    func newest(
        from head: ObjectID,
        of git: GitSubscription,
        remote: any GitRemote,
        merges: [SubscriptionRecord.OwnMerge]
    ) async throws -> Found {
        let known = known(by: git)
        let branch = KnownCommits.Branch(
            remote: remote.displayURL,
            filter: PathFilter(of: git),
            expression: git.expressionFilter,
            since: git.since
        )
        if let known = known?[branch, head] { return known }
        var found = Found(head: head)
        let pulls = await landedWork.proposals(in: remote, present: present(), merges: merges)
        var read: [ObjectID: CommitRecord] = [:]
        var next: ObjectID? = head
        for _ in 0..<Self.maxCommits {
            guard let id = next else {
                known?[branch, head] = found
                return found
            }
            // Below an earlier head the search was already done.
            if id != head, let below = known?[branch, id] {
                found.newest = below.newest
                found.merges += below.merges
                found.isCut = below.isCut
                known?[branch, head] = found
                return found
            }
            // Often the head counts: then no history needs to be read.
            if id != head, read[id] == nil {
                for record in try await remote.history(from: id, until: nil, limit: Self.page) {
                    read[record.id] = record
                }
            }
            let record = if let known = read[id] { known } else { try await remote.commit(id) }
            if let since = git.since, record.committedAt < since {
                if id == head { found.leftOut = "commit \(id.short) is older than since (\(since.rfc3339))" }
                known?[branch, head] = found
                return found
            }
            guard let rejection = try await rejection(of: record, for: git, remote: remote, pulls) else {
                found.newest = record
                known?[branch, head] = found
                return found
            }
            if id == head { found.leftOut = rejection.reason }
            if let merge = rejection.merge { found.merges.append(merge) }
            next = record.parents.first
        }
        found.isCut = true
        known?[branch, head] = found
        return found
    }

    /// `nil` if a commit that does not count now may count later.
    private func known(by git: GitSubscription) -> KnownCommits? {
        git.expressionFilter.map(WarehouseExpressions.dependsOnTime) == true ? nil : known
    }

    /// A tag with the commit that it names.
    struct Tag: Sendable {
        /// Without `refs/tags/`.
        var name: String
        var commit: CommitRecord
        /// `nil` for a tag that is not annotated.
        var annotation: TagRecord?
    }

    /// `nil` for a tag that names no commit: it may name a file or a tree.
    ///
    /// - Parameters:
    ///   - id: the ref's id.
    ///   - peeled: the commit of an annotated tag.
    func tag(_ name: String, _ id: ObjectID, peeled: ObjectID?, remote: any GitRemote) async throws -> Tag? {
        do throws(GitFailure) {
            let annotation = if let peeled, peeled != id { try await remote.tag(id) } else { nil as TagRecord? }
            return Tag(name: name, commit: try await remote.commit(peeled ?? id), annotation: annotation)
        } catch {
            switch error {
            case .invalidContent, .corrupt: return nil
            default: throw error
            }
        }
    }

    /// Why a tag does not count; `nil` if it does.
    func rejection(of tag: Tag, for git: GitSubscription, remote: any GitRemote) async throws -> String? {
        let candidate = WarehouseExpressions.Candidate.tag(tag.name, tag.commit, annotation: tag.annotation)
        if let reason = try filtered(candidate, for: git) { return reason }
        return try await pathRejection(of: tag.commit, for: git, remote: remote)
    }

    /// Why a commit of a branch does not count.
    private struct Rejection {
        var reason: String
        /// Set if the commit only merges what promotions had pushed.
        var merge: SubscriptionRecord.OwnMerge?
    }

    /// `nil` if it counts.
    private func rejection(
        of commit: CommitRecord,
        for git: GitSubscription,
        remote: any GitRemote,
        _ pulls: LandedWork.Proposals
    ) async throws -> Rejection? {
        if await present().isOwn(commit.id) {
            return Rejection(reason: "commit \(commit.id.short) is Hoistway's own: it makes no freight")
        }
        // git-open-pr makes such a commit for a base branch that is missing.
        if commit.parents.isEmpty, try await remote.tree(commit.tree).isEmpty {
            return Rejection(reason: "commit \(commit.id.short) begins a branch without files: it makes no freight")
        }
        var others: [GitPath]?
        switch try await landedWork.work(of: commit, among: pulls, in: remote) {
        case .foreign: break
        case .own(let promotions):
            return Rejection(
                reason: "commit \(commit.id.short) only merges what was pushed by promotion "
                    + "\(Listing.text(promotions.map(\.text))): it makes no freight",
                merge: SubscriptionRecord.OwnMerge(commit: commit.id, promotions: promotions)
            )
        case .mixed(let files): others = files
        case .unclear:
            // Freight from Hoistway's own merge would be promoted, merged, and become freight again, without end.
            return Rejection(
                reason:
                    "commit \(commit.id.short) may be the merge of a promotion's pull request: more promotions have "
                    + "changed its files, without being merged, than are compared (\(LandedWork.maxEdits)), so it makes no "
                    + "freight by itself: merge or close the oldest pull requests, or make freight of it by hand"
            )
        }
        if let reason = try filtered(.commit(commit), for: git) {
            return Rejection(reason: "commit \(commit.id.short): \(reason)")
        }
        return try await pathRejection(of: commit, for: git, remote: remote, counting: others).map {
            Rejection(reason: $0)
        }
    }

    private func filtered(_ candidate: WarehouseExpressions.Candidate, for git: GitSubscription) throws -> String? {
        guard let filter = git.expressionFilter else { return nil }
        let isAdmitted = try expressions.admits(candidate, filter: filter, now: ports.clock.now())
        return isAdmitted ? nil : "expressionFilter is false"
    }

    /// - Parameter others: the files that count, if the commit also changes files of a promotion.
    private func pathRejection(
        of commit: CommitRecord,
        for git: GitSubscription,
        remote: any GitRemote,
        counting others: [GitPath]? = nil
    ) async throws -> String? {
        let filter = PathFilter(of: git)
        guard !filter.isEmpty else { return nil }
        if let others {
            return filter.rejection(of: others.map(\.matchable), matcher: ports.matcher).map {
                "commit \(commit.id.short): besides what a promotion had pushed, \($0)"
            }
        }
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

    func artifact(_ tag: Tag, of git: GitSubscription) -> CommitArtifact {
        var artifact = artifact(tag.commit, of: git)
        artifact.tag = tag.name
        artifact.createdAt = tag.annotation?.taggedAt ?? artifact.createdAt
        return artifact
    }

    func artifact(_ commit: CommitRecord, of git: GitSubscription) -> CommitArtifact {
        let subject = CommitSubject.of(commit.message)
        return CommitArtifact(
            repoURL: git.repoURL,
            id: commit.id,
            branch: git.branch,
            message: subject.count > 80 ? subject.prefix(77) + "..." : subject,
            author: commit.author,
            committer: commit.committer,
            createdAt: commit.committedAt
        )
    }
}
