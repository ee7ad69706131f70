import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// What a promotion's record tells of what may surprise.
struct WarningTests {
    private static let stage = StageKey(project: "shop", name: "test")

    private static func promoted(_ tag: String, in harness: EngineHarness) async throws -> PromotionView {
        harness.receive(tag)
        try await harness.engine.drain()
        let all = try await harness.pipelines.promotions(project: "shop", stage: "test", limit: 9)
        return try #require(all.first { $0.summary.contains(tag) })
    }

    private static func copying() async throws -> EngineHarness {
        let harness = try await EngineHarness(copyingTo: "stage/test", foreignCommits: .stop)
        try await harness.remote.seed(files: files())
        #expect(try await promoted("1.0.0", in: harness).warnings == nil, "of a new branch everything is new")
        return harness
    }

    private static func files(replicas: Int = 1) -> [String: String] {
        [
            "envs/test/kustomization.yaml": EngineHarness.kustomization("0.9.0"),
            "base/deployment.yaml": "image: \(EngineHarness.image)\nreplicas: \(replicas)\n", "base/a": "1",
            "b": "\(replicas)",
        ]
    }

    @Test func `a copy that brings nothing but the image is not warned of`() async throws {
        let harness = try await Self.copying()
        let promotion = try await Self.promoted("1.1.0", in: harness)
        #expect(promotion.phase == .succeeded)
        #expect(promotion.warnings == nil)
    }

    @Test func `a copy names what else it brings, and is pushed all the same`() async throws {
        let harness = try await Self.copying()
        try await harness.remote.seed(files: Self.files(replicas: 2))
        let promotion = try await Self.promoted("1.1.0", in: harness)
        #expect(promotion.phase == .succeeded)
        #expect(
            promotion.warnings == [
                "besides images, 2 files of stage/test change (b and base/deployment.yaml): "
                    + "no freight contains such changes, but they are pushed too"
            ]
        )
        #expect(
            try await harness.remote.files(branch: "stage/test")?["base/deployment.yaml"]?.contains("replicas: 2")
                == true
        )
        // The store has it, too.
        let kept = harness.wholes.first { $0.id.text == promotion.id }
        #expect(kept?.warnings == promotion.warnings)
        #expect(try await Self.promoted("1.2.0", in: harness).warnings == nil, "it is told once")
    }

    @Test func `a promotion that is only observed, or waits for a person, tells it too`() async throws {
        let harness = try await Self.copying()
        var files = Self.files(replicas: 2)
        files["base/a"] = nil
        try await harness.remote.seed(files: files)
        let refused = try await Self.promoted("1.1.0", in: harness)
        #expect(refused.phase == .failed)
        #expect(refused.warnings?.first?.contains("3 files of stage/test") == true)
        #expect(refused.warnings?.first?.contains("base/a") == true)

        harness.engine.core.configuration.pipelines.projects["shop"]?.stages["test"]?.mode = .observe
        let observed = try await Self.promoted("1.2.0", in: harness)
        #expect(observed.mode == .observe)
        #expect(observed.warnings?.first?.contains("3 files of stage/test") == true)
    }

    @Test func `freight that holds a commit is not warned of, since the commit is promoted`() async throws {
        let harness = try await Self.copying()
        let url = harness.remote.displayURL
        let key = try #require(RepositoryKey(url: url))
        let git = Subscription.git(GitSubscription(repoURL: url, key: key, branch: "main", place: EngineHarness.place))
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.warehouses["app"]?.subscriptions.append(git)
        harness.engine.core.configuration = configuration
        try await harness.remote.seed(files: Self.files(replicas: 2))
        let warehouse = try #require(configuration.pipelines.projects["shop"]?.warehouses["app"])
        // No registry answers, and the commit is found all the same.
        #expect(try await harness.engine.core.discover(warehouse, cause: "a look").failures.count == 1)
        let promotion = try await Self.promoted("1.1.0", in: harness)
        #expect(promotion.phase == .succeeded)
        #expect(promotion.warnings == nil)
    }

    @Test func `an image that is set in place brings nothing along`() async throws {
        let harness = try await EngineHarness()
        _ = try await Self.promoted("1.0.0", in: harness)
        try await harness.remote.seed(files: [
            "envs/test/kustomization.yaml": EngineHarness.kustomization("1.0.0"), "x": "y",
        ])
        #expect(try await Self.promoted("1.1.0", in: harness).warnings == nil)
    }

    @Test func `a pre-release that no constraint asked for is told in its promotion`() async throws {
        let harness = try await EngineHarness()
        let promotion = try await Self.promoted("1.3.0-rc.1", in: harness)
        #expect(promotion.phase == .succeeded)
        #expect(
            promotion.warnings == [
                "ghcr.io/acme/app 1.3.0-rc.1 is a pre-release: without a constraint they are selected like releases"
            ]
        )
        #expect(try await Self.promoted("1.3.0", in: harness).warnings == nil)
    }

    @Test func `what a step warns of is kept with the promotion`() async throws {
        let harness = try await EngineHarness()
        let files = [
            "envs/test/kustomization.yaml": "resources: [a.yaml]\n", "envs/test/a.yaml": "image: ghcr.io/acme/other\n",
        ]
        try await harness.remote.seed(files: files)
        let promotion = try await Self.promoted("1.0.0", in: harness)
        #expect(promotion.warnings?.count == 1)
        #expect(promotion.warnings?.first?.contains("names ghcr.io/acme/app: its entry sets nothing") == true)
    }
}
