import HoistwayModel
import Testing

struct PromotionRuleTests {
    /// What the dispatcher says of the stage, rule by rule.
    private static func verdict(_ world: World, _ name: String) throws -> Dispatch.Verdict {
        let stage = try #require(world.pipelines.stage(world.stage(name)))
        let project = try #require(world.pipelines.projects["shop"])
        let auto = AutoPromotion.of(stage, in: project, matcher: world.matcher)
        var result = Dispatch.Result()
        return Dispatch(pipelines: world.pipelines, mode: .promote, now: world.now)
            .evaluate(stage, request: stage.requestedFreight[0], auto: auto, state: world.state, into: &result)
    }

    private static func answer(_ rules: [PromotionRule], _ name: PromotionRule.Name) -> PromotionRule.Answer? {
        rules.first { $0.name == name }?.answer
    }

    @Test func `freight that is promoted passes every rule, each with its reason`() throws {
        var world = World()
        world.receive("1.0.0")
        let verdict = try Self.verdict(world, "test")
        #expect(verdict.kind == .promote)
        #expect(verdict.rules.map(\.name) == PromotionRule.Name.allCases)
        #expect(verdict.rules.allSatisfy { $0.answer == .passes && !$0.reason.isEmpty }, "\(verdict.rules)")
    }

    @Test func `a warehouse without freight leaves nothing to ask of freight, but the stage's own rules are asked`()
        throws
    {
        let verdict = try Self.verdict(World(), "prod")
        #expect(verdict.kind == .noFreight && verdict.freight == nil)
        #expect(Self.answer(verdict.rules, .freight) == .blocks)
        for name in [PromotionRule.Name.available, .steps, .present, .queued, .lost, .triedBefore, .observedBefore] {
            #expect(Self.answer(verdict.rules, name) == .notAsked, "\(name)")
        }
        #expect(Self.answer(verdict.rules, .lostState) == .passes)
        #expect(Self.answer(verdict.rules, .automatic) == .blocks)
    }

    @Test func `while manifests are missing, nothing else is asked`() throws {
        var world = World()
        world.receive("1.0.0")
        world.pipelines.isComplete = false
        let verdict = try Self.verdict(world, "test")
        #expect(verdict.kind == .paused && verdict.freight == nil)
        #expect(verdict.rules.filter { $0.answer != .notAsked }.map(\.name) == [.manifests])
    }

    @Test func `freight that is there is not also called tried before`() throws {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test")
        let verdict = try Self.verdict(world, "test")
        #expect(verdict.kind == .alreadyThere)
        #expect(Self.answer(verdict.rules, .present) == .blocks)
        #expect(Self.answer(verdict.rules, .triedBefore) == .notAsked)
    }

    @Test func `two pauses block each by itself, and the verdict is the first`() throws {
        var world = World()
        world.receive("1.0.0")
        var record = try #require(world.state.stages[world.stage("test")])
        record.put(StageRecord.Pause(kind: .twoWriters, reason: "another program writes", since: world.now))
        record.put(StageRecord.Pause(kind: .lostState, reason: "a commit nobody knows", since: world.now))
        world.state.apply(.putStage(record))
        let both = try Self.verdict(world, "test")
        #expect(both.kind == .paused && both.reason.hasSuffix("a commit nobody knows"))
        #expect(Self.answer(both.rules, .lostState) == .blocks)
        #expect(Self.answer(both.rules, .twoWriters) == .blocks)

        record.endPause(.lostState)
        world.state.apply(.putStage(record))
        let one = try Self.verdict(world, "test")
        #expect(one.kind == .paused && one.reason.hasSuffix("another program writes"))
        record.endPause(.twoWriters)
        world.state.apply(.putStage(record))
        #expect(try Self.verdict(world, "test").kind == .promote)
    }

    @Test func `branches that could not be looked at hold no promotion back: it looks again itself`() throws {
        var world = World()
        world.receive("1.0.0")
        var record = try #require(world.state.stages[world.stage("test")])
        record.put(StageRecord.Pause(kind: .notLooked, reason: "no answer", since: world.now))
        world.state.apply(.putStage(record))
        let verdict = try Self.verdict(world, "test")
        #expect(verdict.kind == .promote)
        #expect(verdict.rules.first { $0.name == .notLooked }?.reason == "no answer")

        world.state.stages[world.stage("test")] = nil
        #expect(try Self.verdict(world, "test").kind == .paused)
    }

    @Test func `the rules say the same as what is decided, whatever happens`() throws {
        var world = World(automatic: ["test", "uat", "prod"])
        for step in 0..<30 {
            switch step % 5 {
            case 0: world.receive("1.\(step).0", digest: World.digest(Character(String(step % 10))))
            case 1: world.dispatch()
            case 2: world.finish("test", step % 10 == 2 ? .succeeded : .failed)
            case 3: world.finish("uat")
            default: world.finish("prod")
            }
            let decided = Dispatch(pipelines: world.pipelines, mode: .promote, now: world.now)
            var names = world.names
            let made = decided.decide(on: world.state, matcher: world.matcher, names: &names) { 7 }.verdicts
            for name in ["test", "uat", "prod"] {
                let told = try Self.verdict(world, name)
                let blocking = told.rules.first { $0.answer == .blocks }
                #expect((blocking == nil) == (told.kind == .promote), "\(step) \(name)")
                // The first of a look is decided on the same state.
                guard name == "test", let first = made.first(where: { $0.stage.name == name }) else { continue }
                #expect(first.kind == told.kind && first.freight == told.freight, "\(step)")
            }
        }
    }
}
