import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Logging

extension EngineCore {
    /// The promotion's own commits that a merge has added, for the record of the target branch.
    struct Landing: Sendable {
        var key: BranchKey
        /// Oldest first; the last is the merged commit.
        var commits: [ObjectID]
        /// The first parent of the merged commit.
        var parent: ObjectID?
    }

    /// `nil`: nothing was merged, or the commit is not the promotion's own, or this cannot be decided.
    func landing(of draft: Draft) async throws -> Landing? {
        guard let landed = draft.run.landed else { return nil }
        let key = BranchKey(remote: landed.remote.displayURL, branch: landed.targetBranch)
        // Only branches that stages write have a record.
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
            // It then counts as somebody else's, which only makes later promotions more careful.
            log.warning(
                "the changes of a merge cannot be read; they count as changes by others",
                metadata: .of([.promotionID: draft.record.id.text, .error: error.message])
            )
            return nil
        }
    }
}

extension BranchRecord {
    /// Records Hoistway's own merge; moves the head if the branch was at the last known one.
    ///
    /// - Parameters:
    ///   - commits: oldest first; the last is the merged commit.
    ///   - parent: its first parent.
    mutating func land(_ commits: [ObjectID], on parent: ObjectID?) {
        addOwn(commits)
        if let last = commits.last, parent == head { move(to: last) }
    }
}
