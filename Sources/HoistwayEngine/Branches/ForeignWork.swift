import HoistwayModel
import HoistwayPorts

/// The changes of others on a branch since the stage's last push.
struct ForeignWork: Sendable {
    static let none = ForeignWork()

    /// Newest first.
    var commits: [ForeignCommit] = []
    /// The commit below the oldest of them.
    var since: ObjectID?
    /// The files that have changed, without those that only other stages changed; `nil`: too many, or not asked for.
    var files: Set<GitPath>? = []
}

/// Finds what others have done, and reads no more of a branch than necessary.
struct ForeignWorkFinder: Sendable {
    /// How many commits are searched on a branch that many stages write.
    private static let maxHistory = BranchRecord.maxOwnCommits
    /// How many commits of others are looked at one by one.
    private static let maxCommits = 20
    private static let maxFiles = 5000

    let core: EngineCore
    let stage: StageKey
    let branch: BranchKey
    /// The record of earlier pushes to the branch.
    let known: BranchRecord?
    let remote: any GitRemote

    private struct Commits {
        var foreign: [ForeignCommit] = []
        var since: ObjectID?
        /// Commits of Hoistway among them, those of other stages too.
        var own: [CommitRecord] = []
        /// Files that merges have changed besides the files of promotions, by the merge.
        var besides: [ObjectID: Set<GitPath>] = [:]
    }

    /// - Parameters:
    ///   - tip: where the branch is at the remote.
    ///   - listsFiles: whether the changed files are needed.
    func work(standing: BranchStanding, at tip: ObjectID, listsFiles: Bool) async throws -> ForeignWork {
        switch standing {
        // Such a branch is refused, or was adopted, as a whole.
        case .rewritten, .gone: return .none
        case .asLeft, .ahead: break
        }
        let commits = try await withoutMerges(try await commits(standing: standing, at: tip), at: tip)
        guard !commits.foreign.isEmpty else { return .none }
        return ForeignWork(
            commits: commits.foreign,
            since: commits.since,
            files: listsFiles ? try await files(changedBy: commits, at: tip) : nil
        )
    }

    /// The commits that have changed one of these files, each with those of the files that it changed.
    ///
    /// If there are too many commits, or too many files, all commits are returned unchanged.
    ///
    /// - Parameter tip: where the branch is at the remote; `nil`: at the first of the commits.
    func touching(
        _ lost: Set<GitPath>,
        among commits: [ForeignCommit],
        at tip: ObjectID?
    ) async throws -> [ForeignCommit] {
        guard commits.count <= Self.maxCommits else { return commits }
        var touching: [ForeignCommit] = []
        for commit in commits {
            let record = try await remote.commit(commit.id)
            let changed = try await changes(record.parents.first ?? .zero, commit.id)
            var files = lost.intersection(changed.paths)
            if case .mixed(let others) = try await work(of: record, at: tip ?? commits[0].id) {
                files.formIntersection(others)
            }
            guard changed.isCut || !files.isEmpty else { continue }
            var commit = commit
            commit.files = changed.isCut ? nil : files.sorted()
            touching.append(commit)
        }
        return touching.isEmpty ? commits : touching
    }

    /// The whole branch, if Hoistway has never pushed to it.
    func everything(at tip: ObjectID, listsFiles: Bool) async throws -> ForeignWork {
        if let known, known.ownCommits.contains(tip) || known.adopted == tip { return .none }
        let since = known?.head
        return ForeignWork(
            commits: [BranchWatch.foreign(try await remote.commit(tip))],
            since: since,
            files: listsFiles ? try await files(changedBy: Commits(since: since), at: tip) : nil
        )
    }

    /// What a branch has after a forced push, compared with the last pushed commit.
    func difference(from left: ObjectID, to tip: ObjectID) async throws -> ForeignWork {
        ForeignWork(
            commits: [BranchWatch.foreign(try await remote.commit(tip))],
            since: left,
            files: try await files(changedBy: Commits(since: left), at: tip)
        )
    }

    /// The files that the stage's last commit keeps; empty if that commit no longer exists.
    func keptBefore() async throws -> [GitPath: ObjectID] {
        guard let last = await lastPushed() else { return [:] }
        do throws(GitFailure) {
            return KeptFiles.read(from: try await remote.commit(last).message)
        } catch {
            guard case .missingObject = error else { throw error }
            return [:]
        }
    }

    /// Commits since this stage's last push: pushes of other stages above it do not hide them.
    private func commits(standing: BranchStanding, at tip: ObjectID) async throws -> Commits {
        guard let known else { return try await commitsSinceMerge(at: tip) }
        guard let last = await lastPushed(), last != known.head else {
            guard case .ahead(let found) = standing, let oldest = found.last else { return Commits() }
            // They may be based on a commit that was adopted.
            let parents = try await remote.commit(oldest.id).parents
            let isAdopted = known.lastAccepted.map { parents.contains($0) } ?? false
            return Commits(foreign: found, since: isAdopted ? known.lastAccepted : known.head)
        }
        let state = await core.ledger.snapshot
        let history = try await remote.history(from: tip, until: last, limit: Self.maxHistory)
        let since = history.prefix { $0.id != known.lastAccepted }
        let foreign = since.filter { !state.isOwn($0.id) }.map(BranchWatch.foreign)
        // All commits within the limit are Hoistway's, and there are more: the branch's own record must be enough.
        if foreign.isEmpty, since.count >= Self.maxHistory, case .ahead(let found) = standing {
            return Commits(foreign: found, since: known.head)
        }
        let place = known.ownCommits.lastIndex(of: last)
        return Commits(
            foreign: foreign,
            since: since.count < history.count ? known.lastAccepted : last,
            // A merge also brings older commits below it.
            own: since.filter { commit in
                guard let index = known.ownCommits.lastIndex(of: commit.id) else { return false }
                return place.map { index > $0 } ?? true
            }
        )
    }

    /// Leaves out merges that bring only what promotions had pushed for pull requests, on record or not.
    ///
    /// If a merge brings more, only its other files count as somebody's work.
    private func withoutMerges(_ commits: Commits, at tip: ObjectID) async throws -> Commits {
        guard commits.foreign.count <= Self.maxCommits else { return commits }
        var left = commits
        left.foreign = []
        for commit in commits.foreign {
            let record = try await remote.commit(commit.id)
            switch try await work(of: record, at: tip) {
            case .foreign, .unclear: left.foreign.append(commit)
            case .own: left.own.append(record)
            case .mixed(let others):
                left.foreign.append(commit)
                left.besides[commit.id] = Set(others)
            }
        }
        return left
    }

    private func work(of commit: CommitRecord, at tip: ObjectID) async throws -> MergedWork {
        let state = await core.ledger.snapshot
        let proposals = core.landedWork.proposals(in: remote, present: state)
        return try await core.landedWork.work(
            of: commit,
            among: proposals,
            besides: proposals.isEmpty ? [] : try await settled(before: commit, at: tip, proposals, state),
            in: remote
        )
    }

    /// Promotions whose merge the commit cannot be: they were merged below it, or the stage has continued without them.
    ///
    /// If a person restores a promotion's files by hand, that commit looks like the promotion's merge.
    private func settled(
        before commit: CommitRecord,
        at tip: ObjectID,
        _ proposals: LandedWork.Proposals,
        _ state: PipelineState
    ) async throws -> Set<PromotionID> {
        // A rebase adds several commits; the host reports only the last.
        let history = try await remote.history(from: tip, until: commit.id, limit: Self.maxHistory)
        let above = Set(history.map(\.id) + [commit.id])
        let last = lastMerge(in: state)
        let isPast = last.map { !above.contains($0.commit) } ?? false
        var settled: Set<PromotionID> = []
        for push in proposals.pushes where !commit.parents.dropFirst().contains(push.head) {
            let isOlder =
                state.promotions[push.promotion]?.stage == stage
                && (last.map { push.promotion < $0.promotion } ?? false)
            if isPast && isOlder || !push.landings.isEmpty && above.isDisjoint(with: push.landings) {
                settled.insert(push.promotion)
            }
        }
        return settled
    }

    /// If only merges of pull requests reach the branch, the commits since the stage's last merge.
    ///
    /// A person may have merged it by hand, after a promotion had stopped: that merge overwrote the changes below it.
    private func commitsSinceMerge(at tip: ObjectID) async throws -> Commits {
        guard let last = await lastPushed(), last != tip else { return Commits() }
        let state = await core.ledger.snapshot
        func foreign(until commit: ObjectID) async throws -> [CommitRecord] {
            try await remote.history(from: tip, until: commit, limit: Self.maxHistory).filter { !state.isOwn($0.id) }
        }
        let history = try await foreign(until: last)
        for commit in history.prefix(Self.maxCommits) {
            guard case .own(let promotions) = try await work(of: commit, at: tip),
                promotions.contains(where: { state.promotions[$0]?.stage == stage })
            else { continue }
            let newer = try await foreign(until: commit.id)
            return Commits(foreign: newer.map(BranchWatch.foreign), since: commit.id)
        }
        return Commits(foreign: history.map(BranchWatch.foreign), since: last)
    }

    /// The newest known commit that a promotion of this stage has pushed, or has merged, to the branch.
    private func lastPushed() async -> ObjectID? {
        for record in await core.ledger.snapshot.newestPromotions(of: stage) {
            let pushed = record.arrivals.filter {
                $0.isOnStageBranch && BranchKey(remote: $0.remote, branch: $0.branch) == branch
            }.map(\.commit)
            if let last = (pushed + merges(of: record)).last { return last }
        }
        return nil
    }

    /// The last merge of a pull request that a promotion of this stage has seen on the branch.
    private func lastMerge(in state: PipelineState) -> (promotion: PromotionID, commit: ObjectID)? {
        for record in state.newestPromotions(of: stage) {
            if let last = merges(of: record).last { return (record.id, last) }
        }
        return nil
    }

    private func merges(of record: KnownPromotion) -> [ObjectID] {
        record.pulls.filter {
            $0.isMerged && BranchKey(remote: $0.repository, branch: $0.targetBranch) == branch
        }.compactMap(\.commit)
    }

    private func files(changedBy commits: Commits, at tip: ObjectID) async throws -> Set<GitPath>? {
        let all = try await changes(commits.since ?? .zero, tip)
        guard !all.isCut else { return nil }
        guard !commits.own.isEmpty || !commits.besides.isEmpty, commits.foreign.count <= Self.maxCommits else {
            return Set(all.paths)
        }
        var own: Set<GitPath> = []
        for (merge, others) in commits.besides {
            let parent = try await remote.commit(merge).parents.first ?? .zero
            own.formUnion(Set(try await changes(parent, merge).paths).subtracting(others))
        }
        for commit in commits.own { own.formUnion(try await changes(commit.parents.first ?? .zero, commit.id).paths) }
        for commit in commits.foreign where !own.isEmpty {
            let parent = try await remote.commit(commit.id).parents.first ?? .zero
            let changed = try await changes(parent, commit.id)
            guard !changed.isCut else { return Set(all.paths) }
            own.subtract(commits.besides[commit.id].map(Array.init) ?? changed.paths)
        }
        return Set(all.paths).subtracting(own)
    }

    private func changes(_ old: ObjectID, _ new: ObjectID) async throws -> TreeChanges {
        try await core.ports.workspaces.changes(
            from: old.isZero ? nil : remote.commit(old).tree,
            to: remote.commit(new).tree,
            in: remote,
            limit: Self.maxFiles
        )
    }
}
