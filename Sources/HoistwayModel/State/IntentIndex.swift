/// Whose pushes were begun, and nobody knows yet how they ended.
package struct IntentIndex: RecordIndex {
    package typealias Key = String
    package typealias Record = PushIntent

    /// How many intents each promotion is in; they are few at a time.
    private var pushing: [PromotionID: Int] = [:]

    package init() {}

    package func isPushing(_ promotion: PromotionID) -> Bool { pushing[promotion] != nil }

    package mutating func replace(_ old: PushIntent?, with new: PushIntent?) {
        for id in old?.promotions ?? [] {
            let rest = (pushing[id] ?? 1) - 1
            pushing[id] = rest > 0 ? rest : nil
        }
        for id in new?.promotions ?? [] { pushing[id, default: 0] += 1 }
    }
}

extension PushIntent {
    /// Whose commits it pushes.
    package var promotions: Set<PromotionID> { Set(branches.flatMap { $0.commits.map(\.promotion) }) }
}
