import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Lists go on behind the last one's key.
struct ListTests {
    private static func harness() async throws -> EngineHarness {
        let harness = try await EngineHarness(stages: ["a", "b", "c", "d", "e"], branch: { "env/\($0)" })
        for number in 0..<4 {
            harness.clock.advance(.seconds(60))
            harness.receive("1.\(number).0")
            try await harness.engine.drain()
        }
        return harness
    }

    @Test func `pages of stages, freight and promotions have each thing once, in the order of the whole list`()
        async throws
    {
        let harness = try await Self.harness()
        let pipelines = harness.pipelines
        let all = try await pipelines.stageSummaries(StageFilter(), after: nil, limit: 100)
        var stages: [StageSummaryView] = []
        while stages.count < all.count {
            let after = stages.last.map { StageKey(project: $0.project, name: $0.name) }
            stages += try await pipelines.stageSummaries(StageFilter(), after: after, limit: 2)
        }
        #expect(stages == all && all.map(\.name) == ["a", "b", "c", "d", "e"])
        #expect(
            try await pipelines.stages(StageFilter(), after: ViewTests.key("c"), limit: 9).map(\.name) == ["d", "e"]
        )

        let freight = try await pipelines.freight(FreightFilter(project: "shop"), after: nil, limit: 100)
        #expect(freight.map { $0.contents[0].version } == ["1.3.0", "1.2.0", "1.1.0", "1.0.0"])
        #expect(try await pipelines.freight(FreightFilter(), after: nil, limit: 100) == freight)
        let position = FreightPosition(
            discoveredAt: freight[1].discoveredAt,
            id: freight[1].id,
            project: freight[1].project
        )
        let rest = try await pipelines.freight(FreightFilter(project: "shop"), after: position, limit: 1)
        #expect(rest == [freight[2]])
        let found = try await pipelines.freight(FreightFilter(contains: "1.2.0"), after: nil, limit: 9)
        #expect(found == [freight[1]])
        #expect(try await pipelines.freight(FreightFilter(stage: "a"), after: nil, limit: 9) == [freight[0]])

        let promotions = try await pipelines.promotions(PromotionFilter(project: "shop"), after: nil, limit: 100)
        #expect(promotions.count == 20)
        #expect(try await pipelines.promotions(PromotionFilter(), after: nil, limit: 100) == promotions)
        var pages: [PromotionView] = []
        while pages.count < promotions.count {
            let after = pages.last.map { PromotionID($0.id) }
            let page = try await pipelines.promotions(PromotionFilter(project: "shop"), after: after, limit: 7)
            guard !page.isEmpty else { break }
            pages += page
        }
        #expect(pages == promotions)
        let own = PromotionFilter(project: "shop", stage: "b", freight: freight[0].alias, phases: [.succeeded])
        #expect(try await pipelines.promotions(own, after: nil, limit: 9).count == 1)
    }

    @Test func `a list of stages is narrowed by what is in them`() async throws {
        let harness = try await Self.harness()
        func names(_ filter: StageFilter) async throws -> [String] {
            try await harness.pipelines.stageSummaries(filter, after: nil, limit: 9).map(\.name)
        }
        #expect(try await names(StageFilter(states: [.ready])).count == 5)
        #expect(try await names(StageFilter(states: [.failed])).isEmpty)
        #expect(try await names(StageFilter(contains: "1.3.0")).count == 5)
        #expect(try await names(StageFilter(contains: "1.0.0")).isEmpty)
        #expect(try await names(StageFilter(labels: ["tier": "live"])).isEmpty)
        #expect(
            try await harness.pipelines.projects(StageFilter(), after: nil, limit: 9, stages: 2).map(\.stages.count)
                == [2]
        )
        let none = try await harness.pipelines.projects(StageFilter(states: [.failed]), after: nil, limit: 9, stages: 2)
        #expect(none.isEmpty)
    }

    /// A summary that is kept must not outlive what it was made of.
    @Test func `a kept page shows what has changed since`() async throws {
        let harness = try await Self.harness()
        func version() async throws -> String? {
            try await harness.pipelines.project("shop").stages.first?.contents.first?.artifacts.first?.version
        }
        #expect(try await version() == "1.3.0")
        harness.receive("1.4.0")
        try await harness.engine.drain()
        #expect(try await version() == "1.4.0")
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["a"]?.labels = ["tier": "live"]
        harness.engine.core.configuration = configuration
        #expect(try await harness.pipelines.project("shop").stages.first?.labels == ["tier": "live"])
    }
}
