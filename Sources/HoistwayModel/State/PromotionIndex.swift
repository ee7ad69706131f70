import HashTreeCollections

/// Which promotions are open, and which belong to which stage and freight.
package struct PromotionIndex: RecordIndex {
    package typealias Key = PromotionID
    package typealias Record = KnownPromotion

    private struct OfStage: Sendable {
        var all = OrderedList<PromotionID>()
        var open = OrderedList<PromotionID>()
    }

    /// All that have not ended, in the order of their names.
    package private(set) var open = OrderedList<PromotionID>()
    /// Those that may have opened pull requests, in the order of their names.
    package private(set) var proposing = OrderedList<PromotionID>()
    /// Open ones whose end a person has asked for, in the order of their names.
    package private(set) var aborting = OrderedList<PromotionID>()
    private var byStage: TreeDictionary<StageKey, OfStage> = [:]
    private var byFreight: TreeDictionary<FreightKey, TreeDictionary<String, OrderedList<PromotionID>>> = [:]
    /// Names of stages that have had promotions.
    private var stages: TreeDictionary<String, TreeSet<String>> = [:]

    package init() {}

    /// Those of a stage, oldest first.
    package func all(of stage: StageKey) -> OrderedList<PromotionID> { byStage[stage]?.all ?? OrderedList() }

    /// Those of a stage that have not ended, oldest first.
    package func open(of stage: StageKey) -> OrderedList<PromotionID> { byStage[stage]?.open ?? OrderedList() }

    /// Those of one piece of freight to one stage, oldest first.
    package func all(of freight: FreightKey, to stage: String) -> OrderedList<PromotionID> {
        byFreight[freight]?[stage] ?? OrderedList()
    }

    /// Those of one piece of freight, in the order of their names.
    package func all(of freight: FreightKey) -> [PromotionID] {
        (byFreight[freight] ?? [:]).values.flatMap(\.self).sorted()
    }

    /// The stages of a project that have promotions, in no order.
    package func stages(of project: String) -> some Sequence<String> { stages[project] ?? [] }

    package mutating func replace(_ old: KnownPromotion?, with new: KnownPromotion?) {
        let isSame = old?.stage == new?.stage && old?.freight == new?.freight && old?.id == new?.id
        if let old, !isSame { remove(old) }
        if let new, !isSame { insert(new) }
        guard isSame, let old, let new else { return }
        if old.phase.isTerminal != new.phase.isTerminal { noteEnd(of: new) }
        if old.mayHaveProposed != new.mayHaveProposed { noteProposals(of: new) }
        if old.isAborting != new.isAborting { noteAbort(of: new) }
    }

    private mutating func insert(_ record: KnownPromotion) {
        byStage[record.stage, default: OfStage()].all.insert(record.id)
        byFreight[record.freightKey, default: [:]][record.stage.name, default: OrderedList()].insert(record.id)
        stages[record.stage.project, default: []].insert(record.stage.name)
        noteEnd(of: record)
        noteProposals(of: record)
        noteAbort(of: record)
    }

    private mutating func noteAbort(of record: KnownPromotion) {
        if record.isAborting { aborting.insert(record.id) } else { aborting.remove(record.id) }
    }

    private mutating func noteProposals(of record: KnownPromotion) {
        if record.mayHaveProposed {
            proposing.insert(record.id)
        } else {
            proposing.remove(record.id)
        }
    }

    private mutating func noteEnd(of record: KnownPromotion) {
        if record.phase.isTerminal {
            byStage[record.stage]?.open.remove(record.id)
            open.remove(record.id)
        } else {
            byStage[record.stage, default: OfStage()].open.insert(record.id)
            open.insert(record.id)
        }
    }

    private mutating func remove(_ record: KnownPromotion) {
        open.remove(record.id)
        proposing.remove(record.id)
        aborting.remove(record.id)
        byStage[record.stage]?.open.remove(record.id)
        byStage[record.stage]?.all.remove(record.id)
        if byStage[record.stage]?.all.isEmpty == true {
            byStage[record.stage] = nil
            stages[record.stage.project]?.remove(record.stage.name)
            if stages[record.stage.project]?.isEmpty == true { stages[record.stage.project] = nil }
        }
        let freight = record.freightKey
        byFreight[freight]?[record.stage.name]?.remove(record.id)
        if byFreight[freight]?[record.stage.name]?.isEmpty == true { byFreight[freight]?[record.stage.name] = nil }
        if byFreight[freight]?.isEmpty == true { byFreight[freight] = nil }
    }
}

extension KnownPromotion {
    fileprivate var isAborting: Bool { open?.abortedBy != nil }
}
