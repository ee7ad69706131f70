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

    /// From when a stage promotes that was observed before.
    package struct ObservedUntil: Sendable, Equatable, Codable {
        /// By warehouse: when the newest freight was discovered that is not promoted automatically.
        package var newest: [String: Timestamp]
        package var at: Timestamp

        package init(newest: [String: Timestamp], at: Timestamp) {
            self.newest = newest
            self.at = at
        }
    }

    package var key: StageKey
    /// Newest first, at most `maxHistory`.
    package var history: [Collection]
    package var lastPromotion: PromotionID?
    package var pause: Pause?
    /// As of the last look at the configuration; `nil`: an older version recorded the stage.
    package var mode: PromotionMode?
    /// `nil`: the stage was never observed.
    package var observedUntil: ObservedUntil?

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
