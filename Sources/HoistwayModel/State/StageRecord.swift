/// A stage's present and past freight.
package struct StageRecord: Sendable, Equatable, Codable {
    package static let maxHistory = 10

    /// Freight by warehouse name.
    package struct Collection: Sendable, Equatable, Codable {
        package var items: [String: FreightID]
        package var promotion: PromotionID
        package var at: Timestamp

        package init(items: [String: FreightID], promotion: PromotionID, at: Timestamp) {
            self.items = items
            self.promotion = promotion
            self.at = at
        }
    }

    package var key: StageKey
    /// Newest first, at most `maxHistory`.
    package var history: [Collection]
    package var lastPromotion: PromotionID?

    package init(key: StageKey, history: [Collection] = [], lastPromotion: PromotionID? = nil) {
        self.key = key
        self.history = history
        self.lastPromotion = lastPromotion
    }

    package func current(of warehouse: String) -> FreightID? {
        history.first?.items[warehouse]
    }
}
