import HoistwayModel
import HoistwayPorts

extension ViewMaker {
    func summary(of stage: Stage) -> StageSummaryView { summary(of: stage, branches: branches(of: stage)) }

    private func summary(of stage: Stage, branches: [BranchKey]) -> StageSummaryView {
        let open = state.openPromotions(of: stage.key)
        let last = lastPromotion(of: stage)
        let health = StageHealth(of: stage.key, open: open.first, in: state)
        let pauses = pauses(of: stage, branches: branches)
        let contents = contents(of: stage.key)
        let standing = StageStanding(
            stage: stage,
            mode: mode(of: stage),
            record: state.stages[stage.key],
            open: open.first,
            last: last,
            health: health,
            pauses: pauses,
            now: now
        )
        let project = pipelines.projects[stage.key.project]
        return StageSummaryView(
            project: stage.key.project,
            name: stage.key.name,
            labels: stage.labels,
            color: stage.annotations?.color,
            mode: mode(of: stage),
            autoPromotion: project.map { AutoPromotion.of(stage, in: $0, matcher: core.ports.matcher).isEnabled }
                ?? false,
            state: standing.state,
            since: standing.since,
            reason: standing.reason,
            contents: contents,
            health: health.status,
            pauses: pauses.map(\.kind),
            hasDrifted: branches.contains { state.branches[$0]?.drift != nil },
            openPromotion: open.first.map(promotion),
            waiting: max(0, open.count - 1),
            lastPromotion: last.map(promotion)
        )
    }

    private func promotion(_ record: PromotionRecord) -> StagePromotionView {
        StagePromotionView(record, alias: alias(of: record.freight, project: record.stage.project))
    }

    private func promotion(_ ended: EndedPromotion) -> StagePromotionView {
        StagePromotionView(ended, alias: alias(of: ended.freight, project: ended.stage.project))
    }

    func view(of stage: Stage) -> StageView {
        let branches = branches(of: stage)
        let summary = summary(of: stage, branches: branches)
        let open = state.openPromotions(of: stage.key)
        let record = state.stages[stage.key]
        let drift = branches.compactMap { sentence(onDriftOf: $0, stage: stage) }
        let lost = lost(of: stage)
        let verdicts = verdicts(on: stage)
        let pauses = pauses(of: stage, branches: branches)
        let held = (record?.heldUp ?? []).map(\.reason)
        let health = StageHealth(of: stage.key, open: open.first, in: state)
        let auto = pipelines.projects[stage.key.project].map {
            AutoPromotion.of(stage, in: $0, matcher: core.ports.matcher)
        }
        return StageView(
            project: stage.key.project,
            name: stage.key.name,
            mode: summary.mode,
            current: lines(onContentsOf: stage),
            autoPromotion: summary.autoPromotion,
            promotion: open.first?.id.text,
            phase: PauseCause.all(of: stage, branches: branches, on: state).isEmpty
                ? phase(of: stage, open: open) : "Paused",
            waiting: summary.waiting,
            nextTry: open.first?.nextTry,
            isWaiting: open.first?.isWaiting ?? false,
            reason: open.first.flatMap { $0.message.isEmpty ? nil : $0.message }
                ?? Self.once(drift + held + lost + verdicts.map(\.reason)).joined(separator: "; "),
            pauses: pauses,
            drift: drift,
            health: health.status == nil ? nil : health,
            lost: lost.first,
            annotations: stage.annotations,
            labels: stage.labels,
            state: summary.state,
            upstream: stage.requestedFreight.map(UpstreamView.init),
            contents: summary.contents,
            branches: branches.map { view(of: $0, stage: stage.key) },
            openPromotion: summary.openPromotion,
            lastPromotion: summary.lastPromotion,
            failure: summary.openPromotion.map(\.failure) ?? summary.lastPromotion?.failure,
            verdicts: verdicts.map(view),
            autoPromotionReason: auto?.reason
        )
    }

    private func view(of key: BranchKey, stage: StageKey) -> StageBranchView {
        let known = state.branches[key]
        return StageBranchView(
            repository: key.remote,
            name: key.branch,
            head: known.flatMap { $0.head.isZero ? nil : $0.head.hex },
            drift: known?.drift.map { StageBranchView.Drift(found: $0.isZero ? nil : $0.hex) },
            hasLostFreight: state.stages[stage]?.lost?.branch == key,
            url: known.flatMap { ArtifactPage.url(of: $0.head, in: key.remote) }
        )
    }

    /// The dispatcher's present verdicts on a stage, rule by rule, without any action.
    func verdicts(on stage: Stage) -> [Dispatch.Verdict] {
        guard let project = pipelines.projects[stage.key.project] else { return [] }
        let dispatch = dispatch
        let auto = AutoPromotion.of(stage, in: project, matcher: core.ports.matcher)
        var result = Dispatch.Result()
        return stage.requestedFreight.map { request in
            dispatch.evaluate(stage, request: request, auto: auto, state: state, into: &result)
        }
    }

    func view(of verdict: Dispatch.Verdict) -> VerdictView {
        VerdictView(verdict, alias: verdict.freight.map { alias(of: $0.id, project: $0.project) })
    }

    // MARK: Sentences

    /// A sentence for each branch of the stage that has drifted.
    func drift(of stage: Stage) -> [String] {
        branches(of: stage).compactMap { sentence(onDriftOf: $0, stage: stage) }
    }

    private func lines(onContentsOf stage: Stage) -> [String] {
        let record = state.stages[stage.key]
        let missing = record?.lost.map { " (no longer on \($0.branch.branch))" } ?? ""
        return (record?.history.first?.items ?? [:]).sorted { $0.key < $1.key }.map { warehouse, id in
            let summary = freight(id, project: stage.key.project)?.freight.summary ?? id.short
            let notes = record?.history.first.map { Self.notes(on: warehouse, of: $0) } ?? []
            return "\(warehouse): \(summary)\(missing)" + notes.map { " (\($0))" }.joined()
        }
    }

    /// The parts of a warehouse's freight that were not delivered, though the promotion succeeded.
    static func notes(on warehouse: String, of collection: StageRecord.Collection) -> [String] {
        [collection.undelivered?[warehouse]].compactMap { $0.map { "not there: \($0)" } }
            + (collection.deliveredCommits ?? []).filter { $0.warehouse == warehouse }.compactMap { commit in
                commit.replacement.map { "not commit \(commit.carried.short): \($0) was delivered" }
            }
    }

    /// Removes texts that another text contains.
    private static func once(_ texts: [String]) -> [String] {
        texts.indices.filter { index in
            !texts.indices.contains { other in
                other != index && texts[other].contains(texts[index]) && (texts[other] != texts[index] || other < index)
            }
        }.map { texts[$0] }
    }

    /// A sentence for each piece of freight that a branch of the stage has lost.
    func lost(of stage: Stage) -> [String] {
        guard let record = state.stages[stage.key], let lost = record.lost else { return [] }
        return (record.history.first?.items ?? [:]).values.sorted { $0.text < $1.text }.map { id in
            Dispatch.sentence(
                on: lost,
                freight: alias(of: id, project: stage.key.project),
                stage: stage.key,
                drift: state.branches[lost.branch]?.drift
            )
        }
    }

    private func phase(of stage: Stage, open: [PromotionRecord]) -> String {
        if let head = open.first { return head.phase == .running ? "Promoting" : "Pending" }
        if stage.promotion == .controlFlow { return "ControlFlow" }
        let record = state.stages[stage.key]
        if record?.lost != nil { return "FreightLost" }
        let mode = mode(of: stage)
        if let last = record?.lastPromotion.flatMap({ state.promotions[$0] }), last.mode == .promote || mode == .observe
        {
            return last.phase.rawValue
        }
        // It was restored from the branches, or is so old that its promotion was pruned.
        return record?.history.isEmpty == false ? PromotionPhase.succeeded.rawValue : "NoFreight"
    }
}
