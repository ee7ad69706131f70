/// The promotions with a push that has begun and whose result is not known yet.
package struct IntentIndex: RecordIndex {
    package typealias Key = String
    package typealias Record = PushIntent

    /// The number of intents of each promotion; there are only few at a time.
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
    /// The promotions whose commits it pushes.
    package var promotions: Set<PromotionID> { Set(branches.flatMap { $0.commits.map(\.promotion) }) }
}
