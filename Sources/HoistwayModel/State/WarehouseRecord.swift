/// The stored facts about a whole warehouse.
package struct WarehouseRecord: Sendable, Equatable, Codable {
    /// The newest artifacts of a warehouse from which `freightCreationCriteria` prevented freight.
    package struct HeldBack: Sendable, Equatable, Codable {
        /// The id that the freight would have.
        package var freight: FreightID
        /// The artifacts, for people.
        package var summary: String
        /// The expression of that time.
        package var criteria: String
        /// Why the expression has no result; `nil`: its result is false.
        package var failure: String?
        package var since: Timestamp

        package init(freight: FreightID, summary: String, criteria: String, failure: String?, since: Timestamp) {
            self.freight = freight
            self.summary = summary
            self.criteria = criteria
            self.failure = failure
            self.since = since
        }

        /// One sentence for people.
        package func sentence(warehouse: String) -> String {
            let expression = ShownText.quoted(criteria.split(whereSeparator: \.isWhitespace).joined(separator: " "))
            let why =
                failure.map { "freightCreationCriteria \(expression) cannot be evaluated: \($0)" }
                ?? "freightCreationCriteria \(expression) is false"
            return "warehouse \(warehouse) makes no freight of \(summary): \(why)"
        }

        /// Whether it is the same as another, apart from its time.
        package func isSame(as other: HeldBack) -> Bool {
            freight == other.freight && criteria == other.criteria && failure == other.failure
        }
    }

    package var key: WarehouseKey
    /// `nil`: there is freight of the newest artifacts, or there are no criteria.
    package var heldBack: HeldBack?

    package init(key: WarehouseKey, heldBack: HeldBack? = nil) {
        self.key = key
        self.heldBack = heldBack
    }
}
