import HoistwayModel
import Testing

/// What a stage's Applications and its last promotion make of its health.
struct StageHealthTests {
    @Test func `a stage to which nothing was promoted has no health`() {
        let world = World()
        #expect(world.health("test").status == nil)
        #expect(world.health("test").notReady == "nothing was promoted to it")
    }

    @Test func `a stage without Applications is Healthy after a promotion that succeeded, and ready`() {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test")
        #expect(world.health("test").status == .healthy)
        #expect(world.health("test").since == world.state.stages[world.stage("test")]?.history.first?.at)
        #expect(world.health("test").isReady)
    }

    @Test func `a stage is Unknown while a promotion runs, not while one waits for its turn`() {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test", applications: ["a"])
        world.find("test", ["a": .healthy])
        world.receive("1.1.0")
        world.dispatch()
        #expect(world.health("test").status == .healthy)
        world.now = world.now + .seconds(5)
        world.start("test")
        let health = world.health("test")
        #expect(health.status == .unknown && health.since == world.now)
        #expect(health.reason.hasSuffix("is running; its Applications are Healthy"))
        #expect(health.applications.map(\.status) == [.healthy])
        #expect(!health.isReady)
    }

    @Test(arguments: [PromotionPhase.failed, .errored, .aborted])
    func `after a promotion that did not succeed the stage is Unknown, with its Applications beside it`(
        phase: PromotionPhase
    ) {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test", applications: ["a", "b"])
        world.receive("1.1.0")
        world.dispatch()
        world.finish("test", phase, message: "no")
        world.find("test", ["b": .unhealthy])
        let health = world.health("test")
        #expect(health.status == .unknown)
        #expect(health.reason.hasPrefix("LastPromotion\(phase.rawValue): promotion test."))
        #expect(
            health.reason.hasSuffix(
                " did not succeed: no; its Applications are Unhealthy (Application argocd/b is Unhealthy)"
            )
        )
        #expect(health.applications.map(\.name) == ["a", "b"])
        #expect(health.applications.map(\.status) == [.healthy, .unhealthy])
        #expect(!health.isReady && health.notReady == health.reason)
    }

    @Test func `a promotion that gave way to newer freight says nothing`() throws {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test")
        world.receive("1.1.0")
        world.dispatch()
        world.receive("1.2.0")
        world.dispatch()
        let yielded = try #require(world.state.promotions.values.first { $0.gaveWayTo != nil })
        #expect(yielded.phase == .aborted)
        #expect(world.health("test").status == .healthy)
    }

    @Test func `the worst Application decides, with the reasons of all that are not healthy, the worst first`() {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test", applications: ["a", "b", "c"])
        #expect(world.health("test").status == .unknown)
        #expect(world.health("test").reason.contains("have not been looked at"))
        world.find("test", [:])
        #expect(world.health("test").status == .healthy && world.health("test").reason.isEmpty)
        for status in [HealthStatus.progressing, .unknown, .unhealthy] {
            world.find("test", ["b": status])
            #expect(world.health("test").status == status)
        }
        world.find("test", ["a": .progressing, "c": .unhealthy])
        #expect(
            world.health("test").reason
                == "Application argocd/c is Unhealthy and Application argocd/a is Progressing"
        )
    }

    @Test func `since when a stage is as it is survives changes of the reason, and begins again with a promotion`()
        throws
    {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test", applications: ["a", "b"])
        world.find("test", ["a": .progressing])
        let since = world.now
        world.now = world.now + .seconds(60)
        world.find("test", ["b": .progressing])
        #expect(world.health("test").since == since)
        world.find("test", [:])
        #expect(world.health("test").since == world.now)
        world.receive("1.1.0")
        world.dispatch()
        world.finish("test", applications: ["a", "b"])
        // What was found for the promotion before says nothing of this one.
        #expect(world.health("test").status == .unknown)
        world.find("test", [:])
        #expect(world.health("test").since == world.now)
    }

    @Test func `all stages at once come to the same`() {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test", applications: ["a"])
        world.find("test", ["a": .progressing])
        world.receive("1.1.0")
        world.dispatch()
        world.start("test")
        let keys = ["test", "uat", "prod"].map(world.stage)
        let all = StageHealth.all(of: keys, in: world.state)
        for name in ["test", "uat", "prod"] { #expect(all[world.stage(name)] == world.health(name)) }
    }

    @Test func `the last step that updated an Application counts, and only steps that succeeded do`() {
        var record = PromotionRecord(
            id: PromotionID("test.1"),
            stage: StageKey(project: "shop", name: "test"),
            freight: FreightID("f"),
            collection: [:],
            actor: .automatic,
            reason: "",
            steps: [],
            mode: .promote,
            createdAt: HealthSamples.now
        )
        func step(_ name: String, _ revision: String, _ status: StepRecord.Status = .succeeded) -> StepRecord {
            var step = StepRecord(alias: name + revision, uses: "argocd-update", status: status)
            step.applications = [
                ApplicationCheck(address: World.address(name), desiredRevisions: [revision], repositories: ["r"])
            ]
            return step
        }
        record.stepRecords = [
            step("b", "1"), step("a", "1"), step("b", "2"), step("a", "3", .failed), step("c", "1", .skipped),
        ]
        #expect(record.applicationChecks.map(\.address.key.name) == ["a", "b"])
        #expect(record.applicationChecks.map(\.desiredRevisions) == [["1"], ["2"]])
    }

    @Test func `the promotion that a stage's health rests on is not forgotten`() throws {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test", applications: ["a"])
        let delivering = try #require(world.state.stages[world.stage("test")]?.deliveringPromotion)
        for number in 1...30 {
            world.receive("1.\(number).0")
            world.dispatch()
            world.finish("test", .failed)
        }
        world.now = world.now + .seconds(30 * 86_400)
        let changes = Pruning.changes(in: world.state, now: world.now)
        #expect(changes.contains { if case .removePromotion = $0 { true } else { false } })
        #expect(!changes.contains(.removePromotion(delivering)))
    }
}
