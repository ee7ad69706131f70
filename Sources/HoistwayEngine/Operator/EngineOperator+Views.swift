package import HoistwayModel
package import HoistwayPorts

extension EngineOperator {
    /// For views of the present state.
    func maker() async -> ViewMaker { ViewMaker(core: core, moment: await core.ledger.moment) }

    // MARK: Stages

    package func stages(project: String?) async throws -> [StageView] {
        let maker = await maker()
        return maker.projectNames(project).flatMap { maker.orderedStages(of: $0).map(maker.view) }
    }

    package func stage(_ key: StageKey) async throws -> StageView {
        let (stage, _) = try find(key)
        let maker = await maker()
        return maker.view(of: stage)
    }

    package func stages(_ filter: StageFilter, after: StageKey?, limit: Int) async throws -> [StageView] {
        let maker = await maker()
        let stages = maker.summaries(filter, after: after, limit: limit).compactMap {
            maker.pipelines.stage(StageKey(project: $0.project, name: $0.name))
        }
        return stages.map(maker.view)
    }

    package func stageSummaries(
        _ filter: StageFilter,
        after: StageKey?,
        limit: Int
    ) async throws -> [StageSummaryView] {
        await maker().summaries(filter, after: after, limit: limit)
    }

    package func stageSummaries(named names: [String], project: String) async throws -> [StageSummaryView] {
        let maker = await maker()
        return names.compactMap { maker.pipelines.stage(StageKey(project: project, name: $0)).map(maker.summary) }
    }

    // MARK: Projects

    package func project(_ name: String) async throws -> ProjectView {
        let maker = await maker()
        guard let project = maker.pipelines.projects[name] else { throw OperatorFailure.notFound("no project \(name)") }
        return maker.view(of: project, summaries: maker.summaries(of: name))
    }

    package func projects(
        _ filter: StageFilter,
        after: ProjectPosition?,
        limit: Int,
        stages: Int
    ) async throws -> [ProjectView] {
        let maker = await maker()
        guard filter != StageFilter() else {
            let order = maker.core.overview.overview(maker).order
            return order.elements(after: after).prefix(limit).compactMap { position in
                maker.pipelines.projects[position.name].map {
                    maker.view(of: $0, summaries: maker.summaries(of: $0.name), limit: stages)
                }
            }
        }
        let views = maker.projectNames(filter.project).compactMap { maker.pipelines.projects[$0] }
            .compactMap { project -> ProjectView? in
                let all = maker.summaries(of: project.name)
                let shown = filter == StageFilter(project: filter.project) ? all : all.filter(filter.takes)
                // A project without stages is shown only without filters.
                guard !shown.isEmpty || all.isEmpty && filter == StageFilter(project: filter.project) else {
                    return nil
                }
                return maker.view(of: project, summaries: shown, limit: stages)
            }
        return Array(
            views.filter { view in after.map { $0 < ProjectPosition(state: view.state, name: view.name) } ?? true }
                .sorted { ($0.state, $0.name) < ($1.state, $1.name) }
                .prefix(limit)
        )
    }

    package func attention(project: String?) async throws -> AttentionView {
        let maker = await maker()
        let names = project.map { maker.projectNames($0) } ?? Array(maker.core.overview.overview(maker).needingPerson)
        return ViewMaker.attention(names.flatMap(maker.summaries))
    }

    package func graph(project name: String) async throws -> GraphView {
        let maker = await maker()
        guard let project = maker.pipelines.projects[name] else { throw OperatorFailure.notFound("no project \(name)") }
        return maker.graph(of: project)
    }

    package func search(_ text: String, project: String?) async throws -> SearchView {
        let length = text.unicodeScalars.count
        guard (SearchView.minLength...SearchView.maxLength).contains(length) else {
            throw OperatorFailure.invalid(
                "a search takes \(SearchView.minLength) to \(SearchView.maxLength) characters, not \(length)"
            )
        }
        return await maker().search(text, project: project)
    }

    // MARK: Freight

    package func freight(project: String?, warehouse: String?, limit: Int) async throws -> [FreightView] {
        try await freight(FreightFilter(project: project, warehouse: warehouse), after: nil, limit: limit)
    }

    package func freight(_ filter: FreightFilter, after: FreightPosition?, limit: Int) async throws -> [FreightView] {
        let maker = await maker()
        return maker.freight(filter, after: after, limit: limit).map(maker.view)
    }

    package func freight(_ name: String, project: String) async throws -> FreightView {
        let maker = await maker()
        return maker.view(of: try Self.find(name, project: project, state: maker.state))
    }

    package func availability(
        of name: String,
        project: String,
        from stage: String?
    ) async throws -> AvailabilityView {
        if let stage { _ = try find(StageKey(project: project, name: stage)) }
        let maker = await maker()
        let record = try Self.find(name, project: project, state: maker.state)
        return maker.availability(of: record, from: stage)
    }

    // MARK: Warehouses

    package func warehouses(project: String?) async throws -> [WarehouseView] {
        try await warehouses(project: project, after: nil, limit: .max)
    }

    package func warehouses(project: String?, after: WarehouseKey?, limit: Int) async throws -> [WarehouseView] {
        let state = await core.ledger.snapshot
        let known = pipelines.projects
        let keys = known.keys.sorted().filter { project == nil || $0 == project }.flatMap { name in
            (known[name]?.warehouses.keys.sorted() ?? []).map { WarehouseKey(project: name, name: $0) }
        }
        let rest = keys.drop { key in after.map { (key.project, key.name) <= ($0.project, $0.name) } ?? false }
        return rest.prefix(limit).compactMap { known[$0.project]?.warehouses[$0.name] }
            .map { view(of: $0, state: state) }
    }

    package func warehouse(_ key: WarehouseKey) async throws -> WarehouseView {
        guard let warehouse = pipelines.projects[key.project]?.warehouses[key.name] else {
            throw OperatorFailure.notFound("no warehouse \(key)")
        }
        return view(of: warehouse, state: await core.ledger.snapshot)
    }

    func view(of warehouse: Warehouse, state: PipelineState) -> WarehouseView {
        let look = core.looks[warehouse.key]
        var held: [String] = []
        var sources: [SubscriptionView] = []
        let lines = warehouse.subscriptions.map { subscription in
            let key = SubscriptionKey(warehouse: warehouse.key, subscription: subscription.id)
            let record = state.subscriptions[key]
            sources.append(
                SubscriptionView(subscription, record: record, undecided: count(undecided: subscription, key))
            )
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
            description: warehouse.annotations?.description,
            sources: sources,
            intervalSeconds: warehouse.interval.components.seconds,
            freightCreation: warehouse.freightCreationPolicy,
            lookFailures: look.flatMap { $0.problems.isEmpty ? nil : $0.problems }
        )
    }

    // MARK: Promotions

    package func promotions(project: String?, stage: String?, limit: Int) async throws -> [PromotionView] {
        try await promotions(PromotionFilter(project: project, stage: stage), after: nil, limit: limit)
    }

    package func promotions(
        _ filter: PromotionFilter,
        after: PromotionID?,
        limit: Int
    ) async throws -> [PromotionView] {
        let maker = await maker()
        return try await core.wholes(of: maker.promotions(filter, after: after, limit: limit)).map { record in
            view(of: record, state: maker.state) { maker.state.openPromotions(of: record.stage) }
        }
    }

    package func promotion(_ id: PromotionID) async throws -> PromotionView {
        guard let record = try await core.whole(id) else { throw OperatorFailure.notFound("no promotion \(id)") }
        var view = view(of: record, state: await core.ledger.snapshot)
        view.results = try await core.ports.store.stepResults(of: id)
        return view
    }

    func view(of record: PromotionRecord, state: PipelineState) -> PromotionView {
        view(of: record, state: state) { state.openPromotions(of: record.stage) }
    }

    /// - Parameter queue: the open promotions of its stage.
    private func view(
        of record: PromotionRecord,
        state: PipelineState,
        queue: () -> [PromotionRecord]
    ) -> PromotionView {
        let freight = state.freight[FreightKey(project: record.stage.project, id: record.freight)]?.freight
        var view = PromotionView(record, summary: freight?.summary ?? record.freight.short, freight: freight)
        if record.phase == .pending, record.message.isEmpty, let turn = record.turn(in: queue()) { view.message = turn }
        return view
    }

    // MARK: Activity

    package func activity(project: String?, before: Int64?, limit: Int) async throws -> [ActivityView] {
        let records = try await core.ports.store.audit(project: project, before: before, limit: limit)
        let words = ActivityWords(state: await core.ledger.snapshot)
        return records.map { words.view(of: $0) }
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
