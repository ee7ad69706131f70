import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Pushes what the drafts of a batch want to push: all branches of one repository in as few pushes as it allows.
struct PushRound: Sendable {
    let core: EngineCore
    let lane: LaneKey

    /// One branch with the commits of the drafts that wrote it, oldest first.
    private struct Branch {
        var key: BranchKey
        var kind: PushedRef
        var old: ObjectID
        var commits: [PushIntent.Commit]
        /// The object of an annotated tag.
        var object: ObjectID?
        /// Indices in the batch.
        var drafts: [Int]

        var update: RefUpdate { RefUpdate(ref: planned.ref, old: old, new: object ?? commits.last?.id ?? old) }

        var planned: PushIntent.Branch {
            PushIntent.Branch(branch: key.branch, old: old, commits: commits, kind: kind, object: object)
        }
    }

    /// One repository with the branches that are pushed to it.
    private struct Target {
        var remote: any GitRemote
        /// As the pipeline writes it: a promotion may push to other repositories than that of its lane.
        var repoURL: String
        var insecureSkipTLSVerify: Bool
        var branches: [Branch] = []
    }

    func push(_ drafts: inout [Draft]) async throws {
        for target in gather(drafts) {
            let limit = max(1, core.configuration.refsPerPush(target.remote.displayURL))
            for start in stride(from: 0, to: target.branches.count, by: limit) {
                let group = Array(target.branches[start..<min(start + limit, target.branches.count)])
                try await send(group, to: target, drafts: &drafts)
            }
        }
    }

    private func gather(_ drafts: [Draft]) -> [Target] {
        var targets: [String: Target] = [:]
        for index in drafts.indices {
            guard let push = drafts[index].push else { continue }
            let (need, key) = (push.need, push.need.branchKey)
            var target = targets[key.remote] ?? target(of: need, plan: drafts[index].plan)
            let id = drafts[index].record.id
            let commits = need.outgoing.commits.map { PushIntent.Commit(id: $0, promotion: id, step: need.alias) }
            if let position = target.branches.firstIndex(where: { $0.key == key && $0.kind == need.kind }) {
                target.branches[position].commits += commits
                target.branches[position].drafts.append(index)
            } else {
                target.branches.append(
                    Branch(
                        key: key,
                        kind: need.kind,
                        old: need.outgoing.old,
                        commits: commits,
                        object: need.tag,
                        drafts: [index]
                    )
                )
            }
            targets[key.remote] = target
        }
        return targets.sorted { $0.key < $1.key }.map(\.value)
    }

    private func target(of need: PushNeed, plan: PromotionPlan) -> Target {
        let checkout = plan.checkout(holding: need.path) ?? plan.lane
        return Target(
            remote: need.outgoing.remote,
            repoURL: checkout?.repoURL ?? need.outgoing.remote.displayURL,
            insecureSkipTLSVerify: checkout?.insecureSkipTLSVerify ?? false
        )
    }

    /// Stores the intent, then pushes, then stores the result of each branch.
    private func send(_ branches: [Branch], to target: Target, drafts: inout [Draft]) async throws {
        let id = "\(core.ports.clock.now().microseconds)-\(core.ports.random() % 1_000_000)"
        _ = core.pushing.begin(id)
        defer { core.pushing.end(id) }
        // These run while the disk stores the intent, and the server handles the push.
        async let pack = pack(branches, for: target.remote)
        async let changed = changedFiles(of: branches, in: target.remote)
        let (intent, kept) = try await intend(branches, as: id, to: target, drafts: &drafts)
        guard let intent else { return }
        let updates = kept.map(\.update)
        let results: [RefResult]
        do throws(GitFailure) {
            let pack = kept.count == branches.count ? await pack : await self.pack(kept, for: target.remote)
            results = try await target.remote.push(updates, pack: pack.get())
        } catch .packRefused(let url, let words) {
            // Nothing has arrived: a restart has nothing to look for.
            try await record([], intent: intent, changed: [:], drafts: drafts)
            return try await part(kept, after: .packRefused(url: url, words: words), of: target, drafts: &drafts)
        } catch  where error.retry == .never {
            // The server refuses the push as a whole: that is a refusal, and no failure that could affect other pushes.
            results = updates.map { _ in .refused(error.message) }
        } catch {
            // Whether it arrived is not known: the intent stays, and shows it at the next try.
            guard !Task.isCancelled else {
                for index in kept.flatMap(\.drafts) { drafts[index].end(.stopped) }
                return
            }
            core.metrics.outsideFailed(error)
            for branch in kept {
                count(.unknown)
                for index in branch.drafts { drafts[index].end(.later(error)) }
            }
            return
        }
        let refused = zip(kept, results).compactMap { branch, result in
            if case .refused(let words) = result { (branch, words) } else { nil }
        }
        for (branch, result) in zip(kept, results) { conclude(branch, result, alone: kept.count == 1, drafts: &drafts) }
        let pushed = zip(kept, results).filter { $0.1 == .pushed }.map(\.0)
        try await record(pushed, intent: intent, changed: await changed, drafts: drafts)
        guard kept.count > 1, !refused.isEmpty else { return }
        // Splits in halves until the refused branch is alone: a hook may refuse all branches because of one.
        let left = refused.map(\.0)
        let middle = kept.count == left.count ? left.count / 2 : left.count
        for part in [Array(left[..<middle]), Array(left[middle...])] where !part.isEmpty {
            try await send(part, to: target, drafts: &drafts)
        }
    }

    private func pack(_ branches: [Branch], for remote: any GitRemote) async -> Result<[UInt8], GitFailure> {
        do throws(GitFailure) {
            return .success(try await remote.pack(for: branches.map(\.update)))
        } catch {
            return .failure(error)
        }
    }

    /// By the full names of refs: these files are stored together with the push.
    private func changedFiles(of branches: [Branch], in remote: any GitRemote) async -> [String: [String]] {
        var changed: [String: [String]] = [:]
        for branch in branches {
            changed[branch.planned.ref] = await core.changedFiles(of: branch.planned, in: remote)
        }
        return changed
    }

    /// The server refused all objects: smaller pushes find the cause, until one promotion is alone.
    private func part(
        _ branches: [Branch],
        after failure: GitFailure,
        of target: Target,
        drafts: inout [Draft]
    ) async throws {
        core.metrics.outsideFailed(failure)
        if branches.count > 1 {
            let middle = branches.count / 2
            for half in [branches[..<middle], branches[middle...]] {
                try await send(Array(half), to: target, drafts: &drafts)
            }
            return
        }
        let together = branches.flatMap(\.drafts)
        count(.refused)
        if together.count > 1 { core.laneRuns.pushAlone(lane) }
        for index in together { drafts[index].end(together.count > 1 ? .retry : .later(failure)) }
    }

    /// Stores the intent durably; if a promotion was aborted, or its stage is now in observe mode, its branch is built
    /// again.
    private func intend(
        _ branches: [Branch],
        as id: String,
        to target: Target,
        drafts: inout [Draft]
    ) async throws -> (PushIntent?, [Branch]) {
        let now = core.ports.clock.now()
        let (project, repoURL, insecure) = (lane.project, target.repoURL, target.insecureSkipTLSVerify)
        let results = branches.flatMap(\.drafts).map {
            (id: drafts[$0].record.id, records: drafts[$0].run.records, results: drafts[$0].run.results)
        }
        let plain = branches.map(\.planned)
        let remote = branches.first?.key.remote ?? ""
        let (intent, gone) = try await core.transact { transaction, core -> (PushIntent?, Set<String>) in
            var gone: Set<String> = []
            for branch in plain {
                let isOpen = branch.commits.allSatisfy {
                    guard let record = transaction.state.openPromotion($0.promotion) else { return false }
                    return record.phase == .running && record.abortedBy == nil && !core.observes(record.stage)
                }
                if !isOpen { gone.insert(branch.ref) }
            }
            let kept = plain.filter { !gone.contains($0.ref) }
            guard !kept.isEmpty else { return (nil, gone) }
            let intent = PushIntent(
                id: id,
                project: project,
                remote: repoURL,
                insecureSkipTLSVerify: insecure,
                branches: kept,
                createdAt: now
            )
            transaction.put(.putIntent(intent))
            // The results of the steps must be known even if only the push itself has arrived.
            for (id, records, results) in results {
                guard kept.contains(where: { $0.commits.contains { $0.promotion == id } }),
                    var record = transaction.state.openPromotion(id)
                else { continue }
                record.stepRecords = records
                transaction.put([.putPromotion(record), .putStepResults(id, results)])
            }
            for branch in kept where branch.kind == nil {
                let key = BranchKey(remote: remote, branch: branch.branch)
                var known = transaction.state.branches[key] ?? BranchRecord(key: key, head: branch.old)
                known.addOwn(branch.commits.map(\.id))
                transaction.put(.putBranch(known))
            }
            return (intent, gone)
        }
        for branch in branches where gone.contains(branch.planned.ref) {
            for index in branch.drafts { drafts[index].end(.retry) }
        }
        return (intent, branches.filter { !gone.contains($0.planned.ref) })
    }

    private func conclude(_ branch: Branch, _ result: RefResult, alone: Bool, drafts: inout [Draft]) {
        switch result {
        case .pushed:
            if branch.kind == .branch { core.branches.trust(branch.key) }
            count(.pushed)
        case .moved:
            if branch.kind == .branch { core.branches.distrust(branch.key) }
            count(.moved)
        case .refused: if alone { count(.refused) }
        }
        for index in branch.drafts {
            switch result {
            case .pushed:
                guard var outcome = drafts[index].push?.outcome else { continue }
                outcome.pushed = true
                drafts[index].record.branches.append(outcome)
                drafts[index].record.attempts = 0
                drafts[index].record.trouble = nil
                drafts[index].goOn(
                    core.configuration.recordsDiffs
                        ? .observed(outcome.commit, because: core.preview == nil ? "dry run" : "preview")
                        : .pushed(outcome.commit)
                )
            case .moved:
                drafts[index].end(.retry)
            case .refused(let words):
                guard alone else { continue }
                if let outcome = drafts[index].push?.outcome { drafts[index].record.branches.append(outcome) }
                drafts[index].objection = .promotionRefused
                drafts[index].goOn(.refused(words, .outside))
            }
        }
    }

    private func count(_ result: EngineMetrics.PushResult) {
        core.metrics.push(result, project: lane.project, configuration: core.configuration)
    }

    /// Records what has arrived before any step continues.
    ///
    /// - Parameter changed: by the full names of refs, the files that the push has changed there, if known.
    private func record(
        _ pushed: [Branch],
        intent: PushIntent,
        changed: [String: [String]],
        drafts: [Draft]
    ) async throws {
        let records = pushed.flatMap(\.drafts).map { (drafts[$0].presentRecord, drafts[$0].run.results) }
        let heads = pushed.filter { $0.kind == .branch }.map { ($0.key, $0.update.new) }
        let moved = pushed.map { (branch: $0.planned, changedFiles: changed[$0.planned.ref]) }
        let remote = pushed.first?.key.remote ?? ""
        try await core.transact { transaction, core in
            // If the machine crashes before this is on the disk, the next start finds the push by its intent.
            transaction.durability = .program
            transaction.put(.removeIntent(intent.id))
            core.noteRefreshes(after: moved, to: remote, into: &transaction)
            for (key, head) in heads {
                guard var known = transaction.state.branches[key] else { continue }
                known.move(to: head)
                transaction.put(.putBranch(known))
            }
            for (record, results) in records {
                guard let present = transaction.state.openPromotion(record.id), present.phase == .running else {
                    continue
                }
                var record = record
                // Another promotion may have begun at the same time.
                record.run = present.run
                record.abortedBy = present.abortedBy
                transaction.put([.putPromotion(record), .putStepResults(record.id, results)])
            }
        }
    }
}
