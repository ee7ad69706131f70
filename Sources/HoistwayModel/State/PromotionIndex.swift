import HashTreeCollections

/// The open promotions, and the promotions of each stage and freight.
package struct PromotionIndex: RecordIndex {
    package typealias Key = PromotionID
    package typealias Record = KnownPromotion

    private struct OfStage: Sendable {
        var all = OrderedList<PromotionID>()
        var open = OrderedList<PromotionID>()

        /// Returns whether it is the only one.
        mutating func insert(_ id: PromotionID, isOpen: Bool) -> Bool {
            all.insert(id)
            if isOpen { open.insert(id) }
            return all.count == 1
        }
    }

    /// All promotions that have not ended, in the order of their names.
    package private(set) var open = OrderedList<PromotionID>()
    /// Promotions that may have opened pull requests, in the order of their names.
    package private(set) var proposing = OrderedList<PromotionID>()
    /// Open promotions whose end a person has requested, in the order of their names.
    package private(set) var aborting = OrderedList<PromotionID>()
    private var byStage: TreeDictionary<StageKey, OfStage> = [:]
    private var byFreight: TreeDictionary<FreightKey, TreeDictionary<String, OrderedList<PromotionID>>> = [:]
    /// Names of stages that have had promotions.
    private var stages: TreeDictionary<String, TreeSet<String>> = [:]

    package init() {}

    /// - Parameter noted: all promotions, in any order.
    init(_ noted: [StageKey: [PromotionLoading.Noted]]) {
        let sorted = noted.sorted { ($0.key.project, $0.key.name) < ($1.key.project, $1.key.name) }
        for (stage, promotions) in sorted {
            let inOrder = promotions.sorted { $0.id < $1.id }
            stages[stage.project, default: []].insert(stage.name)
            byStage[stage] = OfStage(
                all: OrderedList(sorted: inOrder.map(\.id)),
                open: OrderedList(sorted: inOrder.filter(\.isOpen).map(\.id))
            )
            var ofFreight: [FreightID: [PromotionID]] = [:]
            for promotion in inOrder {
                ofFreight[promotion.freight, default: []].append(promotion.id)
                if promotion.isOpen { open.insert(promotion.id) }
                if promotion.mayHaveProposed { proposing.insert(promotion.id) }
                if promotion.isAborting { aborting.insert(promotion.id) }
            }
            for (freight, ids) in ofFreight {
                let key = FreightKey(project: stage.project, id: freight)
                byFreight[key, default: [:]][stage.name] = OrderedList(sorted: ids)
            }
        }
    }

    /// All promotions of a stage, oldest first.
    package func all(of stage: StageKey) -> OrderedList<PromotionID> { byStage[stage]?.all ?? OrderedList() }

    /// The open promotions of a stage, oldest first.
    package func open(of stage: StageKey) -> OrderedList<PromotionID> { byStage[stage]?.open ?? OrderedList() }

    /// The newest promotion of each stage, in no particular order.
    package var newest: some Sequence<PromotionID> { byStage.values.lazy.compactMap(\.all.last) }

    /// Promotions of one freight to one stage, oldest first.
    package func all(of freight: FreightKey, to stage: String) -> OrderedList<PromotionID> {
        byFreight[freight]?[stage] ?? OrderedList()
    }

    /// Promotions of one freight, in the order of their names.
    package func all(of freight: FreightKey) -> [PromotionID] {
        (byFreight[freight] ?? [:]).values.flatMap(\.self).sorted()
    }

    /// The stages of a project with promotions, in no particular order.
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

    /// Adds a promotion that is not in any list yet.
    private mutating func insert(_ record: KnownPromotion) {
        let (outline, isOpen) = (record.outline, !record.phase.isTerminal)
        let isFirst = byStage[outline.stage, default: OfStage()].insert(outline.id, isOpen: isOpen)
        if isFirst { stages[outline.stage.project, default: []].insert(outline.stage.name) }
        byFreight[record.freightKey, default: [:]][outline.stage.name, default: OrderedList()].insert(outline.id)
        if isOpen { open.insert(outline.id) }
        if record.mayHaveProposed { proposing.insert(outline.id) }
        if record.isAborting { aborting.insert(outline.id) }
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
    var isAborting: Bool { open?.abortedBy != nil }
}
