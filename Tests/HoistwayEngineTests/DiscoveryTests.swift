import HoistwayModel
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// A look at a branch goes by the rules that events go by.
struct DiscoveryTests {
    /// Follows `main`, which the stage writes too, besides the image.
    private static func harness(excluding paths: [String]) async throws -> EngineHarness {
        let harness = try await EngineHarness()
        let git = GitSubscription(
            repoURL: harness.remote.displayURL,
            key: RepositoryKey(normalised: "git.test/ops"),
            branch: "main",
            excludePaths: paths.map { .prefix($0) },
            place: EngineHarness.place
        )
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.warehouses["app"]?.subscriptions.append(.git(git))
        harness.engine.core.configuration = configuration
        return harness
    }

    /// What a look says, and how many pieces of freight there are then.
    private static func check(_ harness: EngineHarness) async throws -> (trace: String, freight: Int) {
        let projects = harness.engine.core.configuration.pipelines.projects
        let warehouse = try #require(projects["shop"]?.warehouses["app"])
        let trace = try await harness.engine.core.discover(warehouse, cause: "discovery").trace
        try await harness.engine.drain()
        return (trace.joined(separator: "\n"), await harness.state.freight.count)
    }

    private static func commit(_ changes: [String: String], _ harness: EngineHarness) async throws {
        let files = try #require(try await harness.remote.files(branch: "main"))
        try await harness.remote.seed(files: files.merging(changes) { $1 })
    }

    @Test(arguments: [[], ["envs"]])
    func `a commit of our own makes no freight, however often it is looked at`(excluded: [String]) async throws {
        let harness = try await Self.harness(excluding: excluded)
        try await Self.commit(["src/main.c": "first"], harness)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(try await Self.check(harness).freight == 1)
        #expect(try await harness.tag("test") == "1.0.0")
        let after = try await Self.check(harness)
        #expect(after.trace.contains("is Hoistway's own: it makes no freight"), "\(after.trace)")
        #expect(after.freight == 1)
        #expect(try await Self.check(harness).freight == 1)
    }

    @Test func `the head makes freight where a followed path has changed, and else it does not`() async throws {
        let harness = try await Self.harness(excluding: ["envs", "docs"])
        harness.receive("1.0.0")
        try await harness.engine.drain()
        // T8: the first look obeys the filters too, and goes back to the commit that counts.
        let nothing = try await Self.check(harness)
        #expect(nothing.freight == 0 && nothing.trace.contains("within includePaths"), "\(nothing.trace)")
        try await Self.commit(["src/main.c": "old"], harness)
        let counting = try #require(harness.remote.head("main"))
        try await Self.commit(["docs/readme.md": "old"], harness)
        #expect(try await Self.check(harness).freight == 1)
        #expect(await harness.state.freight.values.first?.freight.commits.first?.id == counting)
        try await Self.commit(["docs/readme.md": "new"], harness)
        let unfollowed = try await Self.check(harness)
        #expect(unfollowed.trace.contains("within includePaths and outside excludePaths"), "\(unfollowed.trace)")
        #expect(unfollowed.freight == 1)
        try await Self.commit(["src/main.c": "new"], harness)
        try await Self.commit(["docs/readme.md": "newer"], harness)
        // The commit before the head counts, although nobody told of it.
        #expect(try await Self.check(harness).freight == 2)
        #expect(try await harness.tag("test") == "1.0.0")
    }

    @Test(arguments: [false, true])
    func `a push that proves nothing is weighed by what the repository has`(isForeignBelow: Bool) async throws {
        let harness = try await Self.harness(excluding: [])
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(try await Self.check(harness).freight == 1)
        let key = try #require(await harness.state.subscriptions.values.first { $0.head != nil })
        let before = try #require(key.head)
        if isForeignBelow { try await Self.commit(["src/main.c": "new"], harness) }
        harness.receive("1.1.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.1.0")
        let freight = await harness.state.freight.count
        let head = try #require(harness.remote.head("main"))
        harness.receive("push \(before.hex) \(head.hex)", isEvidence: false)
        try await harness.engine.drain()
        #expect(await harness.state.freight.count == freight + (isForeignBelow ? 1 : 0))
        #expect(await harness.state.subscriptions[key.key]?.head == head)
    }

    @Test func `another's commit below one of our own makes freight`() async throws {
        let harness = try await Self.harness(excluding: [])
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(try await Self.check(harness).freight == 1)
        // Seen by nobody before the next promotion stands on it.
        try await Self.commit(["src/main.c": "new"], harness)
        harness.receive("1.1.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.1.0")
        let before = await harness.state.freight.count
        #expect(try await Self.check(harness).freight == before + 1)
        #expect(try await Self.check(harness).freight == before + 1)
    }
}
