import HoistwayModel
import Testing

struct DispatchTests {
    @Test func `freight goes up stage by stage as far as the policies let it`() throws {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        #expect(world.open("test").count == 1)
        #expect(world.open("uat").isEmpty)
        world.finish("test")
        world.dispatch()
        #expect(world.open("uat").count == 1)
        world.finish("uat")
        let verdict = try #require(world.dispatch().verdicts.last)
        #expect(world.open("prod").isEmpty)
        #expect(verdict.kind == .off)
        let alias = try #require(world.freight("1.0.0")).freight.alias
        #expect(verdict.reason.hasPrefix("freight \(alias) is available to prod; auto-promotion is off for prod"))
        #expect(verdict.reason.hasSuffix("or run `hoistway promote shop/prod \(alias)`"))
    }

    @Test func `a pending automatic promotion gives way to newer freight`() throws {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        let old = try #require(world.open("test").first)
        world.receive("1.1.0", digest: World.digest("b"))
        world.dispatch()
        let open = world.open("test")
        #expect(open.map(\.freight) == [try #require(world.freight("1.1.0")).freight.id])
        let yielded = try #require(world.state.promotions[old.id])
        #expect(yielded.phase == .aborted)
        #expect(yielded.message.hasPrefix("gave way to newer freight"))
    }

    @Test func `a promotion that is being pushed does not give way`() throws {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        let old = try #require(world.open("test").first)
        world.beginPush(of: old.id)
        world.receive("1.1.0", digest: World.digest("b"))
        world.dispatch()
        #expect(world.open("test").map(\.id).contains(old.id))
        #expect(world.open("test").count == 2)
    }

    @Test func `what failed is not promoted again by itself, and the reason says why`() throws {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test", .failed, message: "branch is protected")
        let verdict = try #require(world.dispatch().verdicts.first)
        #expect(world.open("test").isEmpty)
        #expect(verdict.kind == .triedBefore)
        #expect(verdict.reason.contains("failed: branch is protected"))
    }

    @Test func `a message that says what to run is followed by no other advice`() throws {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test", .failed, message: "run `hoistway promote shop/test f --accept d`")
        let reason = try #require(world.dispatch().verdicts.first).reason
        #expect(reason.hasSuffix("--accept d`; nothing is promoted twice automatically"), "\(reason)")
    }

    @Test func `deciding twice on the same state changes nothing`() {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        #expect(world.dispatch().changes.isEmpty)
    }

    @Test func `the first policy that selects a stage decides`() {
        var world = World(automatic: [])
        world.pipelines.projects["shop"]?.promotionPolicies = [
            PromotionPolicy(
                selector: StageSelector(name: .exact("test")),
                autoPromotionEnabled: false,
                place: World.place
            ),
            PromotionPolicy(selector: StageSelector(name: .glob("*")), autoPromotionEnabled: true, place: World.place),
        ]
        world.receive("1.0.0")
        #expect(world.dispatch().verdicts.first?.kind == .off)
    }

    @Test func `a stage that wants all its upstreams waits for each`() throws {
        var world = World()
        world.pipelines.projects["shop"]?.stages["prod"]?.requestedFreight = [
            FreightRequest(warehouse: "app", stages: ["test", "uat"], availability: .all)
        ]
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test")
        let record = try #require(world.freight("1.0.0"))
        let stage = try #require(world.pipelines.stage(world.stage("prod")))
        let answer = Availability.of(record, to: stage, mode: .promote, now: world.now)
        #expect(answer == .unavailable(because: "not verified in uat yet", until: nil))
    }

    @Test func `soak counts the time in the upstream stage and says until when`() throws {
        var world = World()
        world.pipelines.projects["shop"]?.stages["uat"]?.requestedFreight[0].requiredSoak = .seconds(600)
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test")
        let arrival = world.now
        let result = world.dispatch()
        #expect(world.open("uat").isEmpty)
        #expect(result.nextLook == arrival + .seconds(600))
        world.now = arrival + .seconds(600)
        world.dispatch()
        #expect(world.open("uat").count == 1)
    }

    @Test func `freight passes through a stage without steps`() throws {
        var world = World()
        world.pipelines.projects["shop"]?.stages["test"]?.promotion = .controlFlow
        world.receive("1.0.0")
        world.dispatch()
        #expect(world.freight("1.0.0")?.verifiedIn["test"] != nil)
        #expect(world.open("uat").count == 1)
        // Who asks is told the same, though nobody looks at the branches of such a stage.
        world.state.stages[world.stage("test")] = nil
        let stage = try #require(world.pipelines.stage(world.stage("test")))
        var result = Dispatch.Result()
        let verdict = Dispatch(pipelines: world.pipelines, mode: .promote, now: world.now).evaluate(
            stage,
            request: stage.requestedFreight[0],
            auto: AutoPromotion.of(stage, in: try #require(world.pipelines.projects["shop"]), matcher: world.matcher),
            state: world.state,
            into: &result
        )
        #expect(verdict.kind == .controlFlow && verdict.reason.contains("passes through test"))
    }

    @Test func `names of promotions sort in the order in which they were made`() {
        var names = PromotionNames()
        let stage = StageKey(project: "shop", name: "Test")
        let freight = FreightID(String(repeating: "ab", count: 20))
        let moments: [Int64] = [5_000, 5_000, 4_000, 6_000]
        let made = moments.map { moment in
            names.next(stage: stage, freight: freight, now: Timestamp(microseconds: moment)) { .max }
        }
        #expect(made == made.sorted())
        #expect(Set(made).count == 4)
        #expect(made.allSatisfy { $0.text.hasPrefix("test.") && $0.text.hasSuffix(".abababa") })
        #expect(made.allSatisfy { $0.text.split(separator: ".")[1].count == 26 })
    }

    @Test func `old promotions and freight are forgotten, what is in use stays`() throws {
        var world = World(automatic: ["test"])
        for minor in 0..<60 {
            world.receive("1.\(minor).0", digest: World.digest("c"))
            world.dispatch()
            if minor == 10 { world.finish("test") }
        }
        world.finish("test")
        world.now = world.now + .seconds(20 * 86_400)
        world.state.apply(Pruning.changes(in: world.state, now: world.now))
        let current = try #require(world.freight("1.59.0"))
        #expect(current.currentlyIn["test"] != nil)
        #expect(world.state.freight.count == 21)
        #expect(world.state.promotions.count == 20)
    }

    @Test func `what a person has aborted is not forgotten for the promotions of another warehouse`() throws {
        var world = World(automatic: ["test"])
        world.receive("1.0.0")
        world.dispatch()
        var aborted = try #require(world.open("test").first)
        aborted.phase = .aborted
        aborted.message = "aborted by ada"
        world.state.apply(.putPromotion(aborted))
        var freight = try #require(world.freight("1.0.0"))
        freight.freight.origin.name = "other"
        for number in 10..<40 {
            freight.freight.id = FreightID(String(repeating: "\(number)", count: 20))
            world.state.apply(.putFreight(freight))
            var later = aborted
            later.id = PromotionID("test.zz\(number)")
            later.freight = freight.freight.id
            later.phase = .succeeded
            world.state.apply(.putPromotion(later))
        }
        world.now = world.now + .seconds(20 * 86_400)
        world.state.apply(Pruning.changes(in: world.state, now: world.now))
        #expect(world.state.promotions[aborted.id] != nil)
        #expect(world.state.promotions.count == 21)
        #expect(world.dispatch().verdicts.first?.kind == .triedBefore)
    }
}
