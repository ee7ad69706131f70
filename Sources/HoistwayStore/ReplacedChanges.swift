import HoistwayModel

extension [Change] {
    /// Without changes whose record a later change writes again: all are stored together.
    ///
    /// When a hundred promotions of one piece of freight end together, each changes the freight's record.
    var withoutReplaced: [Change] {
        var later: Set<PutRecord> = []
        return reversed().filter { change in PutRecord(change).map { later.insert($0).inserted } ?? true }.reversed()
    }
}

/// The record that a change writes.
private enum PutRecord: Hashable {
    case freight(FreightKey)
    case promotion(PromotionID)
    case stepResults(PromotionID)
    case stage(StageKey)
    case branch(BranchKey)

    /// `nil` for a change that is always stored: it removes something, is seldom repeated, or adds to earlier data, as
    /// a subscription's new tags do.
    init?(_ change: Change) {
        switch change {
        case .putFreight(let record): self = .freight(record.key)
        case .putPromotion(let record): self = .promotion(record.id)
        case .putStepResults(let id, _): self = .stepResults(id)
        case .putStage(let record): self = .stage(record.key)
        case .putBranch(let record): self = .branch(record.key)
        default: return nil
        }
    }
}
