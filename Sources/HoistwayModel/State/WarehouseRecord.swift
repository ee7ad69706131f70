/// What is known of a warehouse as a whole.
package struct WarehouseRecord: Sendable, Equatable, Codable {
    /// The newest artifacts of a warehouse, of which `freightCreationCriteria` let no freight be made.
    package struct HeldBack: Sendable, Equatable, Codable {
        /// What the freight's id would be.
        package var freight: FreightID
        /// The artifacts, for people.
        package var summary: String
        /// The expression, as it was then.
        package var criteria: String
        /// Why it has no result; `nil`: it is false.
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

        /// Whether it says the same as another, whenever it was found.
        package func isSame(as other: HeldBack) -> Bool {
            freight == other.freight && criteria == other.criteria && failure == other.failure
        }
    }

    package var key: WarehouseKey
    /// `nil`: the newest are freight, or there is no criterion.
    package var heldBack: HeldBack?

    package init(key: WarehouseKey, heldBack: HeldBack? = nil) {
        self.key = key
        self.heldBack = heldBack
    }
}
