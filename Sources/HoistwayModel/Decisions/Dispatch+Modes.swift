extension Dispatch {
    /// Stores the mode of each stage, and the freight that a stage which begins to promote leaves to people.
    ///
    /// This is only for stages with a record: a stage without one gets it with its first look.
    func modeChanges(of stages: [Stage], on state: PipelineState) -> [Change] {
        stages.compactMap { stage in
            let mode = pipelines.mode(of: stage, program: mode)
            guard stage.promotion != .controlFlow, var record = state.stages[stage.key], record.mode != mode else {
                return nil
            }
            let began = mode == .promote ? observedFreight(of: stage, record: record, state: state) : nil
            record.mode = mode
            record.observedUntil = began
            return .putStage(record)
        }
    }

    /// Whether the freight existed before the stage began to promote.
    func wasObservedBefore(_ record: FreightRecord, stage: Stage, state: PipelineState) -> Bool {
        guard pipelines.mode(of: stage, program: mode) == .promote,
            let newest = state.stages[stage.key]?.observedUntil?.newest[record.freight.origin.name]
        else { return false }
        return record.freight.discoveredAt <= newest
    }

    /// One sentence, with the solution.
    func waiting(_ freight: Freight, stage: Stage, state: PipelineState) -> String {
        let since =
            state.stages[stage.key]?.observedUntil.map { " at \(Timestamp(seconds: $0.at.seconds).rfc3339)" } ?? ""
        return
            "freight \(freight.alias) was there before \(stage.key.name) began to promote\(since): what was observed is not "
            + "promoted automatically; the stage waits for new freight, or for `hoistway promote \(stage.key) \(freight.alias)`"
    }

    /// The newest freight of each warehouse that only a person can promote; `nil`: there is none.
    ///
    /// For a stage with a known mode, this is all existing freight. For a stage that is new or renamed, or that an
    /// older version recorded, it is the freight that was observed.
    private func observedFreight(
        of stage: Stage,
        record: StageRecord,
        state: PipelineState
    ) -> StageRecord.ObservedUntil? {
        var isObserved: (FreightRecord) -> Bool = { _ in true }
        if record.mode == nil {
            let newest = state.newestPromotions(of: stage.key).first { _ in true }
            let last = newest?.mode ?? (record.history.isEmpty ? nil : .promote)
            switch last {
            case .promote: return nil
            case .observe: break
            case nil:
                let others = state.promotions(ofProject: stage.key.project).filter { $0.mode == .observe }
                let tried = Set(others.map(\.freight))
                isObserved = { $0.observedIn?.isEmpty == false || tried.contains($0.freight.id) }
            }
        }
        var newest: [String: Timestamp] = [:]
        for request in stage.requestedFreight {
            let warehouse = WarehouseKey(project: stage.key.project, name: request.warehouse)
            newest[request.warehouse] =
                state.newestFreight(of: warehouse).first(where: isObserved)?.freight.discoveredAt
        }
        return newest.isEmpty ? nil : StageRecord.ObservedUntil(newest: newest, at: now)
    }
}
