import HoistwayModel
import HoistwayPorts

extension EngineCore {
    /// Why an automatic promotion must not push; `nil` for a promotion in observe mode, since it never pushes.
    ///
    /// Pauses that a person must end come before those that end without one.
    func pause(of record: PromotionRecord) async -> StageRecord.Pause? {
        guard record.actor == .automatic, record.mode == .promote else { return nil }
        let stage = await ledger.snapshot.stages[record.stage]
        return stage?.heldUp.first ?? stage?.pauses.first
    }

    /// Whether the stage is in promote mode; in observe mode nothing is pushed.
    func promotes(_ key: StageKey) -> Bool {
        let configuration = configuration
        guard let stage = configuration.pipelines.stage(key) else { return false }
        return configuration.pipelines.mode(of: stage, program: configuration.mode) == .promote
    }

    /// Whether the stage is in observe mode; false for a stage that is not configured.
    func observes(_ key: StageKey) -> Bool {
        let configuration = configuration
        guard let stage = configuration.pipelines.stage(key) else { return false }
        return configuration.pipelines.mode(of: stage, program: configuration.mode) == .observe
    }

    /// The key of a branch that a stage writes; `nil` for a URL that cannot be used: the promotion reports what is
    /// wrong with it.
    func key(of written: WrittenBranch, stage: StageKey) -> BranchKey? {
        let remote = try? ports.remotes.remote(
            written.repoURL,
            project: stage.project,
            insecureSkipTLSVerify: written.insecureSkipTLSVerify
        )
        return remote.map { BranchKey(remote: $0.displayURL, branch: written.branch) }
    }

    /// The branches that a stage writes, with names; a default branch whose name is not known yet is left out.
    func written(by stage: Stage) -> [WrittenBranch] {
        stage.writtenBranches.compactMap { written in
            guard written.branch.isEmpty else { return written }
            guard let key = key(of: written, stage: stage.key), let name = branches.defaultBranch(of: key.remote) else {
                return nil
            }
            return WrittenBranch(
                repoURL: written.repoURL,
                insecureSkipTLSVerify: written.insecureSkipTLSVerify,
                branch: name
            )
        }.sorted { ($0.repoURL, $0.branch) < ($1.repoURL, $1.branch) }
    }

    /// The mode of each stage with promotions.
    var modes: [(stage: StageKey, mode: PromotionMode)] {
        let configuration = configuration
        return configuration.pipelines.stagesInOrder.filter { $0.promotion != .controlFlow }.map {
            ($0.key, configuration.pipelines.mode(of: $0, program: configuration.mode))
        }
    }

    /// Stages without automatic promotions until a person has looked, with each reason.
    func pauses(on state: PipelineState) -> [(stage: StageKey, cause: PauseCause)] {
        configuration.pipelines.stagesInOrder.flatMap { stage in
            let branches = written(by: stage).compactMap { key(of: $0, stage: stage.key) }
            return PauseCause.all(of: stage, branches: branches, on: state).map { (stage.key, $0) }
        }
    }

    /// Records that a branch has drifted, and pauses a stage if a person must look first.
    ///
    /// `promotion`: the one that found it, if any. Returns the event of the notice; `nil` if there is nothing new.
    @discardableResult
    func note(
        _ standing: BranchStanding,
        of key: BranchKey,
        objection: PushGuard.Objection?,
        stage: StageKey,
        promotion: PromotionRecord? = nil
    ) async throws -> NoticeEvent? {
        let drift = standing.drift
        return try await transact { transaction, core in
            if var branch = transaction.state.branches[key], branch.drift != drift {
                branch.drift = drift
                transaction.put(.putBranch(branch))
            }
            guard let objection, let kind = objection.pause else { return nil }
            var record = transaction.state.stages[stage] ?? StageRecord(key: stage)
            guard record.pause(kind) == nil else { return nil }
            let now = core.ports.clock.now()
            record.put(
                StageRecord.Pause(
                    kind: kind,
                    reason: objection.text,
                    since: now,
                    isHoistways: objection.isHoistways
                )
            )
            transaction.put(.putStage(record))
            guard kind == .twoWriters else { return nil }
            let occurrence = core.twoWriters(
                objection.text,
                stage: stage,
                promotion: promotion,
                in: transaction.state
            )
            core.raise(occurrence, into: &transaction)
            return .twoWriters
        }
    }
}
