import HoistwayModel
import HoistwayPorts

/// The present state around a previewed promotion.
struct PreviewSurroundings: Sendable {
    let core: EngineCore
    let entry: PreviewBook.Entry
    let state: PipelineState

    private var stage: StageKey { entry.record.stage }
    private var warehouse: String { entry.freight.origin.name }

    private func freight(_ id: FreightID?) -> Freight? {
        id.flatMap { state.freight[FreightKey(project: stage.project, id: $0)]?.freight }
    }

    /// For all warehouses from which the stage requests freight.
    var artifacts: [PreviewView.ArtifactChange] {
        let items = state.stages[stage]?.history.first?.items ?? [:]
        return entry.record.collection.keys.sorted().flatMap { name -> [PreviewView.ArtifactChange] in
            let new =
                entry.record.collection[name] == entry.freight.id
                ? entry.freight : freight(entry.record.collection[name])
            return PreviewedArtifacts.changes(of: name, from: freight(items[name]), to: new)
        }
    }

    var rollback: PreviewView.Rollback {
        let present = freight(state.stages[stage]?.current(of: warehouse))
        let answer = Rollback.answer(from: present, to: entry.freight)
        return PreviewView.Rollback(isRollback: answer.isRollback, reason: answer.reason)
    }

    var waiting: [PreviewView.OpenPromotion] {
        state.openPromotions(of: stage).map { record in
            PreviewView.OpenPromotion(record, alias: freight(record.freight)?.alias ?? record.freight.short)
        }
    }

    /// The dispatcher's decision if the freight were in the stage.
    var replacement: PreviewView.Replacement {
        let pipelines = core.configuration.pipelines
        guard let project = pipelines.projects[stage.project], let found = project.stages[stage.name],
            let request = found.requestedFreight.first(where: { $0.warehouse == warehouse })
        else { return .init(when: .never, reason: "\(stage) no longer requests its freight") }
        let auto = AutoPromotion.of(found, in: project, matcher: core.ports.matcher)
        guard auto.isEnabled else { return .init(when: .never, reason: auto.summary) }
        var later = state
        later.promotions = RecordTable(later.promotions(of: stage).filter(\.phase.isTerminal), by: \.id)
        var record = later.stages[stage] ?? StageRecord(key: stage)
        record.lost = nil
        record.history.insert(
            StageRecord.Collection(
                items: entry.record.collection,
                promotion: entry.record.id,
                at: core.ports.clock.now()
            ),
            at: 0
        )
        later.stages[stage] = record
        var result = Dispatch.Result()
        let verdict = core.decider.dispatch.evaluate(found, request: request, auto: auto, state: later, into: &result)
        if verdict.kind == .promote, let other = freight(verdict.freight?.id) {
            return .init(
                when: .atOnce,
                freight: other.alias,
                reason: "\(auto.summary), and freight \(other.alias) is promoted once this promotion is over"
            )
        }
        if let moment = result.nextLook {
            return .init(
                when: .later,
                at: moment,
                reason: "\(auto.summary): other freight may become available at \(moment.rfc3339)"
            )
        }
        return .init(
            when: .withNewFreight,
            reason: "\(auto.summary): the next freight that becomes available is promoted in its place"
        )
    }
}
