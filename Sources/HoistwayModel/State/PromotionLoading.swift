/// Puts stored promotions into a table: faster than one change after another, with the same result.
///
/// They arrive in the order of their names, so neighbours can belong to any project. The index is made stage by stage,
/// where neighbours share most of the memory that is changed.
package struct PromotionLoading: Sendable {
    /// The data of a promotion that the index needs.
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

    /// - Parameter promotion: must be the only one with its name.
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
