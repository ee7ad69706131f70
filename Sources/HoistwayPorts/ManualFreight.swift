/// Freight that a person composes: one artifact for each subscription of a warehouse.
package struct ManualFreight: Sendable, Codable, Equatable {
    /// `REPOSITORY:TAG`, with or without `@sha256:…`.
    package var images: [String]
    /// Each is `REPOSITORY=COMMIT`.
    package var commits: [String]
    /// Each is `REPOSITORY=VERSION`, or `REPOSITORY/CHART=VERSION` for a classic repository.
    package var charts: [String]
    /// Freight of the same warehouse that gives the artifacts that are not named: its id, the beginning of its id, or
    /// its alias.
    package var from: String?
    /// `nil`: an alias is generated.
    package var alias: String?

    package init(
        images: [String] = [],
        commits: [String] = [],
        charts: [String] = [],
        from: String? = nil,
        alias: String? = nil
    ) {
        self.images = images
        self.commits = commits
        self.charts = charts
        self.from = from
        self.alias = alias
    }
}
