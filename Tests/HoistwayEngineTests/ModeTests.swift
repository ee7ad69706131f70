import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Stages that are observed, and stages that change from one mode to the other.
struct ModeTests {
    private static let key = StageKey(project: "shop", name: "test")

    private static func observed(_ tags: String...) async throws -> EngineHarness {
        let harness = try await EngineHarness(mode: .observe)
        for tag in tags {
            harness.receive(tag)
            try await harness.engine.drain()
        }
        return harness
    }

    /// Where the mode is written.
    enum Place: CaseIterable, Sendable {
        case program, project, stage

        func set(_ mode: PromotionMode, in configuration: inout EngineConfiguration) {
            switch self {
            case .program: configuration.mode = mode
            case .project: configuration.pipelines.projects["shop"]?.mode = mode
            case .stage: configuration.pipelines.projects["shop"]?.stages["test"]?.mode = mode
            }
        }
    }

    private static func take(_ mode: PromotionMode, at place: Place = .program, _ harness: EngineHarness) async throws
        -> [String]
    {
        var configuration = harness.engine.core.configuration
        place.set(mode, in: &configuration)
        let lines = try await harness.engine.take(configuration)
        try await harness.engine.drain()
        return lines
    }

    private static func newest(_ harness: EngineHarness) async throws -> FreightRecord {
        let all = await harness.state.freight.values
        return try #require(all.max { $0.freight.discoveredAt < $1.freight.discoveredAt })
    }

    // T10
    @Test func `in observe mode everything that people read says that it would push, and nothing that it pushed`()
        async throws
    {
        let harness = try await Self.observed("1.0.0")
        let freight = try await Self.newest(harness)
        let promotion = try #require(try await harness.pipelines.promotions(project: nil, stage: nil, limit: 1).first)
        let stage = try #require(try await harness.pipelines.stages(project: nil).first)
        let why = try await harness.pipelines.why(stage: Self.key, freight: nil)
        let whyFreight = try await harness.pipelines.why(stage: Self.key, freight: freight.freight.alias)
        #expect(promotion.message.hasPrefix("would push main at "), "\(promotion.message)")
        #expect(stage.mode == .observe && stage.reason.contains("would push main at "), "\(stage.reason)")
        #expect(why.verdict.contains("would push main at ") && whyFreight.lines.contains { $0.contains("would push") })
        let texts =
            [promotion.message, promotion.reason, stage.reason, why.verdict, whyFreight.verdict] + why.lines
            + whyFreight.lines + promotion.steps.map(\.message)
        for text in texts { #expect(!text.contains("pushed"), "\(text)") }
        #expect(try await harness.tag("test") == "0.9.0")
    }

    // T11
    @Test(arguments: Place.allCases)
    func `a stage that changes to promote mode waits for new freight`(_ place: Place) async throws {
        let harness = try await EngineHarness(mode: .promote)
        #expect(try await Self.take(.observe, at: place, harness).isEmpty, "its mode was not known before")
        for tag in ["1.0.0", "1.1.0"] {
            harness.receive(tag)
            try await harness.engine.drain()
        }
        let lines = try await Self.take(.promote, at: place, harness)
        #expect(lines.count == 1 && lines[0].contains("shop/test has changed from mode observe to mode promote"))
        #expect(try await harness.tag("test") == "0.9.0")
        let why = try await harness.pipelines.why(stage: Self.key, freight: nil)
        let alias = try await Self.newest(harness).freight.alias
        #expect(why.verdict.contains("was there before test began to promote"), "\(why.verdict)")
        #expect(why.verdict.contains("`hoistway promote shop/test \(alias)`"), "\(why.verdict)")
        let stage = try #require(try await harness.pipelines.stages(project: nil).first)
        #expect(stage.reason.contains(alias) && stage.phase == "NoFreight" && stage.mode == .promote, "\(stage)")
        harness.receive("1.2.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.2.0")
    }

    @Test func `observed freight is promoted when a person asks for it`() async throws {
        let harness = try await Self.observed("1.0.0")
        _ = try await Self.take(.promote, harness)
        let freight = try await Self.newest(harness).freight.alias
        _ = try await harness.pipelines.promote(stage: Self.key, freight: freight, acceptTree: nil, actor: "ada")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.0.0")
    }

    @Test func `a restart with a changed file is a change of mode as a reload is, and later restarts keep it`()
        async throws
    {
        let first = try await Self.observed("1.0.0")
        for _ in 1...3 {
            let later = try await EngineHarness(mode: .promote, store: first.store, remote: first.remote)
            try await later.engine.drain()
            #expect(try await later.tag("test") == "0.9.0")
        }
        let last = try await EngineHarness(mode: .promote, store: first.store, remote: first.remote)
        last.receive("1.1.0")
        try await last.engine.drain()
        #expect(try await last.tag("test") == "1.1.0")
    }

    @Test func `from promote to observe and back, nothing of the time between is promoted automatically`()
        async throws
    {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let there = try await Self.take(.observe, harness)
        #expect(there.first?.contains("nothing more is pushed") == true, "\(there)")
        harness.receive("1.1.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.0.0")
        _ = try await Self.take(.promote, harness)
        #expect(try await harness.tag("test") == "1.0.0")
        harness.receive("1.2.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.2.0")
    }

    @Test func `a stage that brings all freight in its order begins after what was observed`() async throws {
        let harness = try await EngineHarness(mode: .observe)
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"]?.supersedes = false
        try await harness.engine.take(configuration)
        harness.receive("1.0.0", "1.1.0")
        try await harness.engine.drain()
        _ = try await Self.take(.promote, harness)
        #expect(try await harness.tag("test") == "0.9.0")
        harness.receive("1.2.0", "1.3.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.3.0")
        #expect(await harness.promotions(.succeeded).filter { $0.mode == .promote }.count == 2)
    }

    @Test(arguments: [true, false])
    func `a new name for an observed stage, and a new stage, do not bring what was observed`(isRenamed: Bool)
        async throws
    {
        let harness = try await Self.observed("1.0.0")
        var configuration = harness.engine.core.configuration
        var stage = try #require(configuration.pipelines.projects["shop"]?.stages["test"])
        if isRenamed { configuration.pipelines.projects["shop"]?.stages["test"] = nil }
        stage.key = StageKey(project: "shop", name: "live")
        stage.mode = .promote
        configuration.pipelines.projects["shop"]?.stages["live"] = stage
        try await harness.engine.take(configuration)
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "0.9.0")
        let why = try await harness.pipelines.why(stage: stage.key, freight: nil)
        #expect(why.verdict.contains("was there before live began to promote"), "\(why.verdict)")
        harness.receive("1.1.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.1.0")
    }

    @Test func `a new stage where nothing was ever observed promotes what is there`() async throws {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        var configuration = harness.engine.core.configuration
        var stage = try #require(configuration.pipelines.projects["shop"]?.stages["test"])
        stage.key = StageKey(project: "shop", name: "live")
        configuration.pipelines.projects["shop"]?.stages["live"] = stage
        try await harness.engine.take(configuration)
        try await harness.engine.drain()
        let why = try await harness.pipelines.why(stage: stage.key, freight: nil)
        let stages = await harness.state.promotions.values.map(\.stage.name).sorted()
        #expect(stages == ["live", "test"], "\(why)")
    }

    @Test func `a promotion that waits when its stage changes to observe mode pushes nothing`() async throws {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        harness.remote.trouble(nextPush: .dropped)
        try await harness.engine.drain()
        #expect(await harness.promotions(.running).count == 1)
        _ = try await Self.take(.observe, harness)
        harness.clock.advance(.seconds(3600))
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "0.9.0")
        let ended = try #require(await harness.promotions(.succeeded).first)
        #expect(ended.mode == .observe && ended.message.hasPrefix("would push"), "\(ended.message)")
    }

    /// A state of a version that did not note modes.
    @Test func `after an upgrade with a changed file, what was observed is not promoted automatically`() async throws {
        let harness = try await Self.observed("1.0.0")
        try await harness.engine.core.ledger.storeUndispatched { transaction in
            guard var record = transaction.state.stages[Self.key] else { return }
            record.mode = nil
            transaction.put(.putStage(record))
        }
        let later = try await EngineHarness(mode: .promote, store: harness.store, remote: harness.remote)
        try await later.engine.drain()
        #expect(try await later.tag("test") == "0.9.0")
    }
}
