/// Which commit a promotion has delivered for a commit that its freight carries.
///
/// They differ where a checkout takes a branch, a tag or a fixed commit, and not the freight's commit.
package struct DeliveredCommit: Sendable, Equatable, Codable {
    /// Whose freight carries the commit.
    package var warehouse: String
    package var carried: ObjectID
    package var delivered: ObjectID
    /// The branch or tag that the checkout names; `nil` where it names a commit.
    package var ref: String?

    package init(warehouse: String, carried: ObjectID, delivered: ObjectID, ref: String? = nil) {
        self.warehouse = warehouse
        self.carried = carried
        self.delivered = delivered
        self.ref = ref
    }

    /// As in `0123456 of main`; `nil` where the freight's commit was delivered.
    package var replacement: String? {
        guard carried != delivered else { return nil }
        return delivered.short + (ref.map { " of \($0)" } ?? "")
    }
}
