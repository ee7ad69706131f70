import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Health after promotions whose step `argocd-update` has left the checks.
struct PromotedHealthTests {
    private static func harness(_ stages: [String], upstream: [String: String] = [:]) async throws -> ArgoCDHarness {
        let harness = try await ArgoCDHarness(stages: stages)
        var configuration = harness.engine.engine.core.configuration
        for (stage, upstream) in upstream {
            configuration.pipelines.projects["shop"]?.stages[stage]?.requestedFreight = [
                FreightRequest(warehouse: "app", direct: false, stages: [upstream])
            ]
        }
        harness.engine.engine.core.configuration = configuration
        for stage in stages { harness.argocd.put(harness.application(stage)) }
        return harness
    }

    private static func health(_ harness: ArgoCDHarness, _ stage: String) async throws -> StageHealth {
        let views = try await harness.engine.pipelines.stages(project: nil)
        return try #require(views.first { $0.name == stage }?.health)
    }

    /// Argo CD takes the operation and ends it, at the head of `main`.
    private static func sync(_ harness: ArgoCDHarness, _ stage: String, health: String) throws {
        let head = try #require(harness.engine.remote.head("main"))
        harness.argocd.finish(ArgoCDHarness.key(stage), revisions: [head.hex], health: health, at: harness.now)
    }

    @Test func `push, promoted, Progressing, Healthy, verified, and the next stage is promoted`() async throws {
        let harness = try await Self.harness(["test", "uat"], upstream: ["uat": "test"])
        harness.engine.receive("1.0.0")
        try await harness.drain()
        #expect(try await harness.promotion().phase == .running)
        #expect(try await Self.health(harness, "test").status == .unknown)
        try Self.sync(harness, "test", health: "Progressing")
        try await harness.drain(after: .seconds(60))
        #expect(try await harness.promotion().phase == .succeeded)
        #expect(try await Self.health(harness, "test").status == .progressing)
        #expect(try await harness.engine.tag("uat") == "0.9.0")
        harness.argocd.edit(ArgoCDHarness.key("test")) { $0.status.health = "Healthy" }
        harness.engine.engine.core.health.tell(
            ApplicationAddress(cluster: "main", key: ArgoCDHarness.key("test"))
        )
        try await harness.drain()
        #expect(try await Self.health(harness, "test").status == .healthy)
        #expect(try await Self.health(harness, "test").isReady)
        #expect(await harness.engine.state.freight.values.first?.verifiedIn["test"]?.by == "its health")
        #expect(try await harness.engine.tag("uat") == "1.0.0")
    }

    @Test func `a stage whose Applications are healthy at the end of its promotion has verified it at once`()
        async throws
    {
        let harness = try await Self.harness(["test", "uat"], upstream: ["uat": "test"])
        harness.engine.receive("1.0.0")
        try await harness.drain()
        try Self.sync(harness, "test", health: "Healthy")
        try await harness.drain(after: .seconds(60))
        #expect(try await Self.health(harness, "test").status == .healthy)
        #expect(try await harness.engine.tag("uat") == "1.0.0")
    }

    @Test func `on a shared branch each stage stays as healthy as its Application when others push`() async throws {
        let names = ["one", "two", "three"]
        let harness = try await Self.harness(names)
        harness.engine.receive("1.0.0")
        try await harness.drain()
        for name in names { try Self.sync(harness, name, health: "Healthy") }
        try await harness.drain(after: .seconds(60))
        for name in names { #expect(try await harness.promotion(of: name).phase == .succeeded, "\(name)") }
        // Somebody else commits, and Argo CD follows.
        try await harness.engine.remote.seed(files: ["README.md": "others"], message: "by somebody")
        for name in names { try Self.sync(harness, name, health: "Healthy") }
        harness.engine.engine.core.health.tellAll()
        try await harness.drain()
        for name in names {
            let health = try await Self.health(harness, name)
            #expect(health.status == .healthy, "\(name): \(health.reason)")
        }
        #expect(harness.argocd.updates().count == names.count)
    }
}
