/// Puts stored promotions into a table: faster than one change after the other, and the same in the end.
///
/// They come in the order of their names, so that neighbours are of any project. Here the index is made stage by stage,
/// where neighbours have most of what is touched in common.
package struct PromotionLoading: Sendable {
    /// What the index needs of one.
    struct Noted: Sendable {
        var id: PromotionID
        var freight: FreightID
        var isOpen: Bool
        var mayHaveProposed: Bool
        var isAborting: Bool
    }

    private var records = RecordMap<PromotionID, KnownPromotion>()
    private var noted: [StageKey: [Noted]] = [:]

    package init() {}

    /// - Parameter promotion: no other one with its name is added.
    package mutating func add(_ promotion: KnownPromotion) {
        let outline = promotion.outline
        records[outline.id] = promotion
        noted[outline.stage, default: []].append(
            Noted(
                id: outline.id,
                freight: outline.freight,
                isOpen: !outline.phase.isTerminal,
                mayHaveProposed: promotion.mayHaveProposed,
                isAborting: promotion.isAborting
            )
        )
    }

    package func table() -> RecordTable<PromotionIndex> {
        RecordTable(records, index: PromotionIndex(noted))
    }
}
