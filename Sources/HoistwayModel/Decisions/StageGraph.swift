/// Which stages take freight from which warehouses and stages; made once for each set of manifests.
package struct StageGraph: Sendable {
    /// By project, upstream before downstream.
    package let stages: [StageKey]
    private let places: [StageKey: Int]
    private var takers: [WarehouseKey: [StageKey]] = [:]
    private var downstream: [StageKey: [StageKey]] = [:]

    package init(_ pipelines: Pipelines) {
        let ordered = pipelines.stagesInOrder
        stages = ordered.map(\.key)
        places = Dictionary(uniqueKeysWithValues: stages.enumerated().map { ($1, $0) })
        for stage in ordered {
            let project = stage.key.project
            for name in Set(stage.requestedFreight.map(\.warehouse)) {
                takers[WarehouseKey(project: project, name: name), default: []].append(stage.key)
            }
            for name in Set(stage.requestedFreight.flatMap(\.stages)) {
                downstream[StageKey(project: project, name: name), default: []].append(stage.key)
            }
        }
    }

    /// The index in ``stages``; `nil`: the manifests do not have the stage.
    package func place(of stage: StageKey) -> Int? { places[stage] }

    /// Stages whose verdict may be different after these changes.
    ///
    /// - Parameter before: the state without the changes.
    package func concern(of changes: [Change], before: PipelineState) -> StageConcern {
        var concern = StageConcern()
        for change in changes { add(change, before: before, to: &concern) }
        return concern
    }

    func concern(of change: Change, before: PipelineState) -> StageConcern {
        concern(of: [change], before: before)
    }

    private func add(_ change: Change, before: PipelineState, to concern: inout StageConcern) {
        switch change {
        case .putFreight(let record): add(record, old: before.freight[record.key], to: &concern)
        case .removeFreight(let key):
            guard let old = before.freight[key] else { return }
            for stage in takers[old.freight.origin] ?? [] { concern.add(stage) }
        case .putStage(let record):
            concern.add(record.key)
            for stage in downstream[record.key] ?? [] { concern.add(stage) }
        case .putPromotion(let record): concern.add(record.stage)
        case .removePromotion(let id): before.promotions[id].map { concern.add($0.stage) }
        case .removeIntent(let id):
            // After the push, newer freight may replace the promotion again.
            for promotion in before.intents[id]?.promotions ?? [] {
                before.promotions[promotion].map { concern.add($0.stage) }
            }
        case .putSubscription, .putWarehouse, .putAnnotations, .putHealth, .removeHealth, .putStepResults, .putBranch,
            .putIntent, .putNotice, .removeNotice, .putRefresh, .removeRefresh:
            break
        }
    }

    private func add(_ record: FreightRecord, old: FreightRecord?, to concern: inout StageConcern) {
        let key = record.key
        let project = key.project
        guard let old, old.freight == record.freight else {
            for warehouse in Set([old?.freight.origin, record.freight.origin].compactMap(\.self)) {
                for stage in takers[warehouse] ?? [] { concern.add(stage, freight: key) }
            }
            return
        }
        for name in old.stages(unlike: record) {
            let stage = StageKey(project: project, name: name)
            concern.add(stage, freight: key)
            for next in downstream[stage] ?? [] { concern.add(next, freight: key) }
        }
    }
}

extension FreightRecord {
    /// Names of stages for which the two records differ.
    fileprivate func stages(unlike other: FreightRecord) -> Set<String> {
        var names: Set<String> = []
        func compare<Value: Equatable>(_ left: [String: Value]?, _ right: [String: Value]?) {
            guard left != right else { return }
            let left = left ?? [:]
            let right = right ?? [:]
            for (name, value) in left where right[name] != value { names.insert(name) }
            for name in right.keys where left[name] == nil { names.insert(name) }
        }
        compare(currentlyIn, other.currentlyIn)
        compare(verifiedIn, other.verifiedIn)
        compare(approvedFor, other.approvedFor)
        compare(observedIn, other.observedIn)
        compare(failedIn, other.failedIn)
        compare(unverifiedIn, other.unverifiedIn)
        return names
    }
}
