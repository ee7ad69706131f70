/// The commit that a promotion has delivered for a commit of its freight.
///
/// They differ where a checkout uses a branch, a tag or a fixed commit instead of the freight's commit.
package struct DeliveredCommit: Sendable, Equatable, Codable {
    /// The warehouse of the freight with the commit.
    package var warehouse: String
    package var carried: ObjectID
    package var delivered: ObjectID
    /// The branch or tag in the checkout; `nil` where it names a commit.
    package var ref: String?

    package init(warehouse: String, carried: ObjectID, delivered: ObjectID, ref: String? = nil) {
        self.warehouse = warehouse
        self.carried = carried
        self.delivered = delivered
        self.ref = ref
    }

    /// For example `0123456 of main`; `nil` where the freight's commit was delivered.
    package var replacement: String? {
        guard carried != delivered else { return nil }
        return delivered.short + (ref.map { " of \($0)" } ?? "")
    }
}
