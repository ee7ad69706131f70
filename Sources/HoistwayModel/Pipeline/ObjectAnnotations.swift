/// What annotations of a Stage's or a Warehouse's manifest say, of those that have a meaning here.
package struct ObjectAnnotations: Sendable, Equatable, Codable {
    /// Before the name of each.
    package static let prefix = "kargo.akuity.io/"

    /// Something to do once for each new value.
    package enum Request: String, Sendable, Codable, CaseIterable {
        /// Look at all that the warehouse subscribes to, or at the stage's branches.
        case refresh
        /// Verify the stage's freight once more.
        case reverify
        /// End the stage's open promotion.
        case abort
    }

    /// As `#rrggbb`.
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
