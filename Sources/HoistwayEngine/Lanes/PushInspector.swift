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

        var replacesTree: Bool { checkout?.isCleared ?? false }
        /// More may change than the images that are set.
        var isCopied: Bool { replacesTree || checkout.map { !$0.copiedPlaces.isEmpty } ?? false }
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
        }
        let standing = isOurs ? .asLeft : found
        var foreign = try await foreign(need, subject, standing: found, tip: tip)
        var need = need
        for rework in [keepingForeignWork, carryingImages] {
            switch try await rework(need, subject, foreign, tip) {
            case .done(let reworked): need = reworked
            case .refused(let words):
                return Finding(need: need, outcome: try await outcome(of: need), objection: .init(words))
            }
            guard !need.outgoing.commits.isEmpty else { return nil }
        }
        // What was carried along stands as it was.
        if !foreign.commits.isEmpty, !subject.replacesTree, let tip,
            try await !copiesOver(need, subject, foreign, tip: tip)
        {
            foreign = Foreign()
        }
        return try await weigh(need, subject, standing: standing, foreign: foreign.commits, secondWriter: other)
    }

    private func weigh(
        _ need: PushNeed,
        _ subject: Subject,
        standing: BranchStanding,
        foreign: [ForeignCommit],
        secondWriter: SecondWriter?
    ) async throws -> Finding {
        var outcome = try await outcome(of: need)
        var proposal = try await proposal(need, subject, tree: outcome.tree, standing: standing, foreign: foreign)
        proposal.secondWriter = secondWriter
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
            edited: Set(checkout.editedDirectories.flatMap(Kustomizations.files)),
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
        _ foreign: Foreign,
        _ tip: ObjectID?
    ) async throws -> Reworked {
        guard subject.stage.foreignCommits == .keep, subject.isCopied, !need.outgoing.base.isZero else {
            return .done(need)
        }
        let earlier = try await keptBefore(subject, need.outgoing.remote, tip: tip)
        guard !foreign.commits.isEmpty || !earlier.isEmpty else { return .done(need) }
        var paths: Set<String>? = []
        if !foreign.commits.isEmpty, let tip {
            paths = try await self.paths(changedBy: foreign, tip: tip, need.outgoing.remote)
        }
        let kept = try await ForeignWorkKeeper().keep(need, paths: paths, since: foreign.since, earlier: earlier)
        switch kept {
        case .kept(let kept): return .done(kept)
        case .refused(let words):
            let adopt = "`hoistway adopt \(subject.stage.key)`"
            return .refused("\(words): settle it there, or \(adopt) lets it be written over")
        }
    }

    /// What the stage's last commit says that it keeps; nothing where that commit is gone with the branch that had it.
    ///
    /// Nothing either where a person has adopted the tip: what lies there may be written over.
    private func keptBefore(
        _ subject: Subject,
        _ remote: any GitRemote,
        tip: ObjectID?
    ) async throws -> [String: ObjectID] {
        guard tip == nil || subject.known?.adopted != tip, let last = await lastPushed(subject) else { return [:] }
        do throws(GitFailure) {
            return KeptFiles.read(from: try await remote.commit(last).message)
        } catch {
            guard case .missingObject = error else { throw error }
            return [:]
        }
    }

    /// `carryImages: true`.
    private func carryingImages(
        _ need: PushNeed,
        _ subject: Subject,
        _ foreign: Foreign,
        _ tip: ObjectID?
    ) async throws -> Reworked {
        guard subject.stage.carriesImages, subject.isCopied, let made = need.outgoing.commits.last else {
            return .done(need)
        }
        let remote = need.outgoing.remote
        let changes = try await core.ports.workspaces.changes(
            from: Self.tree(of: need.outgoing.base, in: remote),
            to: remote.commit(made).tree,
            in: remote,
            limit: Self.maxLooked
        )
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
        foreign: [ForeignCommit]
    ) async throws -> PushProposal {
        let remote = need.outgoing.remote
        let (stage, draft) = (subject.stage, subject.draft)
        let baseTree = try await Self.tree(of: need.outgoing.base, in: remote)
        var changes = TreeChanges(changed: Set(draft.run.imageChanges.map(\.file)).sorted())
        var images = draft.run.imageChanges.map {
            PushProposal.ImageStep(name: $0.name, oldTag: $0.oldTag, newTag: $0.newTag)
        }
        var othersEntries: [PushProposal.OthersEntry] = []
        if let checkout = subject.checkout, subject.isCopied {
            // The images were set in a copy: what stands on the branch itself is what counts.
            let carried = try await tags(in: baseTree, folders: checkout.editedDirectories, remote)
            images = draft.run.imagesSet.map {
                PushProposal.ImageStep(name: $0.name, oldTag: carried[$0.name], newTag: $0.newTag)
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
            foreignCommits: foreign,
            changedFiles: baseTree == nil ? nil : changes.changed + changes.added,
            deletedFiles: changes.deleted,
            othersFolders: othersFolders(subject),
            images: images,
            othersEntries: othersEntries
        )
    }

    /// Entries that other stages of the branch carry, and that would be set to something else.
    private func othersEntries(
        _ files: [String],
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
            let folder = Kustomizations.folder(of: file)
            let here = owners.filter { $0.folder == folder }
            guard !here.isEmpty else { continue }
            let before = try await kustomizations.entries(file, in: base)
            let after = try await kustomizations.entries(file, in: tree)
            for name in before.keys.sorted() where !own.contains(name) && before[name] != after[name] {
                guard let owner = here.first(where: { core.images(of: $0.stage).contains(name) }) else { continue }
                found.append(
                    PushProposal.OthersEntry(
                        file: file,
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
            for entry in try await Kustomizations(remote: remote).entries(file, in: tree).values {
                tags[entry.name] = entry.newTag
            }
        }
        return tags
    }

    /// What others have done on a branch since this stage last left it.
    private struct Foreign {
        /// Newest first; empty where nothing of it would be taken away.
        var commits: [ForeignCommit] = []
        /// The commit on which they stand.
        var since: ObjectID?
        /// Commits of other stages among them.
        var own: [CommitRecord] = []
    }

    /// Commits of others that a promotion would take away: which replaces the tree, or copies over what they changed.
    ///
    /// - Parameter tip: where the branch is at the remote.
    private func foreign(
        _ need: PushNeed,
        _ subject: Subject,
        standing: BranchStanding,
        tip: ObjectID?
    ) async throws -> Foreign {
        guard subject.isCopied, subject.stage.foreignCommits != .overwrite, let tip, !tip.isZero else {
            return Foreign()
        }
        switch standing {
        // That is refused, or was accepted, as a whole.
        case .rewritten, .gone: return Foreign()
        case .asLeft, .ahead: break
        }
        let found = try await foreignCommits(need, subject, standing: standing, tip: tip)
        guard found.commits.isEmpty else {
            let isTaken = subject.replacesTree ? true : try await copiesOver(need, subject, found, tip: tip)
            return isTaken ? found : Foreign()
        }
        // A copy alone takes nothing away from a branch that it is the first to be made to.
        guard subject.replacesTree, standing == .asLeft else { return Foreign() }
        let isKnown = subject.known.map { $0.ownCommits.contains(tip) || $0.adopted == tip } ?? false
        // Nothing was ever left there by us: all of it is somebody's work.
        guard !isKnown else { return Foreign() }
        return Foreign(
            commits: [BranchWatch.foreign(try await need.outgoing.remote.commit(tip))],
            since: subject.known?.head
        )
    }

    /// Those since this stage's last push: another stage may have pushed on top of them, which takes nothing away.
    private func foreignCommits(
        _ need: PushNeed,
        _ subject: Subject,
        standing: BranchStanding,
        tip: ObjectID
    ) async throws -> Foreign {
        guard let known = subject.known else { return Foreign() }
        let state = await core.ledger.snapshot
        let remote = need.outgoing.remote
        guard let last = await lastPushed(subject), last != known.head else {
            guard case .ahead(let commits) = standing, let oldest = commits.last else { return Foreign() }
            // They may stand on what was adopted.
            let parents = try await remote.commit(oldest.id).parents
            let isAdopted = known.adopted.map { parents.contains($0) } ?? false
            return Foreign(commits: commits, since: isAdopted ? known.adopted : known.head)
        }
        let history = try await remote.history(from: tip, until: last, limit: Self.maxHistory)
        let since = history.prefix { $0.id != known.adopted }
        let commits = since.filter { !state.isOwn($0.id) }.map(BranchWatch.foreign)
        // What is looked through is all ours, and there is more: what the branch's own record says has to do.
        if commits.isEmpty, since.count >= Self.maxHistory, case .ahead(let found) = standing {
            return Foreign(commits: found, since: known.head)
        }
        let place = known.ownCommits.lastIndex(of: last)
        return Foreign(
            commits: commits,
            since: since.count < history.count ? known.adopted : last,
            // Below a merge lie older ones too.
            own: since.filter { commit in
                guard let index = known.ownCommits.lastIndex(of: commit.id) else { return false }
                return place.map { index > $0 } ?? true
            }
        )
    }

    /// How far back the commits of a branch are looked through that many stages write.
    private static let maxHistory = BranchRecord.maxOwnCommits
    /// How many commits of others are looked at one by one.
    private static let maxForeign = 20

    /// The last commit that a promotion of this stage has left on the branch, as far as it is remembered.
    private func lastPushed(_ subject: Subject) async -> ObjectID? {
        let promotions = await core.ledger.snapshot.promotions.values.filter { $0.stage == subject.stage.key }
        return promotions.sorted { $0.id < $1.id }.flatMap(\.branches).last {
            $0.pushed && $0.remote == subject.key.remote && $0.branch == subject.key.branch
        }?.commit
    }

    /// Whether a file that others have changed would become another one than theirs by being copied.
    private func copiesOver(
        _ need: PushNeed,
        _ subject: Subject,
        _ foreign: Foreign,
        tip: ObjectID
    ) async throws -> Bool {
        guard let checkout = subject.checkout, let made = need.outgoing.commits.last else { return false }
        let remote = need.outgoing.remote
        let ours = try await changes(need.outgoing.base, made, remote)
        let copied = Set(ours.paths.filter(checkout.isCopied))
        guard ours.isCut || !copied.isEmpty else { return false }
        // More than can be looked at may be theirs.
        guard !ours.isCut, let theirs = try await paths(changedBy: foreign, tip: tip, remote) else { return true }
        return !copied.isDisjoint(with: theirs)
    }

    /// Files that are others' work: what has changed on the whole, but for what other stages alone have changed.
    ///
    /// `nil`: too many to look at.
    private func paths(changedBy foreign: Foreign, tip: ObjectID, _ remote: any GitRemote) async throws -> Set<String>?
    {
        let since = try await changes(foreign.since ?? .zero, tip, remote)
        guard !since.isCut else { return nil }
        guard !foreign.own.isEmpty, foreign.commits.count <= Self.maxForeign else { return Set(since.paths) }
        var own: Set<String> = []
        for commit in foreign.own {
            own.formUnion(try await changes(commit.parents.first ?? .zero, commit.id, remote).paths)
        }
        for commit in foreign.commits where !own.isEmpty {
            let parent = try await remote.commit(commit.id).parents.first ?? .zero
            let changed = try await changes(parent, commit.id, remote)
            guard !changed.isCut else { return Set(since.paths) }
            own.subtract(changed.paths)
        }
        return Set(since.paths).subtracting(own)
    }

    private func changes(_ old: ObjectID, _ new: ObjectID, _ remote: any GitRemote) async throws -> TreeChanges {
        try await core.ports.workspaces.changes(
            from: Self.tree(of: old, in: remote),
            to: remote.commit(new).tree,
            in: remote,
            limit: Self.maxLooked
        )
    }

    /// Kustomizations that other stages edit on the same branch.
    private func othersFolders(_ subject: Subject) -> [String: StageKey] {
        var folders: [String: StageKey] = [:]
        let all = core.foldersByBranch(subject.key)
        for (folder, owner) in all where owner != subject.stage.key { folders[folder] = owner }
        for (folder, owner) in all where owner == subject.stage.key { folders[folder] = nil }
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
