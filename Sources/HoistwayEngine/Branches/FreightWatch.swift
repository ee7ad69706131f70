import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Checks whether the recorded freight of stages is still on a branch that they write.
///
/// A branch loses freight when somebody deletes it, resets it, pushes to it by force, or sets the images back by a
/// commit.
struct FreightWatch: Sendable {
    /// How many commits of the branch are searched for a stage's last one.
    static let maxHistory = 500

    private enum Finding: Sendable {
        case there
        case lost(String)
        /// It cannot be decided: the record stays as it is.
        case unknown
    }

    let core: EngineCore
    let remote: any GitRemote
    let branch: BranchKey

    /// Checks all stages in promote mode that write the branch, except one that is about to push; stores what is found.
    func check(at tip: ObjectID?, _ standing: BranchStanding, besides pushing: StageKey? = nil) async throws {
        let state = await core.ledger.snapshot
        let known = state.branches[branch]
        var findings: [(stage: StageRecord, finding: Finding)] = []
        for stage in core.configurations.present.writers(of: branch) where stage.key != pushing {
            guard let record = state.stages[stage.key], !record.history.isEmpty, core.promotes(stage.key),
                core.written(by: stage).contains(where: { core.key(of: $0, stage: stage.key) == branch })
            else { continue }
            findings.append((record, try await finding(stage, record, at: tip, standing, known, state)))
        }
        guard !findings.isEmpty else { return }
        try await core.transact { [findings] transaction, core in
            // If the branch was pushed during the check, the next check looks at it.
            guard transaction.state.branches[branch]?.head == known?.head else { return }
            let now = core.ports.clock.now()
            for (record, finding) in findings {
                guard let present = transaction.state.stages[record.key], present.history == record.history else {
                    continue
                }
                let lost: StageRecord.Lost?
                switch finding {
                case .unknown: continue
                case .there:
                    guard present.lost?.branch == branch else { continue }
                    lost = nil
                case .lost(let reason): lost = StageRecord.Lost(branch: branch, reason: reason, since: now)
                }
                transaction.put(
                    PromotionOutcome.changes(finding: lost, in: present, state: transaction.state, now: now)
                )
            }
        }
    }

    private func finding(
        _ stage: Stage,
        _ record: StageRecord,
        at tip: ObjectID?,
        _ standing: BranchStanding,
        _ known: BranchRecord?,
        _ state: PipelineState
    ) async throws -> Finding {
        // If the promotion pushed nothing to this branch, its images were there already: no commit of the stage has set
        // them.
        var content: Finding?
        if let tip, let images = found(by: record, state) { content = try await compare(images, of: stage, at: tip) }
        if case .there? = content { return .there }
        let finding = try await judge(stage, record, at: tip, standing, known, state)
        if case .lost = finding, let content { return content }
        return finding
    }

    /// Decides by the stage's last commit on the branch.
    private func judge(
        _ stage: Stage,
        _ record: StageRecord,
        at tip: ObjectID?,
        _ standing: BranchStanding,
        _ known: BranchRecord?,
        _ state: PipelineState
    ) async throws -> Finding {
        guard let tip else {
            return .lost(
                "\(branch.branch) is gone, and a promotion makes it again only where git-clone's checkout of it has "
                    + "`create: true`"
            )
        }
        guard let commit = record.commit(on: branch, state) else { return .unknown }
        guard tip != commit else { return .there }
        // Pushes only add commits: each commit below Hoistway's last head is still below it.
        let isSure = record.lost == nil && known?.adopted == nil
        if isSure, standing == .asLeft, tip == known?.head { return .there }
        var isBelow = false
        if case .ahead = standing { isBelow = isSure }
        if !isBelow {
            let history = try await remote.history(from: tip, until: commit, limit: Self.maxHistory)
            guard history.contains(where: { $0.parents.contains(commit) || $0.id == commit }) else {
                guard history.count < Self.maxHistory else { return .unknown }
                let promotion = record.history.first?.promotion
                return .lost(
                    "\(branch.branch) is at \(tip.short), which does not contain commit \(commit.short)"
                        + (promotion.map { " of promotion \($0)" } ?? "")
                )
            }
        }
        return try await changed(stage, since: commit, at: tip).map(Finding.lost) ?? .there
    }

    /// The images of the stage's freight, if its last promotion pushed nothing to the branch.
    private func found(by record: StageRecord, _ state: PipelineState) -> [ImageArtifact]? {
        guard let collection = record.history.first, let promotion = state.promotions[collection.promotion],
            !promotion.arrivals.contains(where: {
                $0.isOnStageBranch && BranchKey(remote: $0.remote, branch: $0.branch) == branch
            })
        else { return nil }
        let freight = collection.items.values.compactMap {
            state.freight[FreightKey(project: record.key.project, id: $0)]?.freight
        }
        return freight.flatMap(\.artifacts).compactMap { if case .image(let image) = $0 { image } else { nil } }
    }

    /// `nil` if no kustomization of the stage sets a version of one of the images.
    private func compare(_ images: [ImageArtifact], of stage: Stage, at tip: ObjectID) async throws -> Finding? {
        let folders = core.foldersByBranch(branch).filter { $0.stage == stage.key }.map(\.folder)
        let tree = try await remote.commit(tip).tree
        let kustomizations = Kustomizations(remote: remote)
        var isNamed = false
        for file in folders.flatMap(Kustomizations.files) {
            let entries = try await kustomizations.entries(GitPath(file), in: tree)
            for entry in entries.values.sorted(by: { $0.name < $1.name }) {
                guard entry.newTag != nil || entry.digest != nil,
                    let image = images.first(where: { entry.results(in: $0.repoURL) })
                else { continue }
                isNamed = true
                let isSame =
                    (entry.newTag == nil || entry.newTag == image.tag)
                    && (entry.digest == nil || entry.digest == image.digest)
                guard isSame else {
                    let wanted = "\(image.repoURL):\(image.tag)@\(image.digest)"
                    return .lost("\(file) of \(branch.branch) has \(entry.reference), not \(wanted)")
                }
            }
        }
        return isNamed ? .there : nil
    }

    /// Which image of the stage's freight differs between the tip and the stage's own commit.
    private func changed(_ stage: Stage, since commit: ObjectID, at tip: ObjectID) async throws -> String? {
        let images = core.images(of: stage.key)
        let folders = core.foldersByBranch(branch).filter { $0.stage == stage.key }.map(\.folder)
        let before = try await remote.commit(commit).tree
        let after = try await remote.commit(tip).tree
        guard before != after else { return nil }
        let kustomizations = Kustomizations(remote: remote)
        for file in folders.flatMap(Kustomizations.files) {
            let path = TreePath(GitPath(file))
            guard try await path.entry(in: before, remote)?.id != path.entry(in: after, remote)?.id else { continue }
            let ours = try await kustomizations.entries(GitPath(file), in: before)
            let found = try await kustomizations.entries(GitPath(file), in: after)
            for (name, entry) in ours.sorted(by: { $0.key < $1.key })
            where images.contains(where: { $0 == name || entry.results(in: $0) }) {
                guard found[name]?.reference != entry.reference else { continue }
                return
                    "\(file) of \(branch.branch) has \(found[name]?.reference ?? "no image \(name)"), not \(entry.reference)"
            }
        }
        return nil
    }
}
