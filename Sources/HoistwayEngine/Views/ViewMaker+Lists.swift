import HoistwayModel
import HoistwayPorts

extension ViewMaker {
    /// By project and name.
    func summaries(_ filter: StageFilter, after: StageKey?, limit: Int) -> [StageSummaryView] {
        var found: [StageSummaryView] = []
        for project in projectNames(filter.project) {
            guard after.map({ project >= $0.project }) ?? true else { continue }
            let names = summaries(of: project).filter(filter.takes).filter { stage in
                after.map { ($0.project, $0.name) < (project, stage.name) } ?? true
            }
            found += names.sorted { $0.name < $1.name }
            if found.count >= limit { break }
        }
        return Array(found.prefix(limit))
    }

    /// Newest first.
    func freight(_ filter: FreightFilter, after: FreightPosition?, limit: Int) -> [FreightRecord] {
        func key(_ record: FreightRecord) -> (Timestamp, String, String) {
            (record.freight.discoveredAt, record.freight.id.text, record.freight.origin.project)
        }
        let wanted = filter.contains.map { SearchText($0) }
        let candidates: [FreightRecord] =
            if let project = filter.project {
                if let warehouse = filter.warehouse {
                    state.freight(of: WarehouseKey(project: project, name: warehouse))
                } else {
                    state.freight(ofProject: project)
                }
            } else {
                state.freight.values.filter { filter.warehouse == nil || $0.freight.origin.name == filter.warehouse }
            }
        let shown = candidates.filter { record in
            (after.map { key(record) < ($0.discoveredAt, $0.id, $0.project) } ?? true)
                && (filter.stage.map { record.currentlyIn[$0] != nil } ?? true)
                && (wanted.map { $0.field(of: record.freight) != nil } ?? true)
        }
        return Array(shown.sorted { key($0) > key($1) }.prefix(limit))
    }

    /// Newest first.
    func promotions(_ filter: PromotionFilter, after: PromotionID?, limit: Int) -> [KnownPromotion] {
        let candidates: [KnownPromotion] =
            if let project = filter.project {
                if let stage = filter.stage {
                    state.promotions(of: StageKey(project: project, name: stage))
                } else {
                    state.promotions(ofProject: project)
                }
            } else {
                state.promotions.values.filter { filter.stage == nil || $0.stage.name == filter.stage }
            }
        let shown = candidates.filter { record in
            (after.map { record.id.wasMadeBefore($0) } ?? true)
                && (filter.phases.isEmpty || filter.phases.contains(record.phase))
                && (filter.freight.map { name in
                    record.freight.text == name || alias(of: record.freight, project: record.stage.project) == name
                } ?? true)
        }
        return Array(shown.sorted { $1.id.wasMadeBefore($0.id) }.prefix(limit))
    }
}
