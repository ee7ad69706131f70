/// The annotations of a Stage's or a Warehouse's manifest that have a meaning here.
package struct ObjectAnnotations: Sendable, Equatable, Codable {
    /// The prefix of each name.
    package static let prefix = "kargo.akuity.io/"

    /// An action that is done once for each new value.
    package enum Request: String, Sendable, Codable, CaseIterable {
        /// Look at all subscriptions of the warehouse, or at the stage's branches.
        case refresh
        /// Verify the stage's freight again.
        case reverify
        /// End the stage's open promotion.
        case abort
    }

    /// In the form `#rrggbb`.
    package var color: String?
    package var description: String?
    package var refresh: String?
    package var reverify: String?
    package var abort: String?

    package init(
        color: String? = nil,
        description: String? = nil,
        refresh: String? = nil,
        reverify: String? = nil,
        abort: String? = nil
    ) {
        self.color = color
        self.description = description
        self.refresh = refresh
        self.reverify = reverify
        self.abort = abort
    }

    package func value(of request: Request) -> String? {
        switch request {
        case .refresh: refresh
        case .reverify: reverify
        case .abort: abort
        }
    }
}
