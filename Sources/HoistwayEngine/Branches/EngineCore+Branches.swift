import HoistwayModel
import HoistwayPorts

extension EngineCore {
    /// Why a promotion that nobody asked for must not push; what is only observed never does.
    ///
    /// What a person must look at comes before what ends by itself.
    func pause(of record: PromotionRecord) async -> StageRecord.Pause? {
        guard record.actor == .automatic, record.mode == .promote else { return nil }
        let stage = await ledger.snapshot.stages[record.stage]
        return stage?.heldUp.first ?? stage?.pauses.first
    }

    /// Whether promotions to the stage push; others are only observed.
    func promotes(_ key: StageKey) -> Bool {
        let configuration = configuration
        guard let stage = configuration.pipelines.stage(key) else { return false }
        return configuration.pipelines.mode(of: stage, program: configuration.mode) == .promote
    }

    /// Whether promotions to the stage are only observed; false for a stage that is not configured.
    func observes(_ key: StageKey) -> Bool {
        let configuration = configuration
        guard let stage = configuration.pipelines.stage(key) else { return false }
        return configuration.pipelines.mode(of: stage, program: configuration.mode) == .observe
    }

    /// The branches that a stage writes, by what they are known by; `nil` for a URL that cannot be used: the promotion
    /// itself says what is wrong with it.
    func key(of written: WrittenBranch, stage: StageKey) -> BranchKey? {
        let remote = try? ports.remotes.remote(
            written.repoURL,
            project: stage.project,
            insecureSkipTLSVerify: written.insecureSkipTLSVerify
        )
        return remote.map { BranchKey(remote: $0.displayURL, branch: written.branch) }
    }

    /// The branches that a stage writes, with names; a default branch whose name nobody has asked for is left out.
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

    /// The mode of each stage that promotes.
    var modes: [(stage: StageKey, mode: PromotionMode)] {
        let configuration = configuration
        return configuration.pipelines.stagesInOrder.filter { $0.promotion != .controlFlow }.map {
            ($0.key, configuration.pipelines.mode(of: $0, program: configuration.mode))
        }
    }

    /// Stages to which nothing goes by itself until a person has looked, with each reason.
    func pauses(on state: PipelineState) -> [(stage: StageKey, cause: PauseCause)] {
        configuration.pipelines.stagesInOrder.flatMap { stage in
            let branches = written(by: stage).compactMap { key(of: $0, stage: stage.key) }
            return PauseCause.all(of: stage, branches: branches, on: state).map { (stage.key, $0) }
        }
    }

    /// Remembers that a branch has drifted, and pauses a stage where a person must look first.
    ///
    /// `promotion`: the one that came across it, if one did. Gives what people are told of it; `nil` where there is
    /// nothing new.
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
