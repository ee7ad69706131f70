import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Finds files that another stage of the branch writes too, and that a push replaces: no rule refuses that, and the
/// last push wins.
///
/// Trees of earlier commits are read only if the manifests show that both stages write a file that changes.
struct ReplacedWork: Sendable {
    /// The most files that are looked at.
    static let maxFiles = 20
    /// How many commits below the push are searched for the one that has changed a file.
    static let maxCommits = 30

    let subject: PushSubject
    let remote: any GitRemote

    /// A sentence for each commit of another stage whose content is replaced.
    ///
    /// - Parameters:
    ///   - base: the commit below the push.
    ///   - facts: facts about the branch.
    func sentences(
        on changes: TreeChanges,
        from base: ObjectID,
        _ facts: BranchFacts
    ) async throws(GitFailure) -> [String] {
        let shared = shared(changes)
        guard !shared.isEmpty else { return [] }
        let commits = try await remote.history(from: base, until: nil, limit: Self.maxCommits)
        let history = Dictionary(commits.map { ($0.id, $0) }) { first, _ in first }
        var found: [(stage: StageKey, commit: ObjectID, files: [GitPath])] = []
        for file in shared.keys.sorted().prefix(Self.maxFiles) {
            guard let writer = try await writer(of: file, from: base, history, facts),
                let stage = shared[file]?.first(where: { "\($0)" == writer.stage })
            else { continue }
            if let index = found.firstIndex(where: { $0.commit == writer.commit }) {
                found[index].files.append(file)
            } else {
                found.append((stage, writer.commit, [file]))
            }
        }
        return found.map { stage, commit, files in
            "stage \(stage) also writes \(ForeignCommit.named(files)) on \(subject.key.branch): the changes of "
                + "its commit \(commit.short) are replaced"
        }
    }

    /// Changed files that other stages write too, by the manifests, each with these stages.
    private func shared(_ changes: TreeChanges) -> [GitPath: [StageKey]] {
        guard !changes.isCut else { return [:] }
        let own = subject.stage.key
        let touched = changes.changed + changes.deleted
        var shared: [GitPath: [StageKey]] = [:]
        for (stage, footprint) in subject.core.footprints(on: subject.owned) where stage != own {
            let made = footprint.madePlaces.map { GitPath($0) }
            let keys = footprint.editedFiles.filter(setsSameKeys).map { GitPath($0.path) }
            for file in touched where keys.contains(file) || made.contains(where: file.isInside) {
                shared[file, default: []].append(stage)
            }
        }
        for (folder, stage) in subject.core.foldersByBranch(subject.owned) where stage != own {
            let images = subject.core.images(of: stage)
            for change in subject.imageChanges
            where Kustomizations.folder(of: change.file) == folder && images.contains(change.image) {
                shared[GitPath(change.file), default: []].append(stage)
            }
        }
        return shared
    }

    /// Whether this stage and the other one set the same value there.
    private func setsSameKeys(_ other: PromotionPlan.EditedFile) -> Bool {
        (subject.checkout?.editedFiles ?? []).contains { own in
            own.path == other.path && !Set(own.keys).isDisjoint(with: other.keys)
        }
    }

    /// Hoistway's commit that has set a file's present content, with the stage that it names; `nil`: it is somebody
    /// else's, or older than the searched commits.
    private func writer(
        of file: GitPath,
        from base: ObjectID,
        _ history: [ObjectID: CommitRecord],
        _ facts: BranchFacts
    ) async throws(GitFailure) -> (stage: String, commit: ObjectID)? {
        let path = TreePath(file)
        var present = history[base]
        // Commits of this batch are not recorded yet.
        var isOfBatch = facts.isOurs
        guard let tree = present?.tree, let entry = try await path.entry(in: tree, remote) else { return nil }
        while let commit = present {
            if commit.id == facts.tip { isOfBatch = false }
            let parent = commit.parents.first
            if let parent, history[parent] == nil { return nil }
            let before = try await path.entry(in: parent.flatMap { history[$0]?.tree }, remote)
            guard before?.id == entry.id else {
                guard isOfBatch || subject.known?.ownCommits.contains(commit.id) ?? false else { return nil }
                return OtherWriters.trailer("Hoistway-Stage", in: commit.message).map { ($0, commit.id) }
            }
            present = parent.flatMap { history[$0] }
        }
        return nil
    }
}
