import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Expressions of warehouses decide over commits, tags and freight.
struct WarehouseExpressionTests {
    private static let warehouse = WarehouseKey(project: "shop", name: "app")

    /// A warehouse that follows one repository.
    private static func harness(
        _ strategy: GitSubscription.Strategy = .newestFromBranch,
        filter: String? = nil,
        since: Timestamp? = nil,
        criteria: String? = nil
    ) async throws -> EngineHarness {
        let harness = try await EngineHarness()
        let git = GitSubscription(
            repoURL: harness.remote.displayURL,
            key: RepositoryKey(normalised: "git.test/ops"),
            strategy: strategy,
            branch: strategy == .newestFromBranch ? "main" : nil,
            expressionFilter: filter,
            since: since,
            place: EngineHarness.place
        )
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.warehouses["app"]?.subscriptions = [.git(git)]
        configuration.pipelines.projects["shop"]?.warehouses["app"]?.freightCreationCriteria = criteria
        harness.engine.core.configuration = configuration
        return harness
    }

    /// What the freight is made of, newest first.
    private static func look(_ harness: EngineHarness) async throws -> [CommitArtifact] {
        let projects = harness.engine.core.configuration.pipelines.projects
        let warehouse = try #require(projects["shop"]?.warehouses["app"])
        try await harness.engine.core.discover(warehouse, cause: "discovery")
        return await harness.state.freight(of: Self.warehouse).flatMap(\.freight.commits)
    }

    private static func why(_ harness: EngineHarness) async throws -> String {
        let key = StageKey(project: "shop", name: "test")
        return try await harness.pipelines.why(stage: key, freight: nil).lines.joined(separator: "\n")
    }

    private static func commit(_ message: String, _ harness: EngineHarness, at seconds: Int64 = 5) async throws
        -> ObjectID
    {
        try await harness.remote.seed(
            files: ["a": message],
            message: message,
            at: Timestamp(seconds: seconds)
        )
    }

    private static func tag(
        _ name: String,
        _ commit: ObjectID,
        _ harness: EngineHarness,
        note: String? = nil,
        at: Int64 = 9
    )
        async throws
    {
        guard let note else { return harness.remote.set("refs/tags/\(name)", to: commit) }
        let draft = TagDraft(
            name: name,
            commit: commit,
            message: note,
            tagger: CommitAuthor(name: "Grace", email: "grace@example.com"),
            at: Timestamp(seconds: at)
        )
        harness.remote.set("refs/tags/\(name)", to: try await harness.remote.makeTag(draft))
    }

    @Test func `a commit that the filter leaves out makes no freight, and the newest that it admits does`() async throws
    {
        let harness = try await Self.harness(filter: "!(subject contains '[skip]') && author startsWith 'Someone <'")
        let counting = try await Self.commit("Counts\n\nBody [skip]", harness)
        _ = try await Self.commit("Not this\none [skip]\n\nBody", harness)
        #expect(try await Self.look(harness).map(\.id) == [counting])
        let newest = try await Self.commit("Counts again", harness, at: 6)
        #expect(try await Self.look(harness).map(\.id) == [newest, counting])
    }

    @Test func `an event is decided by the filter too, although it is proven`() async throws {
        let harness = try await Self.harness(filter: "!(subject contains '[skip]')")
        let before = try await Self.commit("Counts", harness)
        #expect(try await Self.look(harness).count == 1)
        let skipped = try await Self.commit("No [skip]", harness)
        harness.receive("push \(before.hex) \(skipped.hex)")
        try await harness.engine.drain()
        #expect(await harness.state.freight.count == 1)
        let record = try #require(await harness.state.subscriptions.values.first { $0.head != nil })
        #expect(record.head == skipped)
        let after = try await Self.commit("Yes", harness, at: 7)
        harness.receive("push \(skipped.hex) \(after.hex)")
        try await harness.engine.drain()
        #expect(await harness.state.freight.count == 2)
    }

    @Test func `what is too young for the filter counts later`() async throws {
        let harness = try await Self.harness(filter: "commitDate < now() - duration('1h')")
        let now = harness.clock.now().seconds
        let old = try await Self.commit("Old", harness, at: now - 7200)
        let young = try await Self.commit("Young", harness, at: now - 60)
        #expect(try await Self.look(harness).map(\.id) == [old])
        harness.clock.advance(.seconds(7200))
        #expect(try await Self.look(harness).map(\.id) == [young, old])
    }

    @Test func `commits from before since do not count`() async throws {
        let harness = try await Self.harness(filter: "!(subject contains 'Not')", since: Timestamp(seconds: 100))
        _ = try await Self.commit("Before", harness, at: 99)
        #expect(try await Self.look(harness) == [])
        let after = try await Self.commit("After", harness, at: 100)
        _ = try await Self.commit("Not", harness, at: 101)
        #expect(try await Self.look(harness).map(\.id) == [after])
    }

    @Test func `tags are filtered by what they and their commits say`() async throws {
        let filter = """
            tagger == 'Grace <grace@example.com>' && annotation startsWith 'Release' && creatorDate.Unix() >= 100
            && subject == 'Work' && id != '' && tag startsWith 'v'
            """
        let harness = try await Self.harness(.semVer, filter: filter)
        let commit = try await Self.commit("Work", harness)
        try await Self.tag("v1.0.0", commit, harness, note: "Release of\none\n\nNotes", at: 100)
        try await Self.tag("v1.1.0", commit, harness, note: "Release two", at: 99)
        try await Self.tag("v1.2.0", commit, harness, note: "Draft", at: 200)
        try await Self.tag("v1.3.0", commit, harness)
        #expect(try await Self.look(harness).map(\.tag) == ["v1.0.0"])
        #expect(try await Self.why(harness).contains("tag v1.3.0: expressionFilter is false"))
    }

    @Test func `an annotated tag is as old as itself, not as its commit`() async throws {
        let harness = try await Self.harness(.newestTag)
        let old = try await Self.commit("Old", harness, at: 5)
        let new = try await Self.commit("New", harness, at: 50)
        try await Self.tag("light", new, harness)
        try await Self.tag("late", old, harness, note: "Late", at: 100)
        let found = try await Self.look(harness)
        #expect(found.map(\.tag) == ["late"])
        #expect(found.first?.createdAt == Timestamp(seconds: 100))
    }

    @Test(arguments: ["subject + 1", "author", "missing.field"])
    func `a filter that cannot be evaluated makes no freight, and why tells it`(_ filter: String) async throws {
        let harness = try await Self.harness(filter: filter)
        let commit = try await Self.commit("Work", harness)
        #expect(try await Self.look(harness) == [])
        let told = "expressionFilter cannot be evaluated for commit \(commit.short)"
        #expect(try await Self.why(harness).contains(told))
    }

    @Test func `criteria see what was discovered, and what they hold back is told`() async throws {
        let harness = try await Self.harness(
            criteria: """
                let c = commitFrom('https://GIT.test/ops.git');
                c.Subject startsWith 'Release' && c.Branch == 'main' && c.Committer == c.Author
                && c.CreatorDate.Unix() > 5 && len(c.ID) == 40 && c.Tag == ''
                """
        )
        let draft = try await Self.commit("Draft", harness)
        #expect(try await Self.look(harness) == [])
        let why = try await Self.why(harness)
        #expect(why.contains("warehouse app makes no freight of ops \(draft.short): freightCreationCriteria 'let c ="))
        #expect(why.contains("is false, since 20"), "\(why)")
        let view = try #require(try await harness.pipelines.warehouses(project: nil).first)
        #expect(view.held.count == 1 && view.held[0].contains("is false"))
        let release = try await Self.commit("Release 1", harness, at: 6)
        #expect(try await Self.look(harness).map(\.id) == [release])
        #expect(try await Self.why(harness).contains("makes no freight") == false)
    }

    @Test(arguments: [
        ("'true'", 1), ("'1'", 1), ("'f'", 0), ("1", 1), ("0", 0), ("'maybe'", 0), ("nil", 0), ("2", 0),
        ("imageFrom('x').Tag == 'a'", 0), ("commitFrom('https://git.test/ops').Subject", 0),
    ])
    func `a result that is no bool goes through ParseBool, and all else holds back`(
        _ criteria: String,
        _ freight: Int
    ) async throws {
        let harness = try await Self.harness(criteria: criteria)
        _ = try await Self.commit("Work", harness)
        #expect(try await Self.look(harness).count == freight)
        guard freight == 0 else { return }
        let isFalse = ["'f'", "0"].contains(criteria)
        #expect(try await Self.why(harness).contains(isFalse ? "is false" : "cannot be evaluated"))
    }
}
