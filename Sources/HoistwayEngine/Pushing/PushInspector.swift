import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Finds out what a push would do, and whether there is an objection.
///
/// It reads the branch's facts, lets the stage's rules rework the commit, and asks the push guard. It changes nothing
/// except objects that nobody sees yet: what must be recorded is returned as effects.
struct PushInspector: Sendable {
    static let maxDiffBytes = 256 * 1024

    let core: EngineCore

    func inspect(_ need: PushNeed, draft: Draft, heads: KnownHeads) async throws -> PushInspection {
        guard !need.outgoing.commits.isEmpty else { return PushInspection(nil) }
        guard let stage = core.configuration.pipelines.stage(draft.record.stage) else {
            let gone = "stage \(draft.record.stage) is no longer configured"
            return try await refused(need, .init(gone))
        }
        let subject = await PushSubject(need, draft: draft, stage: stage, core: core)
        let facts = try await BranchFacts.read(need, of: subject, heads: heads)
        var inspection = PushInspection(nil)
        switch try await CommitRework(subject: subject).rework(need, facts) {
        case .refused(let words): inspection = try await refused(need, .init(words))
        case .done(let need) where need.outgoing.commits.isEmpty: break
        case .done(let need): inspection = try await judge(need, subject, facts)
        }
        if need.isOnStageBranch { inspection.effects = PushEffect.first(of: facts, mode: draft.record.mode) }
        return inspection
    }

    private func refused(_ need: PushNeed, _ objection: PushGuard.Objection) async throws -> PushInspection {
        PushInspection(JudgedPush(need: need, outcome: try await need.outcome()), objection: objection)
    }

    private func judge(
        _ need: PushNeed,
        _ subject: PushSubject,
        _ facts: BranchFacts
    ) async throws -> PushInspection {
        var outcome = try await need.outcome()
        var proposal = try await ProposalReader(subject: subject).read(need, tree: outcome.tree, facts: facts)
        let record = subject.record
        let isTooMuch = PushGuard.beyondLimits(proposal, stage: subject.stage) != nil
        if isTooMuch || record.previewed != nil || core.configuration.recordsDiffs {
            try await note(need, subject, in: &outcome)
            proposal.digest = outcome.digest
        }
        let objection = PushGuard.objection(to: proposal, stage: subject.stage, promotion: record) {
            core.isOlder($0, new: $1, than: $2, for: record)
        }
        if objection != nil || record.mode == .observe || core.configuration.recordsDiffs {
            outcome.diff = try await core.ports.workspaces.unifiedDiff(
                from: need.outgoing.remote.tree(of: need.outgoing.base),
                to: outcome.tree,
                in: need.outgoing.remote,
                maxBytes: Self.maxDiffBytes
            )
        }
        if record.mode == .observe { outcome.images = subject.promotedImages() }
        var inspection = PushInspection(JudgedPush(need: need, outcome: outcome), objection: objection)
        inspection.standing = facts.standing
        // A person may promote an older version.
        let unchecked = record.actor == .automatic ? proposal.unchecked : nil
        let warnings = [await unpromotedFiles(proposal, subject), overwritten(need, subject), unchecked]
        inspection.warnings = warnings.compactMap(\.self) + proposal.replaced
        return inspection
    }

    /// Adds the files that differ, which are compared with what was shown or accepted.
    private func note(_ need: PushNeed, _ subject: PushSubject, in outcome: inout BranchOutcome) async throws {
        let remote = need.outgoing.remote
        let (files, isCut) = try await core.ports.workspaces.changedFiles(
            from: remote.tree(of: need.outgoing.base),
            to: outcome.tree,
            in: remote,
            limit: ChangedFile.maxOfDigest
        )
        outcome.digest = isCut ? nil : core.ports.sha256(ChangedFile.digested(files))
        guard core.preview != nil || subject.record.previewed != nil else { return }
        let push = PreviewedPushes.Push(
            step: need.alias,
            remote: need.outgoing.remote.displayURL,
            branch: need.targetBranch,
            kind: need.kind,
            digest: outcome.digest ?? PreviewedPushes.Push.uncounted,
            files: files
        )
        outcome.preview = BranchPreview(push: push, changes: files)
        guard core.preview != nil else { return }
        outcome.preview?.files = try await core.ports.workspaces.describe(
            Array(files.prefix(BranchPreview.maxFiles)),
            in: remote,
            maxBytes: Self.maxDiffBytes
        )
    }

    /// A warning about overwritten files, if the branch has no record and is not the checked-out one.
    private func overwritten(_ need: PushNeed, _ subject: PushSubject) -> String? {
        guard need.isTransfer, subject.known == nil, !need.overwritten.isEmpty else { return nil }
        return
            "\(ForeignCommit.named(need.overwritten)) of \(need.targetBranch) had another content than the "
            + "checkout, and will be overwritten"
    }

    /// A warning about files that the steps copy, if none of the stage's freight has a commit.
    private func unpromotedFiles(_ proposal: PushProposal, _ subject: PushSubject) async -> String? {
        guard subject.isCopied, let checkout = subject.checkout, let changed = proposal.changedFiles else { return nil }
        let artifacts = await subject.freight().flatMap(\.artifacts)
        let isImage = artifacts.map { if case .image = $0 { true } else { false } }
        guard !isImage.isEmpty, !isImage.contains(false) else { return nil }
        return UnpromotedFiles.warning(
            changed: changed,
            deleted: proposal.deletedFiles,
            edited: Set(
                (checkout.editedDirectories.flatMap(Kustomizations.files) + checkout.editedFiles.map(\.path)
                    + subject.imageValues.flatMap { checkout.places(of: $0.source) })
                    .map { GitPath($0) }
            ).union(proposal.imageOnlyFiles),
            branch: subject.key.branch
        )
    }
}
