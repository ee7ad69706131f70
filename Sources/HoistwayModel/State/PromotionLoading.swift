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

    /// Promotions that were prepared on another thread.
    package struct Batch: Sendable {
        fileprivate struct Entry: Sendable {
            var stage: StageKey
            var noted: Noted
            var held: RecordMap<PromotionID, KnownPromotion>.Held
        }

        fileprivate var entries: [Entry] = []

        package init() {}

        package var count: Int { entries.count }

        /// - Parameter promotion: must be the only one with its name.
        package mutating func append(_ promotion: KnownPromotion) {
            let noted = Noted(
                id: promotion.id,
                freight: promotion.freight,
                isOpen: !promotion.phase.isTerminal,
                mayHaveProposed: promotion.mayHaveProposed,
                isAborting: promotion.isAborting
            )
            entries.append(
                Entry(
                    stage: promotion.stage,
                    noted: noted,
                    held: RecordMap<PromotionID, KnownPromotion>.Held(promotion)
                )
            )
        }
    }

    private var records = RecordMap<PromotionID, KnownPromotion>()
    private var noted: [StageKey: [Noted]] = [:]

    package init() {}

    package mutating func add(_ batch: Batch) {
        for entry in batch.entries {
            records.put(entry.held, for: entry.noted.id)
            noted[entry.stage, default: []].append(entry.noted)
        }
    }

    package func table() -> RecordTable<PromotionIndex> {
        RecordTable(records, index: PromotionIndex(noted))
    }
}
