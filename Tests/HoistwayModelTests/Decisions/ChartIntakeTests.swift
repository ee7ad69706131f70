import HoistwayCrypto
import HoistwayModel
import HoistwayPatterns
import Testing

struct ChartIntakeTests {
    private typealias Question = HoistwayModel.Confirmation

    private static let key = WarehouseKey(project: "shop", name: "charts")
    private static let image = "reg.test/charts/web"
    private static let oci = ChartSubscription(
        repoURL: "oci://reg.test/charts/web",
        name: "",
        semverConstraint: "^1.0.0",
        place: World.place
    )
    private static let classic = ChartSubscription(
        repoURL: "https://gitea.test/api/packages/acme/helm",
        name: "web",
        semverConstraint: nil,
        place: World.place
    )

    private struct Shop {
        var state = PipelineState()
        let warehouse: Warehouse
        let subscription: ChartSubscription

        init(_ subscription: ChartSubscription) {
            self.subscription = subscription
            warehouse = Warehouse(key: key, subscriptions: [.chart(subscription)], place: World.place)
        }

        var subscriptionKey: SubscriptionKey {
            SubscriptionKey(warehouse: key, subscription: Subscription.chart(subscription).id)
        }

        private func intake(_ answers: [Question: Question.Answer]) -> Intake {
            Intake(
                pipelines: Pipelines(projects: ["shop": Project(name: "shop", warehouses: ["charts": warehouse])]),
                now: Timestamp(seconds: 1_800_000_000),
                answers: answers,
                sha1: { SHA1.hash($0) }
            )
        }

        mutating func receive(
            _ event: Event,
            isEvidence: Bool = true,
            answers: [Question: Question.Answer] = [:]
        ) -> Intake.Decision {
            let source = EventSource(
                receiver: "hook",
                scope: nil,
                projects: nil,
                isEvidence: isEvidence,
                receivedAt: Timestamp(seconds: 1_800_000_000),
                name: "hook delivery 1"
            )
            let decision = intake(answers).decide(event, from: source, on: state, matcher: Patterns())
            for change in decision.changes { state.apply(change) }
            return decision
        }

        mutating func look(_ versions: [String]) -> Intake.Result {
            let listing = ChartListing(entries: versions.map { ChartListing.Entry(version: $0) })
            let choice = ChartSelection.choose(among: listing, for: subscription)
            let observation = Observation(
                subscription: subscriptionKey,
                newest: choice.newest.map {
                    .chart(ChartArtifact(repoURL: subscription.repoURL, name: subscription.name, version: $0))
                },
                known: state.subscriptions[subscriptionKey]
            )
            let result = intake([:]).decide(
                [observation],
                of: warehouse,
                on: state,
                cause: "discovery",
                matcher: Patterns()
            )
            for change in result.changes { state.apply(change) }
            return result
        }

        var versions: [String] { state.freight.values.flatMap(\.freight.charts).map(\.version).sorted() }
    }

    private static func pushed(_ version: String, of image: String = image) -> Event {
        .chart(ChartEvent(repository: ImageKey(normalised: image), chart: "web", version: version))
    }

    @Test func `a proven event of a chart is freight without asking anybody`() throws {
        var shop = Shop(Self.oci)
        let decision = shop.receive(Self.pushed("1.2.0+build"))
        #expect(decision.needs.isEmpty)
        let freight = try #require(shop.state.freight.values.first).freight
        #expect(freight.charts == [ChartArtifact(repoURL: Self.oci.repoURL, name: "", version: "1.2.0+build")])
        #expect(shop.receive(Self.pushed("1.1.0")).trace.contains { $0.contains("1.1.0 is older than 1.2.0+build") })
        #expect(shop.receive(Self.pushed("2.0.0")).trace.contains { $0.hasSuffix("is outside constraint ^1.0.0") })
        #expect(shop.versions == ["1.2.0+build"])
    }

    @Test func `a hint is confirmed at the repository`() throws {
        var shop = Shop(Self.oci)
        let question = Question.chart(shop.subscriptionKey, version: "1.2.0")
        #expect(shop.receive(Self.pushed("1.2.0"), isEvidence: false).needs == [question])
        let no: [ChartAnswer] = [.absent, .unwanted("version 1.2.0 is deprecated")]
        for answer in no {
            _ = shop.receive(Self.pushed("1.2.0"), isEvidence: false, answers: [question: .chart(answer)])
            #expect(shop.versions.isEmpty)
        }
        _ = shop.receive(Self.pushed("1.2.0"), isEvidence: false, answers: [question: .chart(.found)])
        #expect(shop.versions == ["1.2.0"])
    }

    @Test func `a tag that may be an image's is asked for, however well its event is proven`() throws {
        var shop = Shop(Self.oci)
        let event = Event.image(ImageEvent(image: ImageKey(normalised: Self.image), tags: ["1.3.0_b"]))
        #expect(shop.receive(event).needs == [.chart(shop.subscriptionKey, version: "1.3.0+b")])
    }

    @Test func `a chart of another name, or of another repository, concerns nobody`() {
        var shop = Shop(Self.classic)
        let other = Event.chart(
            ChartEvent(
                repository: ImageKey(normalised: "gitea.test/api/packages/acme/helm"),
                chart: "api",
                version: "1.0.0"
            )
        )
        #expect(!shop.receive(other).isMatched)
        #expect(!shop.receive(Self.pushed("1.0.0")).isMatched)
        let own = Self.pushed("1.0.0", of: "gitea.test/api/packages/acme/helm")
        #expect(shop.receive(own).isMatched)
        #expect(shop.versions == ["1.0.0"])
    }

    @Test func `a look takes the newest, and what is taken back makes no freight of what was there before`() {
        var shop = Shop(Self.oci)
        #expect(shop.look(["1.0.0", "1.1.0", "2.0.0"]).freight.count == 1)
        #expect(shop.look(["1.0.0", "1.1.0"]).freight.isEmpty)
        #expect(shop.look(["1.0.0"]).trace.contains { $0.hasSuffix("1.0.0 is the newest, now without 1.1.0") })
        #expect(shop.versions == ["1.1.0"])
    }
}
