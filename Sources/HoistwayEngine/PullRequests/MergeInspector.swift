import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Applies the rules for pushes to a merge that a promotion is about to ask for.
///
/// The push to the promotion's own branch was compared with what was checked out. The branch that the merge moves may be
/// another one, or have moved on; what others have there is looked at here.
struct MergeInspector: Sendable {
    /// Commits that are searched for where the two branches part.
    private static let maxHistory = 500

    let core: EngineCore

    /// What stands against the merge; `nil`: nothing, or the pull request is not of what the promotion has pushed.
    func objection(to merge: MergeRequest, draft: Draft) async throws -> PushGuard.Objection? {
        guard let stage = core.configuration.pipelines.stage(draft.record.stage) else {
            return .init("stage \(draft.record.stage) is not configured any more")
        }
        let remote = merge.remote
        let identity = RepositoryIdentity(remote.displayURL)
        let pushes = draft.record.branches.filter {
            $0.pushed && $0.kind != .tag && $0.branch == merge.sourceBranch && RepositoryIdentity($0.remote) == identity
        }
        let ref = "refs/heads/" + merge.targetBranch
        guard let first = pushes.first, let last = pushes.last, last.commit == merge.head,
            let tip = try await remote.refs(prefixes: [ref]).refs[ref]
        else { return nil }
        let base = try await base(of: merge.head, on: tip, before: first.before, in: remote)
        guard let tree = try await tree(of: merge.head, since: base, on: tip, in: remote) else {
            return .init(
                "merging it into \(merge.targetBranch) would change more than \(LandedWork.maxFiles) files: merge it by "
                    + "hand if that is right"
            )
        }
        var draft = draft
        draft.learn()
        // Whoever has accepted what was pushed has accepted its merge.
        if draft.record.acceptedTree == last.tree { draft.record.acceptedTree = tree }
        let need = need(merge, tip: tip, pushed: last, draft: draft)
        let subject = await PushSubject(need, draft: draft, stage: stage, core: core)
        let facts = try await BranchFacts.read(need, of: subject, heads: KnownHeads())
        var proposal = try await ProposalReader(subject: subject).read(need, tree: tree, facts: facts)
        proposal.isMerge = true
        // The same acceptance holds for the push and for its merge.
        proposal.digest = last.digest
        proposal.images += try await steps(from: remote.commit(tip).tree, to: tree, subject, in: remote)
        return PushGuard.objection(to: proposal, stage: stage, promotion: draft.record) {
            core.isOlder($0, new: $1, than: $2, for: draft.record)
        }
    }

    private func need(_ merge: MergeRequest, tip: ObjectID, pushed: BranchOutcome, draft: Draft) -> PushNeed {
        let step = draft.run.evaluated.first { $0.alias == pushed.step }
        var need = PushNeed(
            alias: pushed.step ?? "",
            outgoing: OutgoingBranch(
                remote: merge.remote,
                branch: merge.targetBranch,
                base: tip,
                commits: [merge.head],
                old: tip
            ),
            targetBranch: merge.targetBranch,
            path: step?.config["path"]?.string ?? "",
            subject: pushed.subject
        )
        need.checkedOut = merge.targetBranch
        need.isMerge = true
        return need
    }

    /// The commit from which the merge counts what it brings; `nil`: the branches have nothing in common that is searched.
    private func base(
        of head: ObjectID,
        on tip: ObjectID,
        before: ObjectID,
        in remote: any GitRemote
    ) async throws(GitFailure) -> ObjectID? {
        if tip == before { return before }
        let since = try await remote.history(from: tip, until: nil, limit: Self.maxHistory).map(\.id)
        if since.contains(before) { return before }
        let ours = Set(try await remote.history(from: head, until: nil, limit: Self.maxHistory).map(\.id))
        return since.first(where: ours.contains)
    }

    /// What the branch would hold; a file that both sides have changed counts as the promotion has it.
    ///
    /// `nil`: more would change than is looked at.
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
        let changed = try await core.ports.workspaces.changes(
            from: from,
            to: to,
            in: remote,
            limit: LandedWork.maxFiles
        )
        guard !changed.isCut else { return nil }
        var edits: [GitPath: TreeEntry?] = [:]
        for path in changed.paths { edits.updateValue(try await TreePath(path).entry(in: to, remote), forKey: path) }
        return try await remote.editTree(present, edits)
    }

    /// The images of kustomizations as the merge would change them.
    private func steps(
        from old: ObjectID,
        to new: ObjectID,
        _ subject: PushSubject,
        in remote: any GitRemote
    ) async throws -> [PushProposal.ImageStep] {
        let changes = try await core.ports.workspaces.changes(
            from: old,
            to: new,
            in: remote,
            limit: LandedWork.maxFiles
        )
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
