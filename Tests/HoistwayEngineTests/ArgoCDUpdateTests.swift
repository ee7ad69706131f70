import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Testing

@testable import HoistwayEngine

/// `argocd-update` through the engine, with Argo CD in memory.
struct ArgoCDUpdateTests {
    private static let key = ArgoCDHarness.key("test")

    @Test func `a promotion updates its Application, waits for the sync, and leaves what health rests on`() async throws
    {
        let harness = try await ArgoCDHarness()
        var application = harness.application("test")
        application.syncPolicy.options = ["CreateNamespace=true"]
        application.syncPolicy.retry = .map(["limit": .number(3)])
        harness.argocd.put(application)
        harness.engine.receive("1.0.0")
        try await harness.drain()
        let waiting = try await harness.promotion()
        #expect(waiting.phase == .running)
        #expect(waiting.nextTry != nil)
        #expect(
            waiting.message == "step-5: waits for the Application argocd/web-test: its sync has been asked for",
            "\(waiting.message)"
        )
        #expect(waiting.awaitedApplications == [ApplicationAddress(cluster: "main", key: Self.key)])
        #expect(harness.argocd.updates().count == 1)
        let update = try #require(harness.argocd.updates().first?.update)
        #expect(update.sources.isEmpty)
        #expect(update.operation.initiator == "hoistway" && update.operation.isAutomated)
        #expect(
            update.operation.info == [
                .init("Reason", "Promotion triggered a sync of this Application resource."),
                .init("kargo.akuity.io/promotion", waiting.id.text), .init("hoistway.dev/stage", "shop:test"),
                .init("hoistway.dev/step", "step-5"),
            ]
        )
        #expect(update.operation.syncOptions == ["CreateNamespace=true"])
        #expect(update.operation.retry == .map(["limit": .number(3)]))
        harness.argocd.begin(Self.key, message: "waiting for healthy state of apps/Deployment/web", at: harness.now)
        try await harness.drain(after: .seconds(15))
        let running = try await harness.promotion()
        #expect(
            running.message
                == "step-5: waits for the Application argocd/web-test: its sync is Running: waiting for healthy state of "
                + "apps/Deployment/web",
            "\(running.message)"
        )
        let head = try #require(harness.engine.remote.head("main"))
        harness.argocd.finish(Self.key, revisions: [head.hex], at: harness.now)
        try await harness.drain(after: .seconds(60))
        let record = try await harness.promotion()
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(record.stepRecords.last?.message == "synchronised argocd/web-test at \(head.short)")
        #expect(
            record.stepRecords.last?.applications == [
                ApplicationCheck(
                    address: ApplicationAddress(cluster: "main", key: Self.key),
                    desiredRevisions: [head.hex],
                    repositories: [harness.engine.remote.displayURL]
                )
            ]
        )
        #expect(harness.argocd.updates().count == 1)
        #expect(await harness.engine.state.stages.values.first?.history.count == 1)
    }

    @Test func `an Application that does not authorise the stage is not touched, and the line to add is named`()
        async throws
    {
        let harness = try await ArgoCDHarness()
        harness.argocd.put(harness.application("test", authorizes: "shop:prod"))
        harness.engine.receive("1.0.0")
        try await harness.drain()
        let record = try await harness.promotion()
        #expect(record.phase == .errored)
        #expect(record.message.contains("does not authorise the stage shop:test"), "\(record.message)")
        #expect(record.message.contains("`kargo.akuity.io/authorized-stage: shop:prod,shop:test`"), "\(record.message)")
        #expect(harness.argocd.updates().isEmpty)
    }

    @Test func `where Git has the freight already, the message says what was synchronised`() async throws {
        let harness = try await ArgoCDHarness()
        harness.argocd.put(harness.application("test", authorizes: "shop:other"))
        harness.engine.receive("1.0.0")
        try await harness.drain()
        #expect(try await harness.promotion().phase == .errored)
        harness.argocd.put(harness.application("test"))
        let freight = try #require(await harness.engine.state.freight.values.first?.freight.id.text)
        let stage = StageKey(project: "shop", name: "test")
        _ = try await harness.engine.pipelines.promote(stage: stage, freight: freight, acceptTree: nil, actor: "ada")
        try await harness.drain()
        let head = try #require(harness.engine.remote.head("main"))
        harness.argocd.finish(Self.key, revisions: [head.hex], at: harness.now)
        try await harness.drain(after: .seconds(30))
        let last = try await harness.promotion()
        #expect(last.phase == .succeeded)
        #expect(
            last.message == "nothing changed in Git; synchronised argocd/web-test at \(head.short)",
            "\(last.message)"
        )
    }

    @Test func `a stage that only updates Applications works, and counts as promoted`() async throws {
        let harness = try await ArgoCDHarness(pushes: false) { stage, _ in
            [("argocd-update", ["apps": .list([.map(["name": .string("web-\(stage)")])])])]
        }
        harness.argocd.put(harness.application("test"))
        harness.engine.receive("1.0.0")
        try await harness.drain()
        harness.argocd.finish(Self.key, revisions: ["whatever"], at: harness.now)
        try await harness.drain(after: .seconds(60))
        let record = try await harness.promotion()
        #expect(record.phase == .succeeded && record.withoutEffect == nil, "\(record.message)")
        #expect(await harness.engine.state.stages.values.first?.history.count == 1)
    }

    @Test func `a change that the watch tells wakes the waiting promotion`() async throws {
        let harness = try await ArgoCDHarness()
        harness.argocd.put(harness.application("test"))
        harness.engine.receive("1.0.0")
        try await withThrowingTaskGroup { group in
            group.addTask { try await harness.engine.engine.run() }
            try await eventually("the promotion goes on") { harness.argocd.updates().count == 1 }
            try await eventually("the promotion goes on") { try await harness.promotion().isLooking }
            let head = try #require(harness.engine.remote.head("main"))
            harness.argocd.finish(Self.key, revisions: [head.hex], at: harness.now)
            // The clock stands still: no pause ends by itself.
            try await eventually("the promotion goes on") { try await harness.promotion().phase == .succeeded }
            group.cancelAll()
        }
    }
}
