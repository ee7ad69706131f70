/// Freight that a person puts together: one artifact for each subscription of a warehouse.
package struct ManualFreight: Sendable, Codable, Equatable {
    /// `REPOSITORY:TAG`, with or without `@sha256:…`.
    package var images: [String]
    /// `REPOSITORY=COMMIT`, each.
    package var commits: [String]
    /// `REPOSITORY=VERSION`, of a classic repository `REPOSITORY/CHART=VERSION`.
    package var charts: [String]
    /// Freight of the same warehouse that gives what is left out: id, unique beginning of one, or alias.
    package var from: String?
    /// `nil`: one is made up.
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
