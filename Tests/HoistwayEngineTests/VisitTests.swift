import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// What one change looks at does not grow with the number of stages, freight and promotions.
struct VisitTests {
    /// Records of the state that one change may look up or go through.
    private static let most = 200
    private static let actor = "ann"

    @Test func `a change looks at as few records of 15,000 stages as of 90`() async throws {
        var table: [String] = []
        for stages in [90, 6000, 15_000] {
            let counts = try await Self.counts(stages: stages)
            table.append("\(stages) stages: " + counts.map { "\($0.what) \($0.visits)" }.joined(separator: ", "))
            for count in counts {
                #expect(count.visits <= Self.most, "\(count.what) of \(stages) stages")
            }
        }
        print(table.joined(separator: "\n"))
    }

    private static func counts(stages: Int) async throws -> [(what: String, visits: Int)] {
        let harness = try await EngineHarness(stages: ["test", "uat"], store: InMemoryStateStore(state(stages)))
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects.merge(projects(stages)) { own, _ in own }
        configuration.pipelines.projects["shop"]?.stages["uat"]?.requestedFreight = [
            FreightRequest(warehouse: "app", stages: ["test"])
        ]
        try await harness.engine.take(configuration)
        try await harness.engine.drain()
        let core = harness.engine.core
        let intake = IntakeService(core: core, inbox: harness.engine.inbox)
        var counts: [(String, Int)] = []
        func count(_ what: String, _ body: () async throws -> Void) async throws {
            let counter = VisitCounter()
            try await counter.counting(body)
            counts.append((what, counter.count))
        }
        harness.receive("1.0.0")
        try await count("event") { try await intake.drain() }
        try await count("promotion of two stages") { try await LaneSupervisor(core: core).drain() }
        let stage = StageKey(project: "shop", name: "uat")
        let freight = try #require(await core.ledger.snapshot.freight(of: EngineHarness.warehouse).first)
        try await count("approval") {
            _ = try await harness.pipelines.approve(stage: stage, freight: freight.freight.alias, actor: Self.actor)
        }
        try await count("verification") {
            _ = try await harness.pipelines.verify(
                stage: StageKey(project: "shop", name: "test"),
                freight: nil,
                failure: "slow",
                actor: Self.actor
            )
        }
        try await count("pause") {
            try await core.transact { transaction, _ in
                var record = try #require(transaction.state.stages[stage])
                record.put(StageRecord.Pause(kind: .twoWriters, reason: "another program", since: harness.clock.now()))
                transaction.put(.putStage(record))
            }
        }
        configuration.pipelines.projects["p0"]?.mode = .observe
        try await count("reload of one project") { [configuration] in try await harness.engine.take(configuration) }
        let views = harness.pipelines
        try await count("stage list") {
            _ = try await views.stages(StageFilter(project: "shop"), after: nil, limit: 100)
        }
        try await count("stage page") { _ = try await views.stage(stage) }
        try await count("freight list") {
            _ = try await views.freight(FreightFilter(project: "shop"), after: nil, limit: 100)
        }
        try await count("promotion list") {
            _ = try await views.promotions(PromotionFilter(project: "shop"), after: nil, limit: 100)
        }
        // The first one looks at everything.
        try await check(overview: views)
        harness.receive("1.0.1")
        try await intake.drain()
        try await count("overview after an event") {
            _ = try await views.attention(project: nil)
            _ = try await views.projects(StageFilter(), after: nil, limit: 20, stages: 10)
        }
        try await check(overview: views)
        try await count("why") { _ = try await views.why(stage: stage, freight: nil) }
        return counts
    }

    /// The overview is the same as one that is made of all projects.
    private static func check(overview views: any PipelineOperator) async throws {
        let all = StageFilter(states: Set(StageState.allCases))
        let expected = try await views.projects(all, after: nil, limit: .max, stages: 10)
        let first = try await views.projects(StageFilter(), after: nil, limit: 7, stages: 10)
        let position = try #require(first.last.map { ProjectPosition(state: $0.state, name: $0.name) })
        let rest = try await views.projects(StageFilter(), after: position, limit: .max, stages: 10)
        #expect(first + rest == expected)
        let urgent = expected.filter { $0.state < .promoting }.map(\.name)
        let items = try await views.attention(project: nil).failed.items.map(\.project)
        #expect(Set(items).isSubset(of: urgent))
    }

    // MARK: Other teams' projects

    private static func names(_ stages: Int) -> [String] { (0..<(stages / 3)).map { "p\($0)" } }

    private static func projects(_ stages: Int) -> [String: Project] {
        let policy = PromotionPolicy(
            selector: StageSelector(),
            autoPromotionEnabled: true,
            place: EngineHarness.place
        )
        let all = names(stages).map { name in
            let image = "ghcr.io/others/\(name)"
            let subscription = ImageSubscription(
                repoURL: image,
                key: ImageKey(normalised: image),
                place: EngineHarness.place
            )
            let warehouse = Warehouse(
                key: WarehouseKey(project: name, name: "app"),
                subscriptions: [.image(subscription)],
                place: EngineHarness.place
            )
            let own = ["test", "uat", "prod"].enumerated().map { index, stage in
                Stage(
                    key: StageKey(project: name, name: stage),
                    requestedFreight: [
                        FreightRequest(
                            warehouse: "app",
                            direct: index == 0,
                            stages: index == 0 ? [] : [["test", "uat"][index - 1]]
                        )
                    ],
                    promotion: .steps([]),
                    place: EngineHarness.place
                )
            }
            return Project(
                name: name,
                promotionPolicies: [policy],
                warehouses: ["app": warehouse],
                stages: Dictionary(uniqueKeysWithValues: own.map { ($0.key.name, $0) })
            )
        }
        return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    }

    /// Each project has freight that lies in its first stage, and waits in the second.
    private static func state(_ stages: Int) -> PipelineState {
        var state = PipelineState()
        let at = Timestamp(seconds: 1_700_000_000)
        for name in names(stages) {
            for number in 0..<4 {
                let id = FreightID("f\(number)")
                var record = FreightRecord(
                    freight: Freight(
                        id: id,
                        alias: "alias-\(number)",
                        origin: WarehouseKey(project: name, name: "app"),
                        artifacts: [],
                        discoveredAt: at + .seconds(number)
                    )
                )
                record.verify(in: "test", at: at, by: nil)
                state.apply(.putFreight(record))
                for stage in ["test", "uat", "prod"] {
                    var promotion = PromotionRecord(
                        id: PromotionID("\(stage).\(number).\(name)"),
                        stage: StageKey(project: name, name: stage),
                        freight: id,
                        collection: ["app": id],
                        actor: .automatic,
                        reason: "",
                        steps: [],
                        mode: .promote,
                        createdAt: at
                    )
                    promotion.phase = .succeeded
                    state.apply(.putPromotion(promotion))
                }
            }
            for stage in ["test", "uat", "prod"] {
                var record = StageRecord(key: StageKey(project: name, name: stage))
                record.mode = .promote
                let last = PromotionID("\(stage).3.\(name)")
                record.lastPromotion = last
                record.history = [StageRecord.Collection(items: ["app": FreightID("f3")], promotion: last, at: at)]
                state.apply(.putStage(record))
            }
        }
        return state
    }
}
