import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Applies the rules for pushes to a merge that a promotion is about to request.
///
/// The push to the promotion's own branch was compared with the checkout. The target branch may be another one, or may
/// have moved. So its foreign commits are looked at here. A pull request that the promotion has not pushed was not
/// compared with anything yet.
struct MergeInspector: Sendable {
    /// How many commits are searched for the common base of the two branches.
    private static let maxHistory = 500

    let core: EngineCore

    /// The objection to the merge; `nil`: there is none, or the target branch does not exist.
    func objection(to merge: MergeRequest, draft: Draft) async throws -> PushGuard.Objection? {
        guard let stage = core.configuration.pipelines.stage(draft.record.stage) else {
            return .init("stage \(draft.record.stage) is no longer configured")
        }
        let ref = "refs/heads/" + merge.targetBranch
        guard let tip = try await merge.remote.refs(prefixes: [ref]).refs[ref] else { return nil }
        do throws(GitFailure) {
            _ = try await merge.remote.commit(merge.head)
        } catch {
            guard case .missingObject = error else { throw error }
            return .init(
                "its head \(merge.head.short) cannot be read, for example because it comes from a fork: merge it "
                    + "by hand if that is right"
            )
        }
        return try await objection(to: merge, onto: tip, of: stage, draft: draft)
    }

    private func objection(
        to merge: MergeRequest,
        onto tip: ObjectID,
        of stage: Stage,
        draft: Draft
    ) async throws -> PushGuard.Objection? {
        let remote = merge.remote
        let pushes = pushes(for: merge, of: draft.record)
        let base = try await base(of: merge.head, on: tip, before: pushes.first?.before, in: remote)
        guard let tree = try await tree(of: merge.head, since: base, on: tip, in: remote) else {
            return .init(
                "merging it into \(merge.targetBranch) would change more than \(LandedWork.maxFiles) files: merge it by "
                    + "hand if that is right"
            )
        }
        var draft = draft
        draft.learn()
        let need = need(merge, tip: tip, pushed: pushes.last, draft: draft)
        var subject = await PushSubject(need, draft: draft, stage: stage, core: core)
        if pushes.isEmpty { subject.dropStepChanges() }
        let facts = try await BranchFacts.read(need, of: subject, heads: KnownHeads())
        var proposal = try await ProposalReader(subject: subject).read(need, tree: tree, facts: facts)
        proposal.isMerge = true
        let present = try await remote.commit(tip).tree
        proposal.images += try await steps(from: present, to: tree, subject, in: remote)
        if PushGuard.beyondLimits(proposal, stage: stage) != nil {
            let isCovered = try await isCovered(from: present, to: tree, pushes, draft.record, in: remote)
            proposal.digest = try await digest(from: present, to: tree, in: remote)
            // If there is a digest, only it counts: the same tree, pushed elsewhere, may change less there.
            let isNamed = proposal.digest == nil && draft.record.acceptedTree == tree
            draft.record.acceptedTree = isCovered || isNamed ? tree : nil
        }
        return PushGuard.objection(to: proposal, stage: stage, promotion: draft.record) {
            core.isOlder($0, new: $1, than: $2, for: draft.record)
        }
    }

    /// The pushes in the pull request; empty: somebody else has pushed it.
    private func pushes(for merge: MergeRequest, of record: PromotionRecord) -> [BranchOutcome] {
        let identity = RepositoryIdentity(merge.remote.displayURL)
        let pushes = record.branches.filter {
            $0.pushed && $0.kind != .tag && $0.branch == merge.sourceBranch && RepositoryIdentity($0.remote) == identity
        }
        return pushes.last?.commit == merge.head ? pushes : []
    }

    /// Whether a person has accepted, with a push, everything that the merge would change and delete.
    private func isCovered(
        from old: ObjectID,
        to new: ObjectID,
        _ pushes: [BranchOutcome],
        _ record: PromotionRecord,
        in remote: any GitRemote
    ) async throws(GitFailure) -> Bool {
        let isAccepted = pushes.contains { push in
            push.tree == record.acceptedTree
                || push.digest.map { record.acceptedDifferences?.contains($0) ?? false } ?? false
        }
        guard isAccepted else { return false }
        let merged = try await changes(from: old, to: new, in: remote)
        guard !merged.isCut else { return false }
        var written: Set<GitPath> = []
        var deleted: Set<GitPath> = []
        for push in pushes {
            let pushed = try await changes(from: remote.tree(of: push.before), to: push.tree, in: remote)
            guard !pushed.isCut else { return false }
            written.formUnion(pushed.changed + pushed.added)
            deleted.formUnion(pushed.deleted)
        }
        return written.isSuperset(of: merged.changed + merged.added) && deleted.isSuperset(of: merged.deleted)
    }

    private func changes(
        from old: ObjectID?,
        to new: ObjectID,
        in remote: any GitRemote
    ) async throws(GitFailure) -> TreeChanges {
        try await core.ports.workspaces.changes(from: old, to: new, in: remote, limit: LandedWork.maxFiles)
    }

    /// The digest with which a person accepts the merge.
    private func digest(
        from old: ObjectID,
        to new: ObjectID,
        in remote: any GitRemote
    ) async throws(GitFailure) -> String? {
        let (files, isCut) = try await core.ports.workspaces.changedFiles(
            from: old,
            to: new,
            in: remote,
            limit: ChangedFile.maxOfDigest
        )
        return isCut ? nil : core.ports.sha256(ChangedFile.digested(files))
    }

    private func need(_ merge: MergeRequest, tip: ObjectID, pushed: BranchOutcome?, draft: Draft) -> PushNeed {
        let step = pushed.flatMap { pushed in draft.run.evaluated.first { $0.alias == pushed.step } }
        var need = PushNeed(
            alias: pushed?.step ?? "",
            outgoing: OutgoingBranch(
                remote: merge.remote,
                branch: merge.targetBranch,
                base: tip,
                commits: [merge.head],
                old: tip
            ),
            targetBranch: merge.targetBranch,
            path: step?.config["path"]?.string ?? "",
            subject: pushed?.subject ?? ""
        )
        need.checkedOut = merge.targetBranch
        need.isMerge = true
        return need
    }

    /// The common base of the merge; `nil`: the searched commits have none.
    private func base(
        of head: ObjectID,
        on tip: ObjectID,
        before: ObjectID?,
        in remote: any GitRemote
    ) async throws(GitFailure) -> ObjectID? {
        if tip == before { return before }
        let since = try await remote.history(from: tip, until: nil, limit: Self.maxHistory).map(\.id)
        if let before, since.contains(before) { return before }
        let ours = Set(try await remote.history(from: head, until: nil, limit: Self.maxHistory).map(\.id))
        return since.first(where: ours.contains)
    }

    /// The tree of the branch after the merge; for a file that both sides have changed, the promotion's version.
    ///
    /// `nil`: the merge would change more files than are looked at.
    private func tree(
        of head: ObjectID,
        since base: ObjectID?,
        on tip: ObjectID,
        in remote: any GitRemote
    ) async throws(GitFailure) -> ObjectID? {
        let from = try await remote.tree(of: base ?? tip)
        let to = try await remote.commit(head).tree
        let present = try await remote.commit(tip).tree
        if from == present { return to }
        let changed = try await changes(from: from, to: to, in: remote)
        guard !changed.isCut else { return nil }
        var tree = present
        for path in changed.paths.map(TreePath.init) {
            tree = try await path.set(try await path.entry(in: to, remote), in: tree, remote)
        }
        return tree
    }

    /// The changes of kustomizations' images by the merge.
    private func steps(
        from old: ObjectID,
        to new: ObjectID,
        _ subject: PushSubject,
        in remote: any GitRemote
    ) async throws -> [PushProposal.ImageStep] {
        let changes = try await changes(from: old, to: new, in: remote)
        let kustomizations = Kustomizations(remote: remote)
        let own = Set(await subject.freight().flatMap(\.images).map(\.repoURL))
        var steps: [PushProposal.ImageStep] = []
        for file in changes.changed where Kustomizations.isOne(file) {
            let before = try await kustomizations.entries(file, in: old)
            for (name, entry) in try await kustomizations.entries(file, in: new).sorted(by: { $0.key < $1.key })
            where own.contains(name) && before[name]?.newTag != entry.newTag {
                steps.append(.init(name: name, oldTag: before[name]?.newTag, newTag: entry.newTag))
            }
        }
        return steps
    }
}
