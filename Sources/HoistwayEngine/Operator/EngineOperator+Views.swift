package import HoistwayModel
package import HoistwayPorts

extension EngineOperator {
    package func freight(project: String?, warehouse: String?, limit: Int) async throws -> [FreightView] {
        let state = await core.ledger.snapshot
        return state.freight.values
            .filter { project == nil || $0.freight.origin.project == project }
            .filter { warehouse == nil || $0.freight.origin.name == warehouse }
            .sorted { ($0.freight.discoveredAt, $0.freight.id.text) > ($1.freight.discoveredAt, $1.freight.id.text) }
            .prefix(limit)
            .map { Self.view(of: $0, state: state) }
    }

    static func view(of record: FreightRecord, state: PipelineState) -> FreightView {
        let project = record.freight.origin.project
        let present = record.currentlyIn.keys.sorted().filter { name in
            let collection = state.stages[StageKey(project: project, name: name)]?.history.first
            return collection?.undelivered(record.freight.id) == nil
        }
        return FreightView(
            id: record.freight.id.text,
            alias: record.freight.alias,
            project: record.freight.origin.project,
            warehouse: record.freight.origin.name,
            artifacts: record.freight.artifacts.map(\.line),
            discoveredAt: record.freight.discoveredAt,
            cause: record.cause,
            currentlyIn: present,
            verifiedIn: record.verifiedIn.keys.sorted(),
            failedIn: record.failedIn,
            approvedFor: record.approvedFor.keys.sorted()
        )
    }

    package func stages(project: String?) async throws -> [StageView] {
        let state = await core.ledger.snapshot
        let stages = pipelines.stagesInOrder.filter { project == nil || $0.key.project == project }
        let health = StageHealth.all(of: stages.map(\.key), in: state)
        return stages.map { view(of: $0, health: health[$0.key], state: state) }
    }

    private func view(of stage: Stage, health: StageHealth?, state: PipelineState) -> StageView {
        let open = state.openPromotions(of: stage.key)
        let record = state.stages[stage.key]
        let current = record?.history.first?.items ?? [:]
        let missing = record?.lost.map { " (not on \($0.branch.branch) any more)" } ?? ""
        let lines = current.sorted { $0.key < $1.key }.map { warehouse, id in
            let key = FreightKey(project: stage.key.project, id: id)
            let summary = state.freight[key]?.freight.summary ?? id.short
            let notes = record?.history.first.map { Self.notes(on: warehouse, of: $0) } ?? []
            return "\(warehouse): \(summary)\(missing)" + notes.map { " (\($0))" }.joined()
        }
        let lost = lost(of: stage, state: state)
        let reasons = verdicts(on: stage, state: state).map(\.reason)
        let pause = record?.pause.flatMap { $0.kind == .notLooked ? nil : $0 }
        let drift = drift(of: stage, state: state)
        return StageView(
            project: stage.key.project,
            name: stage.key.name,
            mode: pipelines.mode(of: stage, program: core.configuration.mode),
            current: lines,
            autoPromotion: pipelines.projects[stage.key.project]
                .map { AutoPromotion.of(stage, in: $0, matcher: core.ports.matcher).isEnabled } ?? false,
            promotion: open.first?.id.text,
            phase: PauseCause.all(of: stage, branches: keys(of: stage), on: state).isEmpty
                ? phase(of: stage, open: open, state: state) : "Paused",
            waiting: max(0, open.count - 1),
            nextTry: open.first?.nextTry,
            reason: open.first.flatMap { $0.message.isEmpty ? nil : $0.message }
                ?? Self.once(drift + [pause?.reason].compactMap(\.self) + lost + reasons).joined(separator: "; "),
            pause: pause,
            drift: drift,
            health: health?.status == nil ? nil : health,
            lost: lost.first,
            annotations: stage.annotations
        )
    }

    /// What of a warehouse's freight is not in the stage, though its promotion succeeded.
    static func notes(on warehouse: String, of collection: StageRecord.Collection) -> [String] {
        [collection.undelivered?[warehouse]].compactMap { $0.map { "not there: \($0)" } }
            + (collection.deliveredCommits ?? []).filter { $0.warehouse == warehouse }.compactMap { commit in
                commit.replacement.map { "not commit \(commit.carried.short): \($0) was delivered" }
            }
    }

    /// Without what another text contains.
    private static func once(_ texts: [String]) -> [String] {
        texts.indices.filter { index in
            !texts.indices.contains { other in
                other != index && texts[other].contains(texts[index]) && (texts[other] != texts[index] || other < index)
            }
        }.map { texts[$0] }
    }

    private func keys(of stage: Stage) -> [BranchKey] {
        core.written(by: stage).compactMap { core.key(of: $0, stage: stage.key) }
    }

    /// That a branch of the stage has lost its freight: a sentence for each piece.
    func lost(of stage: Stage, state: PipelineState) -> [String] {
        guard let record = state.stages[stage.key], let lost = record.lost else { return [] }
        return (record.history.first?.items ?? [:]).values.sorted { $0.text < $1.text }.map { id in
            let alias = state.freight[FreightKey(project: stage.key.project, id: id)]?.freight.alias ?? id.short
            return Dispatch.sentence(
                on: lost,
                freight: alias,
                stage: stage.key,
                drift: state.branches[lost.branch]?.drift
            )
        }
    }

    /// Where branches were left, and where they were found instead.
    func drift(of stage: Stage, state: PipelineState) -> [String] {
        core.written(by: stage).compactMap { written in
            guard let key = core.key(of: written, stage: stage.key), let known = state.branches[key],
                let found = known.drift
            else { return nil }
            let standing: BranchStanding =
                found.isZero ? .gone(from: known.head) : .rewritten(from: known.head, to: found)
            return PushGuard.drift(standing, branch: written.branch, stage: stage)
        }
    }

    private func phase(of stage: Stage, open: [PromotionRecord], state: PipelineState) -> String {
        if let head = open.first { return head.phase == .running ? "Promoting" : "Pending" }
        if stage.promotion == .controlFlow { return "ControlFlow" }
        let record = state.stages[stage.key]
        if record?.lost != nil { return "FreightLost" }
        let mode = pipelines.mode(of: stage, program: core.configuration.mode)
        if let last = record?.lastPromotion.flatMap({ state.promotions[$0] }),
            last.mode == .promote || mode == .observe
        {
            return last.phase.rawValue
        }
        // Taken over from the branches, or so long ago that the promotion was pruned.
        return record?.history.isEmpty == false ? PromotionPhase.succeeded.rawValue : "NoFreight"
    }

    /// What the dispatcher says of a stage now, without doing it.
    func verdicts(on stage: Stage, state: PipelineState) -> [Dispatch.Verdict] {
        guard let project = pipelines.projects[stage.key.project] else { return [] }
        let dispatch = core.dispatcher
        let auto = AutoPromotion.of(stage, in: project, matcher: core.ports.matcher)
        var result = Dispatch.Result()
        return stage.requestedFreight.map {
            dispatch.evaluate(stage, request: $0, auto: auto, state: state, into: &result)
        }
    }

    package func warehouses(project: String?) async throws -> [WarehouseView] {
        let state = await core.ledger.snapshot
        return pipelines.projects.values
            .filter { project == nil || $0.name == project }
            .sorted { $0.name < $1.name }
            .flatMap { $0.warehouses.values.sorted { $0.key.name < $1.key.name } }
            .map { view(of: $0, state: state) }
    }

    func view(of warehouse: Warehouse, state: PipelineState) -> WarehouseView {
        let look = core.looks[warehouse.key]
        var held: [String] = []
        let lines = warehouse.subscriptions.map { subscription in
            let record = state.subscriptions[SubscriptionKey(warehouse: warehouse.key, subscription: subscription.id)]
            held += (record?.held ?? []).map {
                "\(subscription.id): \($0.tag) is held: it was moved from \($0.known) to \($0.found)"
            }
            return "\(subscription.id): \(record?.newest?.line ?? "waits for its first artifact")"
        }
        if let back = state.warehouses[warehouse.key]?.heldBack {
            held.append("\(back.sentence(warehouse: warehouse.key.name)), since \(back.since.rfc3339)")
        }
        let undecided = warehouse.subscriptions.flatMap { self.undecided(for: $0, of: warehouse.key) }
        return WarehouseView(
            project: warehouse.key.project,
            name: warehouse.key.name,
            subscriptions: lines,
            undecided: undecided.isEmpty ? nil : undecided,
            lastLook: look?.endedAt,
            outcome: look.map { $0.failures.isEmpty ? .done : .failed } ?? .waiting,
            failures: look?.failures ?? [],
            nextLook: look?.next,
            held: held,
            skipped: look?.skipped ?? [],
            description: warehouse.annotations?.description
        )
    }

    package func promotions(project: String?, stage: String?, limit: Int) async throws -> [PromotionView] {
        let state = await core.ledger.snapshot
        return state.promotions.values
            .filter { project == nil || $0.stage.project == project }
            .filter { stage == nil || $0.stage.name == stage }
            .sorted { $1.id.wasMadeBefore($0.id) }
            .prefix(limit)
            .map { view(of: $0, state: state) }
    }

    package func promotion(_ id: PromotionID) async throws -> PromotionView {
        let state = await core.ledger.snapshot
        guard let record = state.promotions[id] else { throw OperatorFailure.notFound("no promotion \(id)") }
        var view = view(of: record, state: state)
        view.results = try await core.ports.store.stepResults(of: id)
        return view
    }

    func view(of record: PromotionRecord, state: PipelineState) -> PromotionView {
        let key = FreightKey(project: record.stage.project, id: record.freight)
        return PromotionView(record, summary: state.freight[key]?.freight.summary ?? record.freight.short)
    }
}

extension Artifact {
    /// One line that names it completely.
    package var line: String {
        switch self {
        case .image(let image): "\(image.repoURL):\(image.tag)@\(image.digest)"
        case .commit(let commit): "\(commit.repoURL)@\(commit.tag.map { "\($0) " } ?? "")\(commit.id)"
        case .chart(let chart): "\(chart.repoURL)\(chart.name.isEmpty ? "" : "/\(chart.name)"):\(chart.version)"
        }
    }
}
