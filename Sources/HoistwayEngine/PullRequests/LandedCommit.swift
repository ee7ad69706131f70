import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Logging

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
            let commit = try await landed.remote.commit(landed.commit)
            let pushes = draft.record.branches.filter {
                $0.pushed && $0.branch == landed.sourceBranch && $0.kind != .tag
                    && RepositoryIdentity($0.remote) == RepositoryIdentity(landed.remote.displayURL)
            }
            guard let first = pushes.first, let last = pushes.last else { return nil }
            let push = LandedWork.Proposals.Push(
                promotion: draft.record.id,
                before: first.before,
                head: last.commit
            )
            let work = try await landedWork.work(
                of: commit,
                among: LandedWork.Proposals(pushes: [push]),
                in: landed.remote
            )
            guard case .own = work else { return nil }
            let parent = commit.parents.first
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
