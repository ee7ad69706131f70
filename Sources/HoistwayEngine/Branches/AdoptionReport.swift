import HoistwayModel
import HoistwayPorts

/// What it means to adopt a branch as it is: whose commits it has, and which of their files later promotions overwrite.
struct AdoptionReport: Sendable {
    /// How many commits are looked at one by one.
    private static let maxCommits = 20

    let core: EngineCore
    let place: WrittenTip
    /// The record of earlier pushes to the branch.
    let known: BranchRecord?

    /// The first line names the branch and its head.
    func lines() async throws -> [String] {
        guard let tip = place.tip else {
            return [
                "\(place.key), which is gone: a promotion makes it again only where git-clone's checkout of it has "
                    + "`create: true`"
            ]
        }
        let head = "\(place.key) at \(tip)"
        do {
            return [head] + (try await found(at: tip))
        } catch let failure as GitFailure {
            guard case .missingObject(_, let id) = failure else { throw failure }
            return [head, "what was changed there cannot be listed: commit \(id.short) is no longer at the remote"]
        }
    }

    private func found(at tip: ObjectID) async throws -> [String] {
        let standing = try await BranchWatch(remote: place.remote).standing(of: tip, known: known)
        var commits: [ForeignCommit] = []
        var losses: [String] = []
        for stage in core.configurations.present.writers(of: place.key) {
            guard let checkout = await checkout(of: stage) else { continue }
            let work = try await work(of: stage, standing: standing, replacesTree: checkout.replacesTree, at: tip)
            commits += work.commits.filter { commit in !commits.contains { $0.id == commit.id } }
            guard !work.commits.isEmpty else { continue }
            let files = work.files?.filter(checkout.isReplaced).sorted()
            guard files?.isEmpty != true, checkout.isCleared || !checkout.copiedPlaces.isEmpty else { continue }
            losses.append(Self.loss(of: files, by: stage, isDrifted: standing.drift != nil))
        }
        guard !commits.isEmpty else { return [] }
        var lines: [String] = []
        for commit in commits.prefix(Self.maxCommits) { lines.append("commit \(try await detailed(commit).detail)") }
        if commits.count > Self.maxCommits { lines.append("and \(commits.count - Self.maxCommits) older commits") }
        let kept = "promotions do not overwrite its files: at most, they change values in them"
        return lines + (losses.isEmpty ? [kept] : losses)
    }

    private static func loss(of files: [GitPath]?, by stage: Stage, isDrifted: Bool) -> String {
        let named = files.map(ForeignCommit.named) ?? "more files than Hoistway can list"
        let what = "later promotions to \(stage.key) will write over or delete \(named)"
        let place = PushGuard.place(of: stage)
        switch stage.foreignCommits {
        // With every setting, a branch that was forced waits for a person.
        case .stop where isDrifted: return what
        case .stop:
            return
                "\(what); with \(place): keep (it is stop now), every promotion would keep these files"
        case .keep: return "\(what); \(place) is keep, which keeps them until they are adopted"
        case .overwrite: return "\(what), because \(place) is overwrite; with keep, every promotion would keep them"
        }
    }

    private func work(
        of stage: Stage,
        standing: BranchStanding,
        replacesTree: Bool,
        at tip: ObjectID
    ) async throws -> ForeignWork {
        let finder = ForeignWorkFinder(
            core: core,
            stage: stage.key,
            branch: place.key,
            known: known,
            remote: place.remote
        )
        if case .rewritten(let left, _) = standing { return try await finder.difference(from: left, to: tip) }
        let work = try await finder.work(standing: standing, at: tip, listsFiles: true)
        guard work.commits.isEmpty, replacesTree, standing == .asLeft else { return work }
        return try await finder.everything(at: tip, listsFiles: true)
    }

    /// The checkout that the stage's promotions push to the branch.
    private func checkout(of stage: Stage) async -> PromotionPlan.Checkout? {
        let isWritten = core.written(by: stage).contains { core.key(of: $0, stage: stage.key) == place.key }
        guard isWritten else { return nil }
        let steps: [StepTemplate]
        switch stage.promotion {
        case .controlFlow: return nil
        case .steps(let all): steps = all
        case .mechanisms:
            // The steps differ by freight, but not in their checkouts.
            let state = await core.ledger.snapshot
            let warehouses = stage.requestedFreight.lazy.map {
                WarehouseKey(project: stage.key.project, name: $0.warehouse)
            }
            guard let freight = warehouses.compactMap({ state.newestFreight(of: $0).first { _ in true } }).first else {
                return nil
            }
            steps = stage.steps(for: freight.freight)
        }
        return PromotionPlan(steps: steps).pushed.first {
            $0.pushBranches(default: place.key.branch).contains(place.key.branch)
        }
    }

    private func detailed(_ commit: ForeignCommit) async throws -> ForeignCommit {
        var commit = commit
        let record = try await place.remote.commit(commit.id)
        let parent: ObjectID? =
            if let id = record.parents.first { try await place.remote.commit(id).tree } else { nil }
        let changes = try await core.ports.workspaces.changes(
            from: parent,
            to: record.tree,
            in: place.remote,
            limit: 500
        )
        commit.files = changes.isCut || changes.paths.isEmpty ? nil : changes.paths
        return commit
    }
}
