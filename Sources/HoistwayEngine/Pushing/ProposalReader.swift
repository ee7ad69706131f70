import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Reads the facts that the push guard needs about a commit before its push.
struct ProposalReader: Sendable {
    let subject: PushSubject

    func read(
        _ need: PushNeed,
        tree: ObjectID,
        facts: BranchFacts
    ) async throws -> PushProposal {
        let remote = need.outgoing.remote
        let stage = subject.stage
        var foreign = ForeignWork.none
        let baseTree = try await remote.tree(of: need.outgoing.base)
        var changes = TreeChanges(changed: Set(subject.imageChanges.map { GitPath($0.file) }).sorted())
        var othersEntries: [PushProposal.OthersEntry] = []
        var containers: ManifestPair?
        var replaced: [String] = []
        if subject.checkout != nil || need.isMerge, let baseTree {
            let limit = stage.limits.changedFiles + stage.limits.deletedFiles + 1
            changes = try await subject.core.ports.workspaces.changes(
                from: baseTree,
                to: tree,
                in: remote,
                limit: max(limit, PushNeed.maxLooked)
            )
            foreign = try await lost(facts.foreign, by: changes, subject.finder(need), at: facts.tip) {
                subject.checkout?.isReplaced($0) ?? false || need.overwritten.contains($0)
            }
            if need.isOnStageBranch, !need.isMerge {
                replaced = try await ReplacedWork(subject: subject, remote: remote)
                    .sentences(on: changes, from: need.outgoing.base, facts)
            }
            let files = (changes.changed + changes.deleted).filter(Kustomizations.isOne)
            othersEntries = try await self.othersEntries(files, from: baseTree, to: tree, remote)
            if subject.isCopied {
                containers = try await ManifestPair.read(
                    changes,
                    freight: await subject.freight().flatMap(\.images).map(\.repoURL),
                    from: baseTree,
                    to: tree,
                    in: remote
                )
                othersEntries += try await OthersImages(subject: subject, remote: remote)
                    .find(changes, from: baseTree, to: tree, containers: containers).map(\.entry)
            }
        }
        let images = try await ImageFacts.read(
            subject,
            base: baseTree,
            changes: changes,
            containers: containers,
            in: remote
        )
        var proposal = PushProposal(
            branch: subject.key,
            tree: tree,
            replacesTree: subject.replacesTree,
            standing: facts.standing,
            tip: facts.tip,
            foreignCommits: foreign.commits,
            foreignFiles: foreign.files?.sorted(),
            secondWriter: facts.secondWriter,
            changedFiles: baseTree == nil ? nil : changes.changed + changes.added,
            deletedFiles: changes.deleted,
            othersFolders: subject.othersFolders(),
            images: images.steps,
            othersEntries: othersEntries,
            unchecked: images.warning(branch: subject.key.branch)
        )
        proposal.replaced = replaced
        proposal.imageOnlyFiles = containers?.imageOnly ?? []
        return proposal
    }

    /// Entries of other stages on the branch that the push would change.
    private func othersEntries(
        _ files: [GitPath],
        from base: ObjectID,
        to tree: ObjectID,
        _ remote: any GitRemote
    ) async throws -> [PushProposal.OthersEntry] {
        let own = await subject.own()
        let owners = subject.core.foldersByBranch(subject.owned).filter { $0.stage != subject.stage.key }
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
                        subject.core.images(of: owner.stage).contains {
                            $0 == name || before[name]?.results(in: $0) ?? false
                        }
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

    /// Foreign work that the push would overwrite or delete, with the commits that have changed it.
    private func lost(
        _ work: ForeignWork,
        by ours: TreeChanges,
        _ finder: ForeignWorkFinder,
        at tip: ObjectID?,
        isReplaced: (GitPath) -> Bool
    ) async throws -> ForeignWork {
        guard !work.commits.isEmpty else { return .none }
        let replaced = Set(ours.paths.filter(isReplaced))
        guard ours.isCut || !replaced.isEmpty else { return .none }
        var lost = work
        // There are too many changes to look at, so some may be theirs.
        guard !ours.isCut, let theirs = work.files else {
            lost.files = nil
            return lost
        }
        let files = replaced.intersection(theirs)
        guard !files.isEmpty else { return .none }
        lost.files = files
        lost.commits = try await finder.touching(files, among: work.commits, at: tip)
        return lost
    }
}
