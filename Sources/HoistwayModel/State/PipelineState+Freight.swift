extension PipelineState {
    /// Freight of one warehouse, newest first.
    package func freight(of warehouse: WarehouseKey) -> [FreightRecord] { Array(newestFreight(of: warehouse)) }

    /// Freight of one warehouse, newest first; only requested elements are visited.
    package func newestFreight(of warehouse: WarehouseKey) -> some Sequence<FreightRecord> {
        freight.index.all(of: warehouse).backwards.lazy.compactMap { record(of: $0, in: warehouse.project) }
    }

    /// Freight that may be available to a stage, newest first; no other freight can be available.
    ///
    /// It is direct, or was verified or observed upstream, or was approved for the stage.
    func eligibleFreight(for stage: Stage, request: FreightRequest) -> any Sequence<FreightRecord> {
        let warehouse = WarehouseKey(project: stage.key.project, name: request.warehouse)
        guard !request.direct else { return newestFreight(of: warehouse) }
        let lists = ([stage.key.name] + request.stages).map { freight.index.reached($0, of: warehouse) }
        return NewestFirst(lists).lazy.compactMap { record(of: $0, in: warehouse.project) }
    }

    private func record(of place: FreightIndex.Place, in project: String) -> FreightRecord? {
        freight[FreightKey(project: project, id: place.id)]
    }

    /// Freight of all warehouses of a project, newest first for each.
    package func freight(ofProject project: String) -> [FreightRecord] {
        freight.index.warehouses(of: project).flatMap { freight(of: WarehouseKey(project: project, name: $0)) }
    }

    /// Freight with this alias; several may have it, since people can choose aliases.
    package func freight(named alias: String, in project: String) -> [FreightRecord] {
        freight.index.freight(named: alias, in: project).compactMap { freight[FreightKey(project: project, id: $0)] }
    }
}
