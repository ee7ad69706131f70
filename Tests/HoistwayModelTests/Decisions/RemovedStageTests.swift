import HoistwayModel
import Testing

/// What becomes of promotions whose stage is taken out of the manifests, or renamed.
struct RemovedStageTests {
    /// A stage with a promotion that waits, and manifests without that stage.
    private static func world() throws -> (World, PromotionRecord) {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        let promotion = try #require(world.open("test").first)
        return (world, promotion)
    }

    private static func removed(_ world: World) -> World {
        var world = world
        world.pipelines.projects["shop"]?.stages["test"] = nil
        world.pipelines.origin = "hoistway.yaml with https://git.example.com/acme/pipelines@1a2b3c4"
        return world
    }

    @Test(arguments: [PromotionPhase.pending, .running])
    func `what has pushed nothing is aborted, and says by what`(phase: PromotionPhase) throws {
        var (world, promotion) = try Self.world()
        promotion.phase = phase
        promotion.nextTry = world.now + .seconds(9)
        world.state.apply([.putPromotion(promotion)])
        world = Self.removed(world)
        world.dispatch()
        let ended = try #require(world.state.promotions[promotion.id])
        #expect(ended.phase == .aborted && ended.ended != nil && ended.finishedAt == world.now)
        #expect(
            ended.message == "stage shop/test is no longer in the manifests, as read from "
                + "hoistway.yaml with https://git.example.com/acme/pipelines@1a2b3c4"
        )
        #expect(world.freight("1.0.0") != nil, "freight stays")
        #expect(world.dispatch().changes.isEmpty, "it is decided once")
    }

    @Test func `what is being pushed, or has pushed, goes on`() throws {
        var (world, promotion) = try Self.world()
        world.beginPush(of: promotion.id)
        world = Self.removed(world)
        world.dispatch()
        #expect(world.open("test").count == 1)

        world.state.intents = RecordTable()
        promotion.branches = [
            BranchOutcome(
                remote: "r",
                branch: "b",
                before: .zero,
                commit: .zero,
                tree: .zero,
                subject: "",
                pushed: true
            )
        ]
        world.state.apply([.putPromotion(promotion)])
        world.dispatch()
        #expect(world.open("test").count == 1)
        world.finish("test")
        #expect(world.state.promotions[promotion.id]?.phase == .succeeded)
        #expect(world.state.stages[world.stage("test")]?.history.count == 1, "what it did is on record")
    }

    @Test func `a stage that comes back gets the freight whose promotion its absence ended`() throws {
        let (world, promotion) = try Self.world()
        var gone = Self.removed(world)
        gone.dispatch()
        #expect(gone.open("test").isEmpty)
        gone.pipelines = world.pipelines
        gone.dispatch()
        #expect(gone.open("test").map(\.freight) == [promotion.freight])
        #expect(gone.open("test").first?.id != promotion.id)
    }

    @Test func `manifests that are not complete end nothing and promote nothing`() throws {
        let (world, _) = try Self.world()
        var gone = Self.removed(world)
        gone.pipelines.isComplete = false
        #expect(gone.dispatch().changes.isEmpty)
        #expect(gone.open("test").count == 1)
    }

    @Test func `who asks while manifests are not complete is told so`() throws {
        var world = World()
        world.receive("1.0.0")
        world.pipelines.isComplete = false
        let stage = try #require(world.pipelines.stage(world.stage("test")))
        let dispatch = Dispatch(pipelines: world.pipelines, mode: .promote, now: world.now)
        let project = try #require(world.pipelines.projects["shop"])
        var result = Dispatch.Result()
        let verdict = dispatch.evaluate(
            stage,
            request: stage.requestedFreight[0],
            auto: AutoPromotion.of(stage, in: project, matcher: world.matcher),
            state: world.state,
            into: &result
        )
        #expect(verdict.kind == .paused && verdict.reason.contains("hoistway get manifests"))
    }
}
