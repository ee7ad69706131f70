import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Gathers what the push guard asks about, and nothing that it does not.
struct PushInspector: Sendable {
    /// How far back the commits of others are named.
    static let maxForeign = 20
    static let maxDiffBytes = 256 * 1024

    let core: EngineCore

    /// What the branch will be, and what stands against pushing it.
    func inspect(_ need: PushNeed, draft: Draft, heads: KnownHeads) async throws -> (BranchOutcome, String?) {
        let remote = need.outgoing.remote
        guard let tip = need.outgoing.commits.last else {
            preconditionFailure("a push without commits was to be inspected")
        }
        let base = need.outgoing.base
        let tree = try await remote.commit(tip).tree
        let baseTree = base.isZero ? nil : try await remote.commit(base).tree
        var outcome = BranchOutcome(
            remote: remote.displayURL,
            branch: need.targetBranch,
            before: base,
            commit: tip,
            tree: tree,
            subject: need.subject,
            pushed: false
        )
        guard let stage = core.configuration.pipelines.stage(draft.record.stage) else {
            return (outcome, "stage \(draft.record.stage) is not configured any more")
        }
        let proposal = try await proposal(
            need,
            draft: draft,
            tree: tree,
            baseTree: baseTree,
            stage: stage,
            heads: heads
        )
        let objection = PushGuard.objection(to: proposal, stage: stage, promotion: draft.record) {
            core.isOlder($0, new: $1, than: $2, for: draft.record)
        }
        if objection != nil || draft.record.mode == .observe || core.configuration.recordsDiffs {
            outcome.diff = try await core.ports.workspaces.unifiedDiff(
                from: baseTree,
                to: tree,
                in: remote,
                maxBytes: Self.maxDiffBytes
            )
        }
        return (outcome, objection)
    }

    private func proposal(
        _ need: PushNeed,
        draft: Draft,
        tree: ObjectID,
        baseTree: ObjectID?,
        stage: Stage,
        heads: KnownHeads
    ) async throws -> PushProposal {
        let key = BranchKey(remote: need.outgoing.remote.displayURL, branch: need.targetBranch)
        let replaces = draft.plan.checkouts.contains {
            $0.isCleared && $0.pushBranch == need.targetBranch && $0.mount == PromotionPlan.clean(need.path)
        }
        var changes = TreeChanges(changed: Set(draft.run.imageChanges.map(\.file)).sorted())
        if replaces, let baseTree {
            let limit = stage.limits.changedFiles + stage.limits.deletedFiles + 1
            changes = try await core.ports.workspaces.changes(
                from: baseTree,
                to: tree,
                in: need.outgoing.remote,
                limit: limit
            )
        }
        return PushProposal(
            branch: key,
            tree: tree,
            replacesTree: replaces,
            foreignCommits: replaces ? try await foreign(need, key: key, stage: stage, heads: heads) : [],
            changedFiles: baseTree == nil ? nil : changes.changed + changes.added,
            deletedFiles: changes.deleted,
            othersFolders: othersFolders(key, stage: stage),
            images: draft.run.imageChanges.map { .init(name: $0.name, oldTag: $0.oldTag, newTag: $0.newTag) }
        )
    }

    /// Commits at the tip that were not recorded here before they were pushed.
    private func foreign(
        _ need: PushNeed,
        key: BranchKey,
        stage: Stage,
        heads: KnownHeads
    ) async throws -> [PushProposal.ForeignCommit] {
        let tip = need.outgoing.base
        guard !tip.isZero, stage.foreignCommits == .stop, heads.unpushed[key] == nil else { return [] }
        let known = await core.ledger.snapshot.branches[key]
        let ours = Set(known?.ownCommits ?? [])
        guard !ours.contains(tip), known?.adopted != tip else { return [] }
        let history = try await need.outgoing.remote.history(from: tip, until: known?.head, limit: Self.maxForeign)
        return
            history
            .prefix { !ours.contains($0.id) && $0.id != known?.adopted }
            .map { commit in
                let subject = commit.message.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
                return PushProposal.ForeignCommit(
                    id: commit.id,
                    author: commit.author,
                    subject: String(subject.prefix(80))
                )
            }
    }

    /// Kustomizations that other stages edit on the same branch.
    private func othersFolders(_ key: BranchKey, stage: Stage) -> [String: StageKey] {
        var folders: [String: StageKey] = [:]
        for (folder, owner) in core.foldersByBranch(key) where owner != stage.key { folders[folder] = owner }
        for (folder, owner) in core.foldersByBranch(key) where owner == stage.key { folders[folder] = nil }
        return folders
    }
}
