import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Logging

/// Whether a commit that a merge has left on a branch brings just what the promotion had pushed for it.
///
/// Then it counts as ours there. Otherwise it stays somebody else's work: who merged it has brought more, or something
/// else.
struct LandedCommit: Sendable {
    /// How many files may differ; a merge with more counts as somebody else's.
    private static let maxFiles = 5000

    let core: EngineCore
    let landed: LandedPullRequest

    /// What a merge changes, by path.
    private struct Change: Equatable {
        var old: TreeEntry?
        var new: TreeEntry?
    }

    func isOwn(_ record: PromotionRecord) async throws(GitFailure) -> Bool {
        let pushed = record.branches.last {
            $0.pushed && $0.branch == landed.sourceBranch && $0.commit == landed.head
                && RepositoryIdentity($0.remote) == RepositoryIdentity(landed.remote.displayURL)
        }
        guard let pushed else { return false }
        if landed.commit == landed.head { return true }
        let remote = landed.remote
        let merge = try await remote.commit(landed.commit)
        guard let parent = merge.parents.first else { return false }
        guard let ours = try await changes(from: pushed.before, to: landed.head) else { return false }
        let theirs = try await changes(from: parent, to: landed.commit)
        return theirs == ours
    }

    /// `nil`: there are too many.
    private func changes(from old: ObjectID, to new: ObjectID) async throws(GitFailure) -> [GitPath: Change]? {
        let remote = landed.remote
        let before: ObjectID? = if old.isZero { nil } else { try await remote.commit(old).tree }
        let after = try await remote.commit(new).tree
        let found = try await core.ports.workspaces.changes(
            from: before,
            to: after,
            in: remote,
            limit: Self.maxFiles
        )
        guard !found.isCut else { return nil }
        var changes: [GitPath: Change] = [:]
        for path in found.paths {
            let place = TreePath(path)
            changes[path] = Change(
                old: try await place.entry(in: before, remote),
                new: try await place.entry(in: after, remote)
            )
        }
        return changes
    }
}

extension EngineCore {
    /// What a merge has brought of the promotion's own, as the record of its branch is to know it.
    struct Landing: Sendable {
        var key: BranchKey
        /// Oldest first; the last is what landed.
        var commits: [ObjectID]
        /// The first parent of what landed.
        var parent: ObjectID?
    }

    /// `nil`: nothing has landed, or what landed is not the promotion's own, or nobody can tell.
    func landing(of draft: Draft) async throws -> Landing? {
        guard let landed = draft.run.landed else { return nil }
        let key = BranchKey(remote: landed.remote.displayURL, branch: landed.targetBranch)
        // Only a branch that stages write too has a record.
        guard await ledger.snapshot.branches[key] != nil else { return nil }
        do throws(GitFailure) {
            guard try await LandedCommit(core: self, landed: landed).isOwn(draft.record) else { return nil }
            let parent = try await landed.remote.commit(landed.commit).parents.first
            return Landing(key: key, commits: [landed.head, landed.commit], parent: parent)
        } catch {
            // It counts as somebody else's then, which only asks for more care.
            log.warning(
                "what a merge has brought cannot be read; it counts as somebody else's work",
                metadata: .of([.promotionID: draft.record.id.text, .error: error.message])
            )
            return nil
        }
    }
}

extension BranchRecord {
    /// A merge of ours has moved the branch, if it stood where it was left.
    ///
    /// - Parameters:
    ///   - commits: oldest first; the last is what landed.
    ///   - parent: its first parent.
    mutating func land(_ commits: [ObjectID], on parent: ObjectID?) {
        addOwn(commits)
        if let last = commits.last, parent == head { move(to: last) }
    }
}
