/// What of the state belongs to which project, stage and warehouse: views of one of them go through nothing else.
///
/// It is kept beside the state, change by change. A copy costs nothing; a change copies what it touches of one project.
package struct PipelineIndex: Sendable, Equatable {
    package struct OfProject: Sendable, Equatable {
        /// By stage name; sorted by id, which is the order in the queue.
        fileprivate(set) var promotions: [String: [PromotionID]] = [:]
        /// Of these, those that have not ended.
        fileprivate(set) var open: [String: [PromotionID]] = [:]
        /// By their freight; sorted by id.
        fileprivate(set) var byFreight: [FreightID: [PromotionID]] = [:]
        /// By warehouse name.
        fileprivate(set) var freight: [String: Set<FreightID>] = [:]
        /// Grows with every change of the project's records.
        package fileprivate(set) var revision: UInt64 = 0

        fileprivate mutating func put(_ record: PromotionRecord) {
            let stage = record.stage.name
            Self.insert(record.id, into: &promotions[stage, default: []])
            Self.insert(record.id, into: &byFreight[record.freight, default: []])
            if record.phase.isTerminal {
                open[stage]?.removeAll { $0 == record.id }
            } else {
                Self.insert(record.id, into: &open[stage, default: []])
            }
        }

        fileprivate mutating func remove(_ id: PromotionID) {
            for stage in promotions.filter({ $0.value.contains(id) }).keys {
                promotions[stage]?.removeAll { $0 == id }
                open[stage]?.removeAll { $0 == id }
            }
            for freight in byFreight.filter({ $0.value.contains(id) }).keys {
                byFreight[freight]?.removeAll { $0 == id }
                if byFreight[freight]?.isEmpty == true { byFreight[freight] = nil }
            }
        }

        /// Where it belongs in a sorted list, unless it is there; the newest come last, and are the usual case.
        private static func insert(_ id: PromotionID, into ids: inout [PromotionID]) {
            var place = ids.count
            while place > 0, id < ids[place - 1] { place -= 1 }
            if place == 0 || ids[place - 1] != id { ids.insert(id, at: place) }
        }
    }

    private var projects: [String: OfProject] = [:]
    /// Grows whenever a branch is found to have drifted, or not to: any project may write it.
    package private(set) var branchRevision: UInt64 = 0
    private var revision: UInt64 = 0

    /// Of a whole state.
    package init(_ state: PipelineState) {
        // In their order, so that each goes to the end of its list.
        for record in state.promotions.values.sorted(by: { $0.id < $1.id }) {
            projects[record.stage.project, default: OfProject()].put(record)
        }
        for record in state.freight.values {
            let origin = record.freight.origin
            projects[origin.project, default: OfProject()].freight[origin.name, default: []].insert(record.freight.id)
        }
    }

    package func project(_ name: String) -> OfProject { projects[name] ?? OfProject() }

    /// Those of a stage, oldest first.
    package func promotions(of stage: StageKey) -> [PromotionID] {
        projects[stage.project]?.promotions[stage.name] ?? []
    }

    /// Those that have not ended, oldest first.
    package func open(of stage: StageKey) -> [PromotionID] { projects[stage.project]?.open[stage.name] ?? [] }

    /// Those of one piece of freight, oldest first.
    package func promotions(of freight: FreightKey) -> [PromotionID] {
        projects[freight.project]?.byFreight[freight.id] ?? []
    }

    /// Names of warehouses that have made freight, sorted.
    package func warehouses(of project: String) -> [String] {
        (projects[project]?.freight ?? [:]).filter { !$0.value.isEmpty }.keys.sorted()
    }

    package func freight(of warehouse: WarehouseKey) -> Set<FreightID> {
        projects[warehouse.project]?.freight[warehouse.name] ?? []
    }

    /// - Parameter before: the state without the changes.
    package mutating func apply(_ changes: [Change], before: PipelineState) {
        for change in changes { apply(change, before: before) }
    }

    private mutating func apply(_ change: Change, before: PipelineState) {
        switch change {
        case .putPromotion(let record): touch(record.stage.project) { $0.put(record) }
        case .removePromotion(let id):
            // One that was made in the same transaction is not in the state before.
            guard let project = before.promotions[id]?.stage.project ?? project(with: id) else { return }
            touch(project) { $0.remove(id) }
        case .putFreight(let record):
            let origin = record.freight.origin
            touch(origin.project) { _ = $0.freight[origin.name, default: []].insert(record.freight.id) }
        case .removeFreight(let key):
            touch(key.project) { project in
                for name in Array(project.freight.keys) { project.freight[name]?.remove(key.id) }
            }
        case .putSubscription(let record): touch(record.key.warehouse.project)
        case .putWarehouse(let record): touch(record.key.project)
        case .putStage(let record): touch(record.key.project)
        case .putHealth(let record): touch(record.key.project)
        case .removeHealth(let key): touch(key.project)
        case .putBranch(let record):
            if before.branches[record.key]?.drift != record.drift { branchRevision += 1 }
        case .putAnnotations, .putStepResults, .putIntent, .removeIntent, .putNotice, .removeNotice, .putRefresh,
            .removeRefresh:
            break
        }
    }

    private func project(with id: PromotionID) -> String? {
        projects.first { $0.value.promotions.values.contains { $0.contains(id) } }?.key
    }

    private mutating func touch(_ project: String, _ body: (inout OfProject) -> Void = { _ in }) {
        revision += 1
        body(&projects[project, default: OfProject()])
        projects[project]?.revision = revision
    }
}

/// A state together with its index: what views are made of.
package struct IndexedState: Sendable {
    package var state: PipelineState
    package var index: PipelineIndex

    package init(state: PipelineState, index: PipelineIndex) {
        self.state = state
        self.index = index
    }

    /// Those of a stage, oldest first.
    package func promotions(of stage: StageKey) -> [PromotionRecord] {
        index.promotions(of: stage).compactMap { state.promotions[$0] }
    }

    /// Those of a stage that have not ended, in the order in which they run.
    package func openPromotions(of stage: StageKey) -> [PromotionRecord] {
        index.open(of: stage).compactMap { state.promotions[$0] }
            .sorted { ($0.phase == .running ? 0 : 1, $0.id) < ($1.phase == .running ? 0 : 1, $1.id) }
    }

    /// Those of one piece of freight, oldest first.
    package func promotions(of freight: FreightKey) -> [PromotionRecord] {
        index.promotions(of: freight).compactMap { state.promotions[$0] }
    }

    /// Those of all stages of a project, in no order.
    package func promotions(ofProject project: String) -> [PromotionRecord] {
        index.project(project).promotions.values.flatMap { $0.compactMap { state.promotions[$0] } }
    }

    /// Freight of one warehouse, in no order.
    package func records(of warehouse: WarehouseKey) -> [FreightRecord] {
        index.freight(of: warehouse).compactMap { state.freight[FreightKey(project: warehouse.project, id: $0)] }
    }

    /// Freight of one warehouse, newest first.
    package func freight(of warehouse: WarehouseKey) -> [FreightRecord] {
        records(of: warehouse).sorted {
            ($0.freight.discoveredAt, $0.freight.id.text) > ($1.freight.discoveredAt, $1.freight.id.text)
        }
    }

    /// The state with no promotions but those of one stage and of the stages right before it.
    ///
    /// What is decided and said of the stage comes out the same on it, and goes through no others.
    package func narrowed(to stage: Stage) -> PipelineState {
        var narrow = state
        let upstream = Set(stage.requestedFreight.flatMap(\.stages))
        let keys = [stage.key] + upstream.map { StageKey(project: stage.key.project, name: $0) }
        narrow.promotions = Dictionary(keys.flatMap(promotions).map { ($0.id, $0) }) { first, _ in first }
        return narrow
    }
}
