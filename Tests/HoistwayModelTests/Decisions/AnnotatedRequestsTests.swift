import HoistwayModel
import Testing

/// A changed annotation is followed once.
struct AnnotatedRequestsTests {
    private var world = World()

    /// What the manifests say of the stage `test`.
    private mutating func annotate(_ annotations: ObjectAnnotations?) {
        world.pipelines.projects["shop"]?.stages["test"]?.annotations = annotations
    }

    private mutating func take() -> AnnotatedRequests {
        world.now = world.now + .seconds(1)
        let requests = AnnotatedRequests(of: world.pipelines, on: world.state, now: world.now)
        world.state.apply(requests.changes)
        return requests
    }

    @Test mutating func `what is seen first is remembered, and each later value is followed once`() {
        annotate(ObjectAnnotations(refresh: "one", reverify: "one", abort: "one"))
        let first = take()
        #expect(first.taken.isEmpty && first.stages.isEmpty)
        // Every object is remembered, with and without annotations.
        #expect(first.changes.count == 4)
        #expect(take().changes.isEmpty)
        annotate(ObjectAnnotations(refresh: "two", reverify: "one", abort: "one"))
        let second = take()
        #expect(second.taken.map(\.request) == [.refresh] && second.stages == [world.stage("test")])
        #expect(take() == AnnotatedRequests(of: world.pipelines, on: world.state, now: world.now))
        #expect(take().taken.isEmpty)
    }

    @Test mutating func `one that is taken away and comes again with the same value asks for nothing`() {
        _ = take()
        annotate(ObjectAnnotations(refresh: "one"))
        #expect(take().stages.count == 1)
        annotate(nil)
        #expect(take().changes.isEmpty)
        annotate(ObjectAnnotations(refresh: "one"))
        #expect(take().taken.isEmpty)
    }

    @Test mutating func `a stage that is new is only remembered`() throws {
        _ = take()
        let stage = try #require(world.pipelines.projects["shop"]?.stages["test"])
        var other = stage
        other.key = StageKey(project: "shop", name: "other")
        other.annotations = ObjectAnnotations(abort: "terminate")
        world.pipelines.projects["shop"]?.stages["other"] = other
        #expect(take().taken.isEmpty)
    }

    @Test mutating func `a warehouse is refreshed, and knows no other request`() {
        _ = take()
        world.pipelines.projects["shop"]?.warehouses["app"]?.annotations = ObjectAnnotations(
            refresh: "one",
            reverify: "one",
            abort: "one"
        )
        let requests = take()
        #expect(requests.warehouses == [World.warehouse])
        #expect(requests.taken.map(\.outcome) == ["it is looked at"])
    }

    @Test(arguments: ["terminate", #"{"action":"terminate","actor":"email:ann@example.com"}"#, "head"])
    mutating func `abort ends the promotion whose turn it is`(_ value: String) throws {
        _ = take()
        world.receive("1.0.0")
        world.dispatch()
        let open = try #require(world.open("test").first)
        annotate(ObjectAnnotations(abort: value == "head" ? open.id.text : value))
        let requests = take()
        #expect(requests.taken.map(\.outcome) == ["promotion \(open.id) is ended"])
        let ended = try #require(world.state.promotions[open.id])
        #expect(ended.phase == .aborted && ended.finishedAt == world.now)
        #expect(ended.message == "Promotion terminated by the annotation kargo.akuity.io/abort")
    }

    @Test
    mutating func `abort of a promotion that is over, or of none, does nothing, and while it is pushed it comes later`()
        throws
    {
        _ = take()
        annotate(ObjectAnnotations(abort: "a"))
        #expect(take().taken.map(\.outcome) == ["there is no open promotion to end"])
        world.receive("1.0.0")
        world.dispatch()
        let open = try #require(world.open("test").first)
        world.beginPush(of: open.id)
        annotate(ObjectAnnotations(abort: "b"))
        #expect(take().taken.map(\.outcome) == ["promotion \(open.id) ends when open pushes and requests are done"])
        world.state.intents = RecordTable()
        world.finish("test")
        world.receive("1.1.0")
        world.dispatch()
        #expect(world.open("test").count == 1)
        annotate(ObjectAnnotations(abort: open.id.text))
        #expect(take().taken.map(\.outcome) == ["promotion \(open.id) is over already"])
        #expect(world.open("test").count == 1)
    }

    @Test mutating func `reverify verifies what is there, and not where a verification is asked for`() throws {
        _ = take()
        annotate(ObjectAnnotations(reverify: "a"))
        #expect(take().taken.map(\.outcome) == ["nothing is verified: no freight is in it"])
        world.pipelines.projects["shop"]?.stages["test"]?.hasVerification = true
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test")
        #expect(world.freight("1.0.0")?.verifiedIn["test"] == nil)
        annotate(ObjectAnnotations(reverify: "b"))
        #expect(
            take().taken.map(\.outcome) == ["nothing is verified: the stage waits for `hoistway verify shop/test`"]
        )
        // The manifest does without one now.
        world.pipelines.projects["shop"]?.stages["test"]?.hasVerification = false
        annotate(ObjectAnnotations(reverify: "c"))
        #expect(take().taken.map(\.outcome) == ["its freight is verified"])
        #expect(world.freight("1.0.0")?.verifiedIn["test"]?.verifiedAt == world.now)
    }

    @Test mutating func `reverify leaves it to the stage's health, also what somebody found bad`() throws {
        _ = take()
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test", applications: ["a"])
        world.find("test", ["a": .progressing])
        var freight = try #require(world.freight("1.0.0"))
        freight.failedIn = ["test": .init(failedAt: world.now, actor: "ann", reason: "broken")]
        world.state.apply(.putFreight(freight))
        annotate(ObjectAnnotations(reverify: "a"))
        #expect(take().taken.map(\.outcome) == ["its freight is verified as soon as the stage is healthy"])
        #expect(world.freight("1.0.0")?.failedIn == nil && world.freight("1.0.0")?.verifiedIn.isEmpty == true)
        world.find("test", [:])
        annotate(ObjectAnnotations(reverify: "b"))
        #expect(take().taken.map(\.outcome) == ["its freight is verified"])
        #expect(world.freight("1.0.0")?.verifiedIn["test"] != nil)
    }
}
