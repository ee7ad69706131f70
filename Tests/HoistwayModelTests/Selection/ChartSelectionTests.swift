import HoistwayModel
import Testing

struct ChartSelectionTests {
    private static let place = SourcePlace(file: "w.yaml", line: 1)

    private static func chart(_ constraint: String? = nil, oci: Bool = false) -> ChartSubscription {
        ChartSubscription(
            repoURL: oci ? "oci://reg.test/charts/web" : "https://charts.test/stable",
            name: oci ? "" : "web",
            semverConstraint: constraint,
            place: place
        )
    }

    private static func choose(
        _ versions: [String],
        _ constraint: String? = nil,
        oci: Bool = false
    ) -> ChartSelection.Choice {
        let listing = ChartListing(entries: versions.map { ChartListing.Entry(version: $0) })
        return ChartSelection.choose(among: listing, for: chart(constraint, oci: oci))
    }

    @Test func `the highest version wins, whatever its place in the list`() {
        #expect(Self.choose(["1.2.0", "1.10.0", "1.9.3"]).newest == "1.10.0")
        #expect(Self.choose(["1.2.0", "2.0.0", "1.3.0"], "^1.0.0").newest == "1.3.0")
        #expect(Self.choose([]).newest == nil)
    }

    @Test func `versions of one precedence are ordered by their text`() {
        #expect(Self.choose(["1.0.0+a", "1.0.0+b", "1.0"]).newest == "1.0.0+b")
    }

    @Test func `an index may have loose versions, a registry may not`() {
        #expect(Self.choose(["v1.2", "1.1.0"]).newest == "v1.2")
        let strict = Self.choose(["v1.2.0", "1.2", "1.1.0"], oci: true)
        #expect(strict.newest == "1.1.0")
        #expect(
            strict.skipped == [
                "version v1.2.0 begins with v, which no version of a chart in a registry does",
                "version 1.2 is not strict semver (three numbers)",
            ]
        )
    }

    @Test func `each version before the chosen one is named with its reason`() {
        let listing = ChartListing(
            entries: [
                .init(version: "3.0.0", standing: .removed), .init(version: "2.5.0", standing: .deprecated),
                .init(version: "2.0.0-rc.1"), .init(version: "not\u{7}one"), .init(version: "1.5.0"),
                .init(version: "1.4.0", standing: .deprecated),
            ],
            unreadable: ["entry 9 of the chart has no version that can be read"]
        )
        let choice = ChartSelection.choose(among: listing, for: Self.chart("<3"))
        #expect(choice.newest == "1.5.0")
        #expect(
            choice.skipped == [
                "version 3.0.0 was removed", "version 2.5.0 is deprecated",
                "version 2.0.0-rc.1 is a prerelease, and constraint <3 names none",
                "entry 9 of the chart has no version that can be read", "version not?one is not a semantic version",
            ]
        )
    }

    @Test func `at most a hundred are named`() {
        let choice = Self.choose((0..<5000).map { "9.0.\($0)" } + ["1.0.0"], "<2")
        #expect(choice.newest == "1.0.0")
        #expect(choice.skipped.count == 100)
    }

    @Test func `where no version counts, or there is no such chart, that is said first`() {
        #expect(
            Self.choose(["1.0.0", "bad"], "^9.0.0").skipped == [
                "none of the 2 versions that are there counts", "version 1.0.0 is outside constraint ^9.0.0",
                "version bad is not a semantic version",
            ]
        )
        let something = ChartListing(entries: [.init(version: "1.0.0")])
        #expect(ChartSelection.absence(in: something, of: Self.chart("^9.0.0")) == nil)
        #expect(
            ChartSelection.absence(in: ChartListing(), of: Self.chart())
                == "its index.yaml lists no chart with the name 'web': check `name`"
        )
        #expect(ChartSelection.absence(in: ChartListing(), of: Self.chart(oci: true))?.contains("`repoURL`") == true)
    }

    @Test func `a subscription's id has the normalised repository, and the name where there is one`() {
        #expect(Subscription.chart(Self.chart(oci: true)).id == "chart reg.test/charts/web")
        #expect(Subscription.chart(Self.chart()).id == "chart https://charts.test/stable web")
        #expect(Self.chart().host == "charts.test")
    }
}
