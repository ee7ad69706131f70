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

    /// Why nothing is promoted to a stage by itself until a person has looked.
    package struct Pause: Sendable, Equatable, Codable {
        package enum Kind: String, Sendable, Codable {
            /// What its branches hold is not known, since they could not be read: promotions are made, and look again
            /// before they push.
            case notLooked
            /// Its branches bear commits of promotions that this state knows nothing of.
            case lostState
            /// Another instance, or another updater, commits what this stage commits.
            case twoWriters
        }

        package var kind: Kind
        /// One sentence for people.
        package var reason: String
        package var since: Timestamp

        package init(kind: Kind, reason: String, since: Timestamp) {
            self.kind = kind
            self.reason = reason
            self.since = since
        }
    }

    package var key: StageKey
    /// Newest first, at most `maxHistory`.
    package var history: [Collection]
    package var lastPromotion: PromotionID?
    package var pause: Pause?

    package init(
        key: StageKey,
        history: [Collection] = [],
        lastPromotion: PromotionID? = nil,
        pause: Pause? = nil
    ) {
        self.key = key
        self.history = history
        self.lastPromotion = lastPromotion
        self.pause = pause
    }

    package func current(of warehouse: String) -> FreightID? {
        history.first?.items[warehouse]
    }
}
