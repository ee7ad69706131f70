import HoistwayModel
package import HoistwayPorts

/// The contract of every ``ChartRepository``, with an `index.yaml` or in a registry.
package enum ChartRepositoryContract {
    /// A repository with one chart; `publish` adds versions to it.
    package struct Subject: Sendable {
        package var charts: any ChartRepository
        /// The chart, in a repository that the configuration names.
        package var chart: ChartSource
        /// A chart that the repository does not have.
        package var missing: ChartSource
        package var project: String
        /// Puts a version of the chart into the repository; gives the packed chart.
        package var publish: @Sendable (_ version: String) async throws -> [UInt8]
        /// From now on the repository refuses the login.
        package var revoke: @Sendable () async throws -> Void
        /// Whether the repository has digests.
        package var givesDigests: Bool

        package init(
            charts: any ChartRepository,
            chart: ChartSource,
            missing: ChartSource,
            project: String,
            givesDigests: Bool,
            publish: @escaping @Sendable (_ version: String) async throws -> [UInt8],
            revoke: @escaping @Sendable () async throws -> Void
        ) {
            self.charts = charts
            self.chart = chart
            self.missing = missing
            self.project = project
            self.givesDigests = givesDigests
            self.publish = publish
            self.revoke = revoke
        }

        fileprivate func versions() async throws -> [String] {
            try await charts.versions(of: chart, project: project).entries.map(\.version).sorted()
        }

        fileprivate func archive(_ version: String, limit: Int = 1 << 20) async throws -> PackedChart {
            try await charts.archive(of: chart, version: version, limit: limit, project: project)
        }
    }

    /// Checks the whole contract, in order.
    package static func run(_ subject: Subject) async throws {
        let first = try await subject.publish("1.0.0")
        try require(try await subject.versions(), equals: ["1.0.0"], "what was published is listed")
        let second = try await subject.publish("1.1.0+build.7")
        try require(
            try await subject.versions(),
            equals: ["1.0.0", "1.1.0+build.7"],
            "what is published later is listed at the next look, by its whole version"
        )
        for (version, bytes) in [("1.0.0", first), ("1.1.0+build.7", second)] {
            try require(
                try await subject.archive(version),
                equals: PackedChart(bytes: bytes, isVerified: subject.givesDigests),
                "the packed chart \(version), and whether it was verified"
            )
        }
        try await fails("a version that is not there", as: .notFound) { try await subject.archive("9.0.0") }
        try await fails("a version that no repository can have", as: nil) { try await subject.archive("../1.0.0") }
        try await fails("more bytes than the limit", as: .malformed) {
            try await subject.archive("1.0.0", limit: first.count - 1)
        }
        try await absent(subject)
        try await subject.revoke()
        try await fails("a login that is not taken", as: .unauthorized) { try await subject.versions() }
        try await fails("a login that is not taken", as: .unauthorized) { try await subject.archive("1.0.0") }
    }

    /// A chart that an index does not list; in a registry, a repository that does not exist.
    private static func absent(_ subject: Subject) async throws {
        do throws(ChartFailure) {
            let listing = try await subject.charts.versions(of: subject.missing, project: subject.project)
            guard listing.isEmpty else { throw ChartFailure(.malformed(host: "", detail: "it has versions")) }
        } catch {
            try require(error.kind, equals: .notFound, "a chart that is not there")
        }
    }

    private static func fails<Value: Sendable>(
        _ what: String,
        as kind: FailureKind?,
        _ body: () async throws -> Value
    ) async throws {
        do {
            _ = try await body()
        } catch let failure as ChartFailure {
            if let kind { try require(failure.kind, equals: kind, what) }
            // A step that repeats its request for ever would block its promotion for ever.
            if kind == .unauthorized { try require(failure.retry != .backoff, "\(what) is not tried for ever") }
            return
        }
        throw ContractViolation("\(what): there was an answer")
    }
}
