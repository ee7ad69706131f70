import HoistwayModel
import Testing

/// `requiredSoakTime`: freight stays in a stage for a while before it goes on.
struct SoakTests {
    private static func world(required: Duration = .seconds(600), after stages: [String] = ["test"]) -> World {
        var world = World()
        world.pipelines.projects["shop"]?.stages["uat"]?.requestedFreight[0].requiredSoak = required
        world.pipelines.projects["shop"]?.stages["uat"]?.requestedFreight[0].stages = stages
        return world
    }

    private static func answer(_ tag: String, in world: World, mode: PromotionMode = .promote) throws -> Availability {
        let record = try #require(world.freight(tag))
        let stage = try #require(world.pipelines.stage(world.stage("uat")))
        return Availability.of(record, to: stage, mode: mode, now: world.now)
    }

    @Test func `the reason says how long freight has soaked, how long it must, and until when`() throws {
        var world = Self.world()
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test")
        let end = world.now + .seconds(600)
        world.now = world.now + .seconds(60)
        let reason = "soaked 60 s of 10 m in test, until \(end.rfc3339)"
        #expect(try Self.answer("1.0.0", in: world) == .unavailable(because: reason, until: end))
        let verdict = try #require(world.dispatch().verdicts.first { $0.stage.name == "uat" })
        #expect(verdict.kind == .notAvailable && verdict.reason.hasSuffix(reason))
        world.now = end
        #expect(try Self.answer("1.0.0", in: world) == .available(because: "verified in test, soaked"))
    }

    @Test func `newer freight that has not soaked does not keep older freight back, and its time comes`() throws {
        var world = Self.world()
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test")
        world.now = world.now + .seconds(599)
        world.receive("1.1.0", digest: World.digest("b"))
        world.now = world.now + .seconds(10)
        world.dispatch()
        #expect(world.open("uat").map(\.freight) == [world.freight("1.0.0")?.freight.id])
        world.finish("uat")
        world.finish("test")
        let result = world.dispatch()
        let end = world.now + .seconds(600)
        #expect(result.nextLook == end)
        world.now = end
        world.dispatch()
        #expect(world.open("uat").map(\.freight) == [world.freight("1.1.0")?.freight.id])
    }

    @Test func `freight that left the stage too early never becomes available by the clock alone`() throws {
        var world = Self.world()
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test")
        world.now = world.now + .seconds(120)
        world.receive("1.1.0", digest: World.digest("b"))
        world.dispatch()
        world.finish("test")
        world.now = world.now + .seconds(86_400)
        #expect(
            try Self.answer("1.0.0", in: world)
                == .unavailable(because: "soaked 2 m of 10 m in test, and it is no longer there", until: nil)
        )
    }

    @Test func `all upstream stages must have had their soak, or one, as the strategy says`() throws {
        for strategy in [FreightRequest.Availability.oneOf, .all] {
            var world = Self.world(after: ["test", "other"])
            world.pipelines.projects["shop"]?.stages["uat"]?.requestedFreight[0].availability = strategy
            world.receive("1.0.0")
            world.dispatch()
            world.finish("test")
            let key = try #require(world.freight("1.0.0")?.key)
            let test = try #require(world.freight("1.0.0")?.currentlyIn["test"])
            let other = test + .seconds(300)
            world.state.freight[key]?.verifiedIn["other"] = .init(verifiedAt: other)
            world.state.freight[key]?.currentlyIn["other"] = other
            let wanted = (strategy == .all ? other : test) + .seconds(600)
            guard case .unavailable(_, let until) = try Self.answer("1.0.0", in: world) else {
                Issue.record("\(strategy): available before its time")
                continue
            }
            #expect(until == wanted)
            world.now = wanted
            #expect(try Self.answer("1.0.0", in: world).isAvailable)
        }
    }

    // Kargo: https://github.com/akuity/kargo/issues/6360
    @Test func `time counts behind a stage without steps too, from when freight passed through it`() throws {
        var world = Self.world()
        world.pipelines.projects["shop"]?.stages["test"]?.promotion = .controlFlow
        world.receive("1.0.0")
        let result = world.dispatch()
        #expect(world.open("uat").isEmpty && result.nextLook == world.now + .seconds(600))
        world.now = world.now + .seconds(600)
        world.dispatch()
        #expect(world.open("uat").count == 1)
    }

    @Test func `a stage without steps looks again when the soak time is over`() throws {
        var world = World()
        world.pipelines.projects["shop"]?.stages["uat"]?.promotion = .controlFlow
        world.pipelines.projects["shop"]?.stages["uat"]?.requestedFreight[0].requiredSoak = .seconds(600)
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test")
        let end = world.now + .seconds(600)
        #expect(world.dispatch().nextLook == end)
        #expect(world.freight("1.0.0")?.verifiedIn["uat"] == nil)
        world.now = end
        world.dispatch()
        #expect(world.freight("1.0.0")?.verifiedIn["uat"]?.isPassage == true)
    }

    @Test func `a stage that is only observed waits for the soak as well`() throws {
        var world = Self.world()
        world.receive("1.0.0")
        let key = try #require(world.freight("1.0.0")?.key)
        world.state.freight[key]?.observedIn = ["test": world.now]
        #expect(try !Self.answer("1.0.0", in: world, mode: .observe).isAvailable)
        world.now = world.now + .seconds(600)
        #expect(try Self.answer("1.0.0", in: world, mode: .observe) == .available(because: "observed in test"))
    }

    @Test func `an approval and a soak time of zero ask for no time`() throws {
        var world = Self.world()
        world.receive("1.0.0")
        let key = try #require(world.freight("1.0.0")?.key)
        world.state.freight[key]?.approvedFor["uat"] = .init(approvedAt: world.now, actor: "sam")
        #expect(try Self.answer("1.0.0", in: world).isAvailable)
        var zero = Self.world(required: .zero)
        zero.receive("1.0.0")
        zero.dispatch()
        zero.finish("test")
        #expect(try Self.answer("1.0.0", in: zero) == .available(because: "verified in test"))
    }
}
