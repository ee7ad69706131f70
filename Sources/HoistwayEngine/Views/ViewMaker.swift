import HoistwayModel
import HoistwayPorts

/// Makes views of the state at one time.
struct ViewMaker: Sendable {
    let core: EngineCore
    let state: PipelineState
    /// The revisions of the state.
    let revisions: ViewRevisions
    let configuration: EngineConfiguration
    /// The generation of the configuration.
    let generation: UInt64
    let now: Timestamp

    var pipelines: Pipelines { configuration.pipelines }
    var dispatch: Dispatch { Dispatch(pipelines: pipelines, mode: configuration.mode, now: now) }

    /// - Parameter moment: the state with its revisions, of one time.
    init(core: EngineCore, moment: Ledger.Moment) {
        self.core = core
        state = moment.state
        revisions = moment.revisions
        let present = core.configurations.present
        (configuration, generation) = (present.configuration, present.number)
        now = core.ports.clock.now()
    }

    func mode(of stage: Stage) -> PromotionMode { pipelines.mode(of: stage, program: configuration.mode) }

    func freight(_ id: FreightID, project: String) -> FreightRecord? {
        state.freight[FreightKey(project: project, id: id)]
    }

    func alias(of id: FreightID, project: String) -> String { freight(id, project: project)?.freight.alias ?? id.short }

    /// Names of projects, sorted; empty for a project that is not configured.
    ///
    /// - Parameter only: one project; `nil`: all.
    func projectNames(_ only: String?) -> [String] {
        guard let only else { return pipelines.projects.keys.sorted() }
        return pipelines.projects[only] == nil ? [] : [only]
    }

    /// The stages of a project, upstream first; empty if it is not configured.
    func orderedStages(of project: String) -> [Stage] {
        pipelines.projects[project].map { core.pages.stages(of: $0, generation: generation) } ?? []
    }

    /// As cards, upstream first.
    func summaries(of project: String) -> [StageSummaryView] {
        let key = PageBook.Key(
            project: revisions.project(project),
            branches: revisions.branches,
            configuration: generation,
            defaultBranches: core.branches.knownDefaultBranches,
            minute: now.seconds / 60
        )
        return core.pages.summaries(of: project, key: key) { orderedStages(of: project).map(summary) }
    }

    /// The keys of the branches that a stage writes.
    func branches(of stage: Stage) -> [BranchKey] {
        core.written(by: stage).compactMap { core.key(of: $0, stage: stage.key) }
    }

    /// The last promotion that has ended and counts in the stage's present mode.
    func lastPromotion(of stage: Stage) -> EndedPromotion? {
        guard let last = state.stages[stage.key]?.lastPromotion.flatMap({ state.promotions[$0]?.ended }),
            last.mode == .promote || mode(of: stage) == .observe
        else { return nil }
        return last
    }

    // MARK: Freight of a stage

    func contents(of stage: StageKey) -> [StageContentView] {
        guard let record = state.stages[stage], let collection = record.history.first else { return [] }
        return collection.items.sorted { $0.key < $1.key }.map { warehouse, id in
            content(warehouse: warehouse, id, of: collection, in: record)
        }
    }

    private func content(
        warehouse: String,
        _ id: FreightID,
        of collection: StageRecord.Collection,
        in record: StageRecord
    ) -> StageContentView {
        let known = freight(id, project: record.key.project)
        let isLost = record.lost.map { "\($0.branch.branch) no longer has it: \($0.reason)" }
        return StageContentView(
            warehouse: warehouse,
            freight: id.text,
            alias: known?.freight.alias ?? id.short,
            artifacts: known?.freight.artifacts.map(ArtifactView.init) ?? [],
            since: since(of: id, warehouse: warehouse, in: record) ?? collection.at,
            promotion: collection.promotion.text,
            missing: isLost ?? collection.undelivered?[warehouse],
            isVerified: known?.verifiedIn[record.key.name] != nil
        )
    }

    /// Since when the stage has it: later promotions with freight of other warehouses do not count.
    private func since(of id: FreightID, warehouse: String, in record: StageRecord) -> Timestamp? {
        record.history.prefix { $0.items[warehouse] == id }.last?.at
    }

    // MARK: Pauses

    /// In observe mode, no pause has an effect.
    func pauses(of stage: Stage, branches: [BranchKey]) -> [PauseView] {
        let own = (state.stages[stage.key]?.pauses ?? []).map { pause in
            PauseView(
                kind: PauseView.Kind(pause.kind),
                reason: pause.reason,
                since: pause.since,
                endedBy: Self.end(of: pause, stage: stage.key),
                canBeRestored: pause.canBeRestored
            )
        }
        guard stage.foreignCommits != .overwrite else { return own }
        let drift = branches.compactMap { sentence(onDriftOf: $0, stage: stage) }
        guard !drift.isEmpty else { return own }
        return own + [
            PauseView(
                kind: .drift,
                reason: drift.joined(separator: "; "),
                since: nil,
                endedBy: "hoistway adopt \(stage.key)"
            )
        ]
    }

    private static func end(of pause: StageRecord.Pause, stage: StageKey) -> String? {
        switch pause.kind {
        case .notLooked: nil
        case .lostState: "hoistway adopt \(stage) --from-branches"
        case .twoWriters: "hoistway adopt \(stage)"
        }
    }

    /// A sentence about a branch that has drifted; `nil`: it has not.
    func sentence(onDriftOf key: BranchKey, stage: Stage) -> String? {
        guard let known = state.branches[key], let found = known.drift else { return nil }
        let standing: BranchStanding = found.isZero ? .gone(from: known.head) : .rewritten(from: known.head, to: found)
        return PushGuard.drift(standing, branch: key.branch, stage: stage)
    }
}

extension PauseView.Kind {
    init(_ kind: StageRecord.Pause.Kind) {
        switch kind {
        case .notLooked: self = .notLooked
        case .lostState: self = .lostState
        case .twoWriters: self = .twoWriters
        }
    }
}
