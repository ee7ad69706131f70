package import HoistwayModel

/// The pushes that Hoistway would have made, compared with the commits that others pushed.
package struct ComparisonView: Sendable, Codable, Equatable {
    package var stage: String
    package var since: Timestamp
    /// How many rows have each verdict.
    package var counts: [String: Int]
    package var rows: [Comparison.Row]
    /// Whether a branch has more commits in that time than are read.
    package var isCut: Bool

    package init(stage: String, since: Timestamp, counts: [String: Int], rows: [Comparison.Row], isCut: Bool) {
        self.stage = stage
        self.since = since
        self.counts = counts
        self.rows = rows
        self.isCut = isCut
    }
}
