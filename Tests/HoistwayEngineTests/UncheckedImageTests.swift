import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Where it cannot be told whether an image becomes older, the promotion says so.
struct UncheckedImageTests {
    private static let values = "envs/test/values.yaml"

    /// - Parameter value: what `app.tag` is set to.
    private static func harness(_ value: String, before: String = "v0.9.0") async throws -> EngineHarness {
        let harness = try await EngineHarness()
        try await harness.remote.seed(files: [
            values: "app:\n  tag: \(before)\n", "envs/test/version.yaml": "version: 7.7.7\n",
        ])
        let checkout = ConfigValue.map(["branch": .string("main"), "path": .string("./repo")])
        let output = ConfigValue.map(["name": .string("version"), "fromExpression": .string("version")])
        let update = ConfigValue.map(["key": .string("app.tag"), "value": .string(value)])
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(
            EngineHarness.templates([
                ("git-clone", ["repoURL": .string(harness.remote.displayURL), "checkout": .list([checkout])]),
                ("yaml-parse", ["path": .string("./repo/envs/test/version.yaml"), "outputs": .list([output])]),
                ("yaml-update", ["path": .string("./repo/\(values)"), "updates": .list([update])]),
                ("git-commit", ["path": .string("./repo")]), ("git-push", ["path": .string("./repo")]),
            ])
        )
        harness.engine.core.configuration = configuration
        return harness
    }

    private static func warnings(_ harness: EngineHarness) async throws -> [String] {
        try await PushTargetTests.promote(harness, "1.0.0")
        return try await PushTargetTests.succeeded(harness).warnings ?? []
    }

    private static let start = "whether an image becomes older than what main has could not be checked: "

    @Test func `a value that is no version of the freight's is told`() async throws {
        let harness = try await Self.harness("${{ outputs['step-2'].version }}-x")
        #expect(
            try await Self.warnings(harness) == [
                Self.start + "no change is known to come from ghcr.io/acme/app 1.0.0"
            ]
        )
    }

    @Test func `what stood there may name no version`() async throws {
        let harness = try await Self.harness("v${{ imageFrom('ghcr.io/acme/app').Tag }}", before: "latest")
        #expect(
            try await Self.warnings(harness) == [
                Self.start + "app.tag of \(Self.values) has 'latest', which names no version"
            ]
        )
    }

    @Test(arguments: ["v0.9.0", "''"])
    func `what can be compared, or was not there, is not told`(before: String) async throws {
        let harness = try await Self.harness("v${{ imageFrom('ghcr.io/acme/app').Tag }}", before: before)
        #expect(try await Self.warnings(harness) == [])
    }

    @Test func `a person may go back, and is not warned`() async throws {
        let harness = try await Self.harness("v${{ imageFrom('ghcr.io/acme/app').Tag }}", before: "latest")
        harness.engine.core.configuration.pipelines.projects["shop"]?.promotionPolicies = []
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let freight = try #require(await harness.state.freight.values.first?.freight.id)
        _ = try await harness.pipelines.promote(
            stage: StageKey(project: "shop", name: "test"),
            freight: freight.text,
            acceptTree: nil,
            actor: "ada"
        )
        try await harness.engine.drain()
        #expect(try await PushTargetTests.succeeded(harness).warnings == nil)
    }
}
