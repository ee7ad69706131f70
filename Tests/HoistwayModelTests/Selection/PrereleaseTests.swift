import HoistwayModel
import HoistwayPatterns
import Testing

/// Pre-releases that are selected because nothing says whether they are wanted.
struct PrereleaseTests {
    private func warnings(
        _ tag: String,
        constraint: String? = nil,
        strategy: ImageSubscription.Strategy = .semVer,
        allow: [String] = [],
        of image: String = World.image
    ) -> [String] {
        var rules = TagRules()
        rules.allow = allow
        let subscription = ImageSubscription(
            repoURL: World.image,
            key: ImageKey(normalised: World.image),
            strategy: strategy,
            constraint: constraint,
            tags: rules,
            place: World.place
        )
        let freight = Freight(
            id: FreightID("0123456"),
            alias: "",
            origin: World.warehouse,
            artifacts: [.image(ImageArtifact(repoURL: image, tag: tag, digest: World.digest("a")))],
            discoveredAt: Timestamp(seconds: 0)
        )
        return Prereleases.warnings(on: freight, subscriptions: [.image(subscription)], matcher: Patterns())
    }

    @Test func `freight with a pre-release that no constraint asked for says so`() {
        let told = warnings("1.3.0-rc.1")
        #expect(told.count == 1)
        #expect(told.first?.hasPrefix("ghcr.io/acme/app 1.3.0-rc.1 is a pre-release: ") == true)
        #expect(warnings("v1.3.0-beta", constraint: "").count == 1)
    }

    @Test func `a release, a constraint, another strategy and a rule that lets only such tags in are silent`() {
        #expect(warnings("1.3.0") == [])
        #expect(warnings("1.3.0+build.7") == [])
        #expect(warnings("1.3.0-rc.1", constraint: ">=0.0.0-0") == [])
        #expect(warnings("1.3.0-rc.1", strategy: .newestBuild) == [])
        #expect(warnings("1.3.0-alpine", allow: ["-alpine$"]) == [])
        #expect(warnings("1.3.0-rc.1", of: "ghcr.io/acme/other") == [])
    }
}
