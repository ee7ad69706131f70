import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Gathers what the push guard asks about, and nothing that it does not.
struct PushInspector: Sendable {
    static let maxDiffBytes = 256 * 1024

    let core: EngineCore

    /// A push as it will be made, with what stands against it.
    struct Finding {
        var need: PushNeed
        var outcome: BranchOutcome
        var objection: PushGuard.Objection?
        /// How the branch was found, where that is worth remembering.
        var standing: BranchStanding = .asLeft
        /// What may surprise in it, a sentence each.
        var warnings: [String] = []
    }

    /// What is pushed, from where, and by whom: what all questions are about.
    private struct Subject {
        var draft: Draft
        var stage: Stage
        var key: BranchKey
        /// What is known of the branch from earlier pushes.
        var known: BranchRecord?
        var checkout: PromotionPlan.Checkout?

        var replacesTree: Bool { checkout?.replacesTree ?? false }
        /// More may change than the images that are set.
        var isCopied: Bool { checkout.map { $0.isCleared || !$0.copiedPlaces.isEmpty } ?? false }

        func finder(_ core: EngineCore, _ need: PushNeed) -> ForeignWorkFinder {
            ForeignWorkFinder(core: core, stage: stage.key, branch: key, known: known, remote: need.outgoing.remote)
        }
    }

    /// What the branch will be, and what stands against pushing it; `nil` where nothing is left to push.
    func inspect(_ need: PushNeed, draft: Draft, heads: KnownHeads) async throws -> Finding? {
        guard !need.outgoing.commits.isEmpty else { return nil }
        guard let stage = core.configuration.pipelines.stage(draft.record.stage) else {
            let gone = "stage \(draft.record.stage) is not configured any more"
            return Finding(need: need, outcome: try await outcome(of: need), objection: .init(gone))
        }
        let key = BranchKey(remote: need.outgoing.remote.displayURL, branch: need.targetBranch)
        let subject = Subject(
            draft: draft,
            stage: stage,
            key: key,
            known: await core.ledger.snapshot.branches[key],
            checkout: draft.plan.checkouts.first {
                ($0.pushBranch ?? ($0.isDefaultBranch ? need.targetBranch : nil)) == need.targetBranch
                    && $0.mount == PromotionPlan.clean(need.path)
            }
        )
        // A commit of this batch is ours, and what lies below it was looked at with the first of them; but what others
        // have changed there may be this stage's alone.
        let isOurs = heads.unpushed[key] != nil
        let tip = isOurs ? heads.snapshots[key.remote]?.refs["refs/heads/" + key.branch] : need.outgoing.base
        let watch = BranchWatch(remote: need.outgoing.remote)
        let found = try await watch.standing(of: tip, known: subject.known)
        let other = try await watch.secondWriter(
            found,
            of: subject.checkout?.editedDirectories ?? [],
            since: subject.known?.head,
            at: tip
        )
        if !isOurs, draft.record.mode == .promote {
            try await watch.noteOthers(found, of: subject.stage.key, known: subject.known, at: tip, core: core)
            if case .ahead = found {
                let freight = FreightWatch(core: core, remote: need.outgoing.remote, branch: key)
                try await freight.check(at: tip, found, besides: subject.stage.key)
            }
        }
        let standing = isOurs ? .asLeft : found
        let foreign = try await foreign(need, subject, standing: found, tip: tip)
        var need = need
        let reworks: [(PushNeed) async throws -> Reworked] = [
            { try await keepingForeignWork($0, subject, foreign, tip) },
            { try await carryingImages($0, subject) },
        ]
        for rework in reworks {
            switch try await rework(need) {
            case .done(let reworked): need = reworked
            case .refused(let words):
                return Finding(need: need, outcome: try await outcome(of: need), objection: .init(words))
            }
            guard !need.outgoing.commits.isEmpty else { return nil }
        }
        // What was carried along stands as it was.
        let lost = try await lost(need, subject, foreign)
        var finding = try await evaluate(
            need,
            subject,
            standing: standing,
            foreign: lost,
            tip: tip,
            secondWriter: other
        )
        finding.standing = standing
        return finding
    }

    private func evaluate(
        _ need: PushNeed,
        _ subject: Subject,
        standing: BranchStanding,
        foreign: ForeignWork,
        tip: ObjectID?,
        secondWriter: SecondWriter?
    ) async throws -> Finding {
        var outcome = try await outcome(of: need)
        var proposal = try await proposal(need, subject, tree: outcome.tree, standing: standing, foreign: foreign)
        proposal.secondWriter = secondWriter
        proposal.tip = tip
        let record = subject.draft.record
        let objection = PushGuard.objection(to: proposal, stage: subject.stage, promotion: record) {
            core.isOlder($0, new: $1, than: $2, for: record)
        }
        if objection != nil || record.mode == .observe || core.configuration.recordsDiffs {
            outcome.diff = try await core.ports.workspaces.unifiedDiff(
                from: Self.tree(of: need.outgoing.base, in: need.outgoing.remote),
                to: outcome.tree,
                in: need.outgoing.remote,
                maxBytes: Self.maxDiffBytes
            )
        }
        if record.mode == .observe { outcome.images = images(set: subject) }
        let unpromoted = await unpromotedFiles(proposal, subject)
        return Finding(
            need: need,
            outcome: outcome,
            objection: objection,
            standing: standing,
            warnings: [unpromoted].compactMap(\.self)
        )
    }

    /// Files that come with the copy, where no freight of the stage carries a commit.
    private func unpromotedFiles(_ proposal: PushProposal, _ subject: Subject) async -> String? {
        guard subject.isCopied, let checkout = subject.checkout, let changed = proposal.changedFiles else { return nil }
        let artifacts = await freight(of: subject).flatMap(\.artifacts)
        let isImage = artifacts.map { if case .image = $0 { true } else { false } }
        guard !isImage.isEmpty, !isImage.contains(false) else { return nil }
        return UnpromotedFiles.warning(
            changed: changed,
            deleted: proposal.deletedFiles,
            edited: Set(checkout.editedDirectories.flatMap(Kustomizations.files).map { GitPath($0) }),
            branch: subject.key.branch
        )
    }

    /// What lies in the stage after success.
    private func freight(of subject: Subject) async -> [Freight] {
        let state = await core.ledger.snapshot
        let project = subject.stage.key.project
        return subject.draft.record.collection.values.compactMap {
            state.freight[FreightKey(project: project, id: $0)]?.freight
        }
    }

    // MARK: What is made of the commit before it is weighed

    private enum Reworked {
        case done(PushNeed)
        case refused(String)
    }

    /// `foreignCommits: keep`.
    private func keepingForeignWork(
        _ need: PushNeed,
        _ subject: Subject,
        _ foreign: ForeignWork,
        _ tip: ObjectID?
    ) async throws -> Reworked {
        guard subject.stage.foreignCommits == .keep, subject.isCopied, !need.outgoing.base.isZero else {
            return .done(need)
        }
        // What lies at a tip that a person has adopted may be written over.
        let isAdopted = tip != nil && subject.known?.adopted == tip
        let earlier = isAdopted ? [:] : try await subject.finder(core, need).keptBefore()
        guard !foreign.commits.isEmpty || !earlier.isEmpty else { return .done(need) }
        let kept = try await ForeignWorkKeeper().keep(need, foreign, earlier: earlier)
        switch kept {
        case .kept(let kept): return .done(kept)
        case .refused(let words):
            let adopt = "`hoistway adopt \(subject.stage.key)`"
            return .refused("\(words): settle it there, or \(adopt) lets it be written over")
        }
    }

    /// `carryImages: true`.
    private func carryingImages(
        _ need: PushNeed,
        _ subject: Subject
    ) async throws -> Reworked {
        guard subject.stage.carriesImages, subject.isCopied, let made = need.outgoing.commits.last else {
            return .done(need)
        }
        let remote = need.outgoing.remote
        let changes = try await changes(by: made, of: need)
        guard !changes.isCut else {
            return .refused(
                "more than \(Self.maxLooked) files differ: the images of others among them are not looked for"
            )
        }
        let files = changes.changed.filter(Kustomizations.isOne)
        switch try await ImageCarrier(remote: remote, own: await own(subject)).carry(
            need,
            files: files,
            from: need.outgoing.base
        ) {
        case .carried(let carried): return .done(carried)
        case .refused(let words): return .refused(words)
        }
    }

    /// How the branch's tree would change by the push of this commit.
    private func changes(by made: ObjectID, of need: PushNeed) async throws -> TreeChanges {
        let remote = need.outgoing.remote
        return try await core.ports.workspaces.changes(
            from: Self.tree(of: need.outgoing.base, in: remote),
            to: remote.commit(made).tree,
            in: remote,
            limit: Self.maxLooked
        )
    }

    /// How many files are looked at for image entries that are others'.
    private static let maxLooked = 5000

    /// Names of the images that this promotion may change.
    private func own(_ subject: Subject) async -> Set<String> {
        let freight = await freight(of: subject)
        return Set(freight.flatMap(\.images).map(\.repoURL) + subject.draft.run.imagesSet.map(\.name))
    }

    // MARK: What the guard asks

    private func proposal(
        _ need: PushNeed,
        _ subject: Subject,
        tree: ObjectID,
        standing: BranchStanding,
        foreign: ForeignWork
    ) async throws -> PushProposal {
        let remote = need.outgoing.remote
        let (stage, draft) = (subject.stage, subject.draft)
        let baseTree = try await Self.tree(of: need.outgoing.base, in: remote)
        var changes = TreeChanges(changed: Set(draft.run.imageChanges.map { GitPath($0.file) }).sorted())
        var images = draft.run.imageChanges.map {
            PushProposal.ImageStep(name: $0.image, oldTag: $0.oldTag, newTag: $0.newTag)
        }
        var othersEntries: [PushProposal.OthersEntry] = []
        if let checkout = subject.checkout, subject.isCopied {
            // The images were set in a copy: what stands on the branch itself is what counts.
            let carried = try await tags(in: baseTree, folders: checkout.editedDirectories, remote)
            images = draft.run.imagesSet.map {
                PushProposal.ImageStep(name: $0.image, oldTag: carried[$0.name], newTag: $0.newTag)
            }
            if let baseTree {
                let limit = stage.limits.changedFiles + stage.limits.deletedFiles + 1
                changes = try await core.ports.workspaces.changes(
                    from: baseTree,
                    to: tree,
                    in: remote,
                    limit: max(limit, Self.maxLooked)
                )
                let files = (changes.changed + changes.deleted).filter(Kustomizations.isOne)
                othersEntries = try await self.othersEntries(files, from: baseTree, to: tree, subject, remote)
            }
        }
        return PushProposal(
            branch: subject.key,
            tree: tree,
            replacesTree: subject.replacesTree,
            standing: standing,
            foreignCommits: foreign.commits,
            foreignFiles: foreign.files?.sorted(),
            changedFiles: baseTree == nil ? nil : changes.changed + changes.added,
            deletedFiles: changes.deleted,
            othersFolders: othersFolders(subject),
            images: images,
            othersEntries: othersEntries
        )
    }

    /// Entries that other stages of the branch carry, and that would be set to something else.
    private func othersEntries(
        _ files: [GitPath],
        from base: ObjectID,
        to tree: ObjectID,
        _ subject: Subject,
        _ remote: any GitRemote
    ) async throws -> [PushProposal.OthersEntry] {
        let own = await own(subject)
        let owners = core.foldersByBranch(subject.key).filter { $0.stage != subject.stage.key }
        guard !owners.isEmpty else { return [] }
        var found: [PushProposal.OthersEntry] = []
        let kustomizations = Kustomizations(remote: remote)
        for file in files {
            let folder = file.folder
            let here = owners.filter { GitPath($0.folder) == folder }
            guard !here.isEmpty else { continue }
            let before = try await kustomizations.entries(file, in: base)
            let after = try await kustomizations.entries(file, in: tree)
            for name in before.keys.sorted() where !own.contains(name) && before[name] != after[name] {
                guard
                    let owner = here.first(where: { owner in
                        core.images(of: owner.stage).contains { $0 == name || before[name]?.results(in: $0) ?? false }
                    })
                else { continue }
                found.append(
                    PushProposal.OthersEntry(
                        file: file.description,
                        name: name,
                        stage: owner.stage,
                        old: before[name]?.reference,
                        new: after[name]?.reference
                    )
                )
            }
        }
        return found
    }

    /// The tags that the kustomizations of a tree give to images; what cannot be read carries none.
    private func tags(
        in tree: ObjectID?,
        folders: [String],
        _ remote: any GitRemote
    ) async throws -> [String: String] {
        var tags: [String: String] = [:]
        for file in folders.flatMap(Kustomizations.files) {
            for entry in try await Kustomizations(remote: remote).entries(GitPath(file), in: tree).values {
                tags[entry.name] = entry.newTag
            }
        }
        return tags
    }

    /// What others have done in places that the promotion clears or copies over.
    private func foreign(
        _ need: PushNeed,
        _ subject: Subject,
        standing: BranchStanding,
        tip: ObjectID?
    ) async throws -> ForeignWork {
        guard subject.isCopied, subject.stage.foreignCommits != .overwrite, let tip, !tip.isZero else { return .none }
        var work = try await subject.finder(core, need).work(standing: standing, at: tip, listsFiles: true)
        if let checkout = subject.checkout { work.files = work.files?.filter(checkout.isReplaced) }
        guard work.commits.isEmpty else { return work.files?.isEmpty == true ? .none : work }
        // A copy alone takes nothing away from a branch that it is the first to be made to.
        guard subject.replacesTree, standing == .asLeft else { return .none }
        return try await subject.finder(core, need).everything(at: tip, listsFiles: true)
    }

    /// What of others' work would be written over or deleted, with the commits that have changed it.
    private func lost(_ need: PushNeed, _ subject: Subject, _ work: ForeignWork) async throws -> ForeignWork {
        guard !work.commits.isEmpty, let checkout = subject.checkout, let made = need.outgoing.commits.last else {
            return .none
        }
        let ours = try await changes(by: made, of: need)
        let replaced = Set(ours.paths.filter(checkout.isReplaced))
        guard ours.isCut || !replaced.isEmpty else { return .none }
        var lost = work
        // More than can be looked at may be theirs.
        guard !ours.isCut, let theirs = work.files else {
            lost.files = nil
            return lost
        }
        let files = replaced.intersection(theirs)
        guard !files.isEmpty else { return .none }
        lost.files = files
        lost.commits = try await subject.finder(core, need).touching(files, among: work.commits)
        return lost
    }

    /// Kustomizations that other stages edit on the same branch.
    private func othersFolders(_ subject: Subject) -> [GitPath: StageKey] {
        var folders: [GitPath: StageKey] = [:]
        let all = core.foldersByBranch(subject.key)
        for (folder, owner) in all where owner != subject.stage.key { folders[GitPath(folder)] = owner }
        for (folder, owner) in all where owner == subject.stage.key { folders[GitPath(folder)] = nil }
        return folders
    }

    /// What is compared later with what others have pushed.
    private func images(set subject: Subject) -> [PromotedImage] {
        let mount = subject.checkout?.mount
        let folders = Set(subject.checkout?.editedDirectories ?? [])
        return subject.draft.run.imagesSet.flatMap { change -> [PromotedImage] in
            // Set in a copy's source: the file stands on the branch where the copy puts it.
            let name = change.file.split(separator: "/").last.map(String.init) ?? change.file
            let files =
                mount == nil || folders.contains(Kustomizations.folder(of: change.file))
                ? [change.file] : folders.sorted().map { $0.isEmpty ? name : "\($0)/\(name)" }
            return files.map {
                PromotedImage(file: $0, name: change.name, tag: change.newTag, digest: change.newDigest)
            }
        }
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
}
