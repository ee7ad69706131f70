import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import HoistwayTestServers
import Testing

@testable import HoistwayEngine

/// Promotions that wait for Applications: they hold nothing, are woken, and are told of.
struct ArgoCDWaitTests {
    private static let key = ArgoCDHarness.key("test")
    private static let address = ApplicationAddress(cluster: "main", key: key)

    private static func ready(_ application: inout Application, health: String = "Healthy", at now: Timestamp) {
        application.status.health = health
        application.status.sync = "Synced"
        application.status.reconciledAt = now
    }

    @Test func `argocd-wait needs no authorisation, and waits until the Application is ready`() async throws {
        let harness = try await ArgoCDHarness(pushes: false) { stage, _ in [ArgoCDHarness.wait(stage)] }
        var application = harness.application("test", authorizes: "no:body")
        Self.ready(&application, health: "Progressing", at: harness.now)
        harness.argocd.put(application)
        harness.engine.receive("1.0.0")
        try await harness.drain()
        let waiting = try await harness.promotion()
        #expect(
            waiting.message == "step-1: waits for the Application argocd/web-test: its health is Progressing",
            "\(waiting.message)"
        )
        harness.argocd.edit(Self.key) { Self.ready(&$0, at: Timestamp(seconds: 1)) }
        try await harness.drain(after: .seconds(60))
        let record = try await harness.promotion()
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(record.stepRecords.first?.message == "ready: argocd/web-test")
        #expect(record.stepRecords.first?.applications == nil, "health does not rest on it")
        let results = try await harness.engine.store.stepResults(of: record.id)
        #expect(results.first?.outputs["healthStatus"] == .map(["argocd/web-test": .string("Healthy")]))
    }

    @Test func `an Application that turns Degraded ends argocd-wait at once, and one that was so before does not`()
        async throws
    {
        for before in ["Progressing", "Degraded"] {
            let harness = try await ArgoCDHarness(pushes: false) { stage, _ in [ArgoCDHarness.wait(stage)] }
            var application = harness.application("test")
            Self.ready(&application, health: before, at: harness.now)
            application.status.healthMessage = "no replicas"
            harness.argocd.put(application)
            harness.engine.receive("1.0.0")
            try await harness.drain()
            #expect(try await harness.promotion().phase == .running)
            harness.argocd.edit(Self.key) { $0.status.health = "Degraded" }
            try await harness.drain(after: .seconds(60))
            let record = try await harness.promotion()
            #expect((record.phase == .errored) == (before != "Degraded"), "\(record.message)")
            if record.phase == .errored {
                #expect(record.message.contains("argocd/web-test: it has turned Degraded: no replicas"))
            }
        }
    }

    @Test func `health from before the last operation has the Application refreshed, and not with each look`()
        async throws
    {
        let harness = try await ArgoCDHarness(pushes: false) { stage, _ in [ArgoCDHarness.wait(stage)] }
        var application = harness.application("test")
        Self.ready(&application, at: harness.now)
        application.status.operation = Application.OperationState(
            phase: "Succeeded",
            finishedAt: harness.now + .seconds(1)
        )
        harness.argocd.put(application)
        harness.engine.receive("1.0.0")
        try await harness.drain()
        try await harness.drain(after: .seconds(15))
        #expect(harness.argocd.refreshes() == [Self.key])
        #expect(
            try await harness.promotion().message.contains("not been compared since its last operation; it was ref")
        )
        harness.argocd.edit(Self.key) { $0.status.reconciledAt = harness.now }
        try await harness.drain(after: .seconds(60))
        #expect(try await harness.promotion().phase == .succeeded)
    }

    @Test func `a wait before a push is not waited for again by the lane`() async throws {
        let harness = try await ArgoCDHarness(pushes: false) { stage, url in
            let checkout = ConfigValue.map(["branch": .string("main"), "path": .string("./repo")])
            return [
                ArgoCDHarness.wait(stage), ("git-clone", ["repoURL": .string(url), "checkout": .list([checkout])]),
                ("kustomize-set-image", ["path": .string("./repo/envs/test")]),
                ("git-commit", ["path": .string("./repo")]), ("git-push", ["path": .string("./repo")]),
            ]
        }
        var application = harness.application("test")
        Self.ready(&application, health: "Progressing", at: harness.now)
        harness.argocd.put(application)
        harness.engine.receive("1.0.0")
        try await harness.drain()
        harness.argocd.edit(Self.key) { Self.ready(&$0, at: Timestamp(seconds: 1)) }
        try await harness.drain(after: .seconds(60))
        let record = try await harness.promotion()
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(harness.engine.remote.pushes == 1 && harness.argocd.reads() == 2)
    }

    @Test func `a look asks nobody but the cluster, whatever steps come after it`() async throws {
        let harness = try await ArgoCDHarness { stage, url in
            let checkout = ConfigValue.map(["branch": .string("other"), "path": .string("./other")])
            return ArgoCDHarness.update(stage, url) + [
                ("git-clone", ["repoURL": .string(url), "checkout": .list([checkout])]),
                ("file-write", ["path": .string("./other/done.txt"), "contents": .string("1.0.0")]),
                ("git-commit", ["path": .string("./other")]), ("git-push", ["path": .string("./other")]),
            ]
        }
        try await harness.engine.remote.seed(branch: "other", files: ["a": "b"])
        harness.argocd.put(harness.application("test"))
        harness.engine.receive("1.0.0")
        try await harness.drain()
        let before = harness.engine.remote.refRequests
        for _ in 0..<3 { try await harness.drain(after: .seconds(60)) }
        #expect(harness.engine.remote.refRequests == before)
        #expect(harness.argocd.reads() >= 4)
        let head = try #require(harness.engine.remote.head("main"))
        harness.argocd.finish(Self.key, revisions: [head.hex], at: harness.now)
        try await harness.drain(after: .seconds(60))
        let record = try await harness.promotion()
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(try await harness.engine.remote.files(branch: "other")?["done.txt"] == "1.0.0")
        #expect(harness.engine.remote.pushes == 2 && harness.argocd.updates().count == 1)
    }

    @Test func `why says what is waited for, and that newer freight waits behind it`() async throws {
        let harness = try await ArgoCDHarness()
        harness.argocd.put(harness.application("test"))
        harness.engine.receive("1.0.0")
        try await harness.drain()
        let first = try await harness.promotion().id
        harness.clock(advance: .seconds(1))
        harness.engine.receive("1.1.0")
        try await harness.drain()
        #expect(await harness.engine.promotions(.pending).count == 1)
        let why = try await harness.engine.pipelines.why(stage: StageKey(project: "shop", name: "test"), freight: nil)
        let text = ([why.verdict] + why.lines).joined(separator: "\n")
        let ahead = "it waits for promotion \(first) of stage test, which waits (step-5: waits for the Application"
        #expect(text.contains("\(ahead) argocd/web-test"), "\(text)")
        let shown = try await harness.engine.pipelines.promotion(first)
        #expect(shown.message.contains("waits for the Application argocd/web-test"))
        let head = try #require(harness.engine.remote.head("main"))
        harness.argocd.finish(Self.key, revisions: [head.hex], at: harness.now)
        try await harness.drain(after: .seconds(60))
        #expect(await harness.engine.promotions(.succeeded).map(\.id) == [first])
        #expect(harness.argocd.updates().count == 2, "the newer one has begun")
    }

    @Test func `a change between the look and the record of the wait is not lost`() async throws {
        let harness = try await ArgoCDHarness()
        harness.argocd.put(harness.application("test"))
        harness.engine.receive("1.0.0")
        let (argocd, remote, now) = (harness.argocd, harness.engine.remote, harness.now)
        try await withThrowingTaskGroup { group in
            group.addTask { try await harness.engine.engine.run() }
            try await eventually("the sync is asked for") { argocd.updates().count == 1 }
            try await eventually("the promotion waits") { try await harness.promotion().isLooking }
            // The next look is the last: all that comes comes right behind what it has read.
            argocd.afterNextRead {
                guard let head = remote.head("main") else { return }
                argocd.finish(Self.key, revisions: [head.hex], at: now)
            }
            argocd.edit(Self.key) { $0.labels["touched"] = "yes" }
            // The clock stands still: no pause ends by itself.
            try await eventually("the promotion succeeds") { try await harness.promotion().phase == .succeeded }
            group.cancelAll()
        }
    }

    @Test func `waits that a former run has left are looked at soon, and not all at once`() async throws {
        let stages = (0..<5).map { "s\($0)" }
        let first = try await ArgoCDHarness(stages: stages)
        for stage in stages { first.argocd.put(first.application(stage)) }
        first.engine.receive("1.0.0")
        try await first.drain()
        let second = try await ArgoCDHarness(
            stages: stages,
            store: first.engine.store,
            remote: first.engine.remote,
            argocd: first.argocd
        )
        second.clock(advance: .seconds(600))
        try await ApplicationWakeService.takeOver(second.engine.engine.core)
        let tries = await second.engine.state.openPromotions.compactMap(\.nextTry)
        #expect(Set(tries).count == 5)
        #expect(tries.allSatisfy { $0 >= second.now && $0 <= second.now + .seconds(10) })
        #expect(second.engine.engine.core.waits.take(.all(cluster: "main")).count == 5)
        #expect(second.engine.engine.core.waits.take(.all(cluster: "other")).isEmpty)
    }

    @Test func `while one promotion looks, changes of its Applications are remembered, and others are not`() {
        let waits = ApplicationWaits()
        let (one, other) = (PromotionID("one"), PromotionID("other"))
        let elsewhere = ApplicationAddress(cluster: "main", key: ApplicationKey(namespace: "argocd", name: "api"))
        waits.beginLook(one)
        #expect(waits.take(.changed(Self.address)).isEmpty)
        #expect(waits.hasChanged([Self.address], during: one) && !waits.hasChanged([elsewhere], during: one))
        #expect(!waits.hasChanged([Self.address], during: other))
        waits.note(one, waitsFor: [Self.address])
        waits.note(other, waitsFor: [Self.address, elsewhere])
        waits.endLook(one)
        #expect(!waits.hasChanged([Self.address], during: one))
        #expect(waits.take(.changed(Self.address)) == [one, other])
        waits.note(one, waitsFor: [])
        #expect(waits.take(.changed(Self.address)) == [other])
        waits.beginLook(one)
        #expect(waits.take(.all(cluster: "main")) == [other])
        #expect(waits.hasChanged([elsewhere], during: one))
    }

    @Test func `a cluster that does not answer holds up its own promotions alone`() async throws {
        let harness = try await ArgoCDHarness(stages: ["test", "plain"]) { stage, url in
            stage == "plain" ? [] : ArgoCDHarness.update(stage, url)
        }
        harness.argocd.outage(.unreachable(cluster: "main", detail: "no route to host", pause: nil))
        harness.engine.receive("1.0.0")
        try await harness.drain()
        #expect(try await harness.promotion(of: "plain").phase == .succeeded)
        let held = try await harness.promotion(of: "test")
        #expect(held.phase == .running && held.message.contains("the cluster main did not answer: no route to host"))
        harness.argocd.outage(nil)
        harness.argocd.put(harness.application("test"))
        try await harness.drain(after: .seconds(30))
        #expect(harness.argocd.updates().count == 1)
    }

    @Test func `a cluster that answers again wakes the promotions that it did not answer`() async throws {
        let harness = try await ArgoCDHarness()
        harness.argocd.put(harness.application("test"))
        harness.argocd.outage(.unreachable(cluster: "main", detail: "no route to host", pause: nil))
        harness.engine.receive("1.0.0")
        try await withThrowingTaskGroup { group in
            group.addTask { try await harness.engine.engine.run() }
            try await eventually("the cluster was asked in vain") {
                await harness.engine.state.openPromotions.contains { $0.trouble != nil }
            }
            harness.argocd.outage(nil)
            harness.argocd.setStanding(.current)
            // The clock stands still: the pause after the failure does not end by itself.
            try await eventually("the promotion goes on") { harness.argocd.updates().count == 1 }
            group.cancelAll()
        }
    }

    @Test func `each cluster has places of its own, and those that ask none have the others`() {
        let queue = ApartQueue()
        for index in 0..<10 { queue.add(PromotionID("dead-\(index)"), of: "a", at: .cluster("dead")) }
        for index in 0..<3 { queue.add(PromotionID("live-\(index)"), of: "a", at: .cluster("live")) }
        for index in 0..<3 { queue.add(PromotionID("plain-\(index)"), of: "a") }
        var taken: [String] = []
        while let id = queue.take(limit: 2) { taken.append(id.text) }
        #expect(taken.count { $0.hasPrefix("dead") } == ApartQueue.maxOfAsked)
        #expect(taken.count { $0.hasPrefix("live") } == 3)
        #expect(taken.count { $0.hasPrefix("plain") } == 2)
        queue.end(PromotionID("dead-0"))
        #expect(queue.take(limit: 2)?.text == "dead-4")
    }

    @Test func `an operation that a sync window blocks is told with the window and the time of the change`()
        async throws
    {
        let harness = try await ArgoCDHarness()
        harness.argocd.put(harness.application("test"))
        harness.argocd.put(
            AppProject(
                name: "default",
                namespace: "argocd",
                syncWindows: [
                    SyncWindow(kind: "deny", schedule: "* * * * *", duration: "1h", applications: ["api"]),
                    SyncWindow(kind: "allow", schedule: "0 9 * * *", duration: "30m", applications: ["web-*"]),
                ]
            )
        )
        harness.engine.receive("1.0.0")
        try await harness.drain()
        harness.argocd.begin(Self.key, message: "Sync operation blocked by sync window", at: harness.now)
        try await harness.drain(after: .seconds(60))
        // The clock stands at 2027-01-15, 08:01 UTC.
        let message = try await harness.promotion().message
        #expect(
            message.hasSuffix(
                "its sync is Running: Sync operation blocked by sync window; outside of the allow window `0 9 * * *` for "
                    + "30m, until 2027-01-15T09:00:00Z; a window of a global project (globalProjects in argocd-cm) may "
                    + "block it"
            ),
            "\(message)"
        )
        harness.argocd.refuseProjects(
            .forbidden(cluster: "main", verb: "get", resource: "appprojects", namespace: "argocd")
        )
        try await harness.drain(after: .seconds(60))
        let refused = try await harness.promotion().message
        #expect(
            refused.contains("which window is not known: Hoistway may not read AppProjects in the namespace argocd")
        )
        #expect(refused.hasSuffix("it may be one of a global project"), "\(refused)")
    }

    @Test func `a blocked operation against which no window of its own project stands is told of global ones`()
        async throws
    {
        let harness = try await ArgoCDHarness()
        harness.argocd.put(harness.application("test"))
        harness.argocd.put(AppProject(name: "default", namespace: "argocd", syncWindows: []))
        harness.engine.receive("1.0.0")
        try await harness.drain()
        harness.argocd.begin(Self.key, message: "Sync operation blocked by sync window", at: harness.now)
        try await harness.drain(after: .seconds(60))
        let message = try await harness.promotion().message
        #expect(
            message.hasSuffix(
                "no sync window of its AppProject blocks it now; a window of a global project (globalProjects in "
                    + "argocd-cm) may block it"
            ),
            "\(message)"
        )
    }

    @Test func `a promotion that goes on from a cluster gives its place there to others`() async throws {
        let harness = try await ArgoCDHarness(pushes: false) { stage, _ in
            [ArgoCDHarness.wait(stage), ("http", ["url": .string("http://desk.test/")]), ArgoCDHarness.wait(stage)]
        }
        var application = harness.application("test")
        Self.ready(&application, at: harness.now)
        harness.argocd.put(application)
        let core = harness.engine.engine.core
        guard case .steps(var steps)? = core.configuration.pipelines.projects["shop"]?.stages["test"]?.promotion else {
            Issue.record("the stage has steps")
            return
        }
        // No requests can be sent here: what counts is where the step runs.
        steps[1].continueOnError = true
        harness.engine.engine.core.configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(steps)
        harness.engine.receive("1.0.0")
        try await core.transact { _, _ in }
        try await BranchSurvey(core: core).checkNewStages()
        try await IntakeService(core: core, inbox: harness.engine.engine.inbox).drain()
        var places: [StepPlace] = []
        for _ in 0..<steps.count {
            for lane in await core.takeRunnable().lanes { await Lane(core: core, key: lane).run() }
            while let id = core.apart.take(limit: 1) {
                if let place = core.apart.place(of: id) { places.append(place) }
                await ApartRun(core: core, id: id).run()
            }
        }
        #expect(places == [.cluster("main"), .general, .cluster("main")])
        let record = try await harness.promotion()
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(record.stepRecords.map(\.status) == [.succeeded, .failed, .succeeded])
    }
}

extension ArgoCDHarness {
    func clock(advance pause: Duration) { engine.clock.advance(pause) }
}
