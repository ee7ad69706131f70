import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Gathers what the push guard asks about, and nothing that it does not.
struct PushInspector: Sendable {
    /// How far back the commits of others are named.
    static let maxForeign = 20
    static let maxDiffBytes = 256 * 1024

    let core: EngineCore

    /// A push as it will be made, with what stands against it.
    struct Finding {
        var need: PushNeed
        var outcome: BranchOutcome
        var objection: String?
        /// Whether a person's `--accept` is all that it lacks.
        var needsAcceptance = false
    }

    /// What the branch will be, and what stands against pushing it; `nil` where nothing is left to push.
    func inspect(_ need: PushNeed, draft: Draft, heads: KnownHeads) async throws -> Finding? {
        guard !need.outgoing.commits.isEmpty else { return nil }
        guard let stage = core.configuration.pipelines.stage(draft.record.stage) else {
            let gone = "stage \(draft.record.stage) is not configured any more"
            return Finding(need: need, outcome: try await outcome(of: need), objection: gone)
        }
        let checkout = draft.plan.checkouts.first {
            $0.pushBranch == need.targetBranch && $0.mount == PromotionPlan.clean(need.path)
        }
        let replaces = checkout?.isCleared ?? false
        var foreign: [PushProposal.ForeignCommit] = []
        if replaces { foreign = try await self.foreign(need, stage: stage, heads: heads) }
        var need = need
        if let tip = foreign.first?.id, stage.foreignCommits == .keep {
            let known = await core.ledger.snapshot.branches[Self.key(need)]
            switch try await ForeignWorkKeeper(core: core).keep(need, tip: tip, lastOwnHead: known?.head) {
            case .kept(let kept): need = kept
            case .refused(let words):
                return Finding(need: need, outcome: try await outcome(of: need), objection: words)
            }
            guard !need.outgoing.commits.isEmpty else { return nil }
        }
        var outcome = try await outcome(of: need)
        let proposal = try await proposal(
            need,
            draft: draft,
            tree: outcome.tree,
            stage: stage,
            foreign: foreign,
            checkout: checkout
        )
        let objection = PushGuard.objection(to: proposal, stage: stage, promotion: draft.record) {
            core.isOlder($0, new: $1, than: $2, for: draft.record)
        }
        if objection != nil || draft.record.mode == .observe || core.configuration.recordsDiffs {
            outcome.diff = try await core.ports.workspaces.unifiedDiff(
                from: Self.tree(of: need.outgoing.base, in: need.outgoing.remote),
                to: outcome.tree,
                in: need.outgoing.remote,
                maxBytes: Self.maxDiffBytes
            )
        }
        return Finding(
            need: need,
            outcome: outcome,
            objection: objection,
            needsAcceptance: objection != nil
                && objection == PushGuard.excess(proposal, stage: stage, promotion: draft.record)
        )
    }

    private static func key(_ need: PushNeed) -> BranchKey {
        BranchKey(remote: need.outgoing.remote.displayURL, branch: need.targetBranch)
    }

    private static func tree(of commit: ObjectID, in remote: any GitRemote) async throws -> ObjectID? {
        commit.isZero ? nil : try await remote.commit(commit).tree
    }

    private func outcome(of need: PushNeed) async throws -> BranchOutcome {
        guard let tip = need.outgoing.commits.last else {
            preconditionFailure("a push without commits was to be inspected")
        }
        return BranchOutcome(
            remote: need.outgoing.remote.displayURL,
            branch: need.targetBranch,
            before: need.outgoing.base,
            commit: tip,
            tree: try await need.outgoing.remote.commit(tip).tree,
            subject: need.subject,
            pushed: false
        )
    }

    private func proposal(
        _ need: PushNeed,
        draft: Draft,
        tree: ObjectID,
        stage: Stage,
        foreign: [PushProposal.ForeignCommit],
        checkout: PromotionPlan.Checkout?
    ) async throws -> PushProposal {
        let key = Self.key(need)
        let baseTree = try await Self.tree(of: need.outgoing.base, in: need.outgoing.remote)
        var changes = TreeChanges(changed: Set(draft.run.imageChanges.map(\.file)).sorted())
        var images = draft.run.imageChanges.map {
            PushProposal.ImageStep(name: $0.name, oldTag: $0.oldTag, newTag: $0.newTag)
        }
        if let checkout, checkout.isCleared || checkout.isCopiedInto {
            // The images were set in a copy: what stands on the branch itself is what counts.
            let carried = try await tags(in: baseTree, folders: checkout.editedDirectories, need.outgoing.remote)
            for index in images.indices { images[index].oldTag = carried[images[index].name] }
        }
        if let checkout, checkout.isCleared || checkout.isCopiedInto, let baseTree {
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
            replacesTree: checkout?.isCleared ?? false,
            foreignCommits: foreign,
            changedFiles: baseTree == nil ? nil : changes.changed + changes.added,
            deletedFiles: changes.deleted,
            othersFolders: othersFolders(key, stage: stage),
            images: images
        )
    }

    /// The tags that the kustomizations of a tree give to images; what cannot be read carries none.
    private func tags(
        in tree: ObjectID?,
        folders: [String],
        _ remote: any GitRemote
    ) async throws -> [String: String] {
        var tags: [String: String] = [:]
        for folder in folders {
            for file in ["kustomization.yaml", "kustomization.yml", "Kustomization"] {
                let path = folder.isEmpty ? file : folder + "/" + file
                guard let found = try await TreePath(path).entry(in: tree, remote), found.mode != .tree else {
                    continue
                }
                let bytes = try await remote.blob(found.id)
                // A document that cannot be read is replaced as a whole; it has no version to compare with.
                for entry in (try? KustomizationImages.entries(of: bytes)) ?? [] { tags[entry.name] = entry.newTag }
            }
        }
        return tags
    }

    /// Commits at the tip that were not recorded here before they were pushed.
    private func foreign(
        _ need: PushNeed,
        stage: Stage,
        heads: KnownHeads
    ) async throws -> [PushProposal.ForeignCommit] {
        let tip = need.outgoing.base
        let key = Self.key(need)
        guard !tip.isZero, stage.foreignCommits != .overwrite, heads.unpushed[key] == nil else { return [] }
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
