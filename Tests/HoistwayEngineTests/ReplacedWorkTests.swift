import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Stages of one branch that write the same file: whoever pushes later wins, and says so.
struct ReplacedWorkTests {
    /// Each stage sets its image, and writes one file: what the manifests call `file`.
    private static func harness(_ file: @escaping (String) -> String) async throws -> EngineHarness {
        let harness = try await EngineHarness(stages: ["test", "uat"])
        var configuration = harness.engine.core.configuration
        let checkout = ConfigValue.map(["branch": .string("main"), "path": .string("./repo")])
        for stage in ["test", "uat"] {
            let write: [String: ConfigValue] = [
                "path": .string("./repo/\(file(stage))"), "overwrite": .bool(true),
                "contents": .string("\(stage) ${{ imageFrom('\(EngineHarness.image)').Tag }}\n"),
            ]
            configuration.pipelines.projects["shop"]?.stages[stage]?.promotion = .steps(
                EngineHarness.templates([
                    ("git-clone", ["repoURL": .string(harness.remote.displayURL), "checkout": .list([checkout])]),
                    ("kustomize-set-image", ["path": .string("./repo/envs/\(stage)")]),
                    ("file-write", write),
                    ("git-commit", ["path": .string("./repo")]),
                    ("git-push", ["path": .string("./repo")]),
                ])
            )
        }
        harness.engine.core.configuration = configuration
        return harness
    }

    /// Brings a version to both, and gives what they warn of, by stage.
    private static func bring(_ tag: String, _ harness: EngineHarness) async throws -> [String: [String]] {
        harness.receive(tag)
        try await harness.engine.drain()
        var told: [String: [String]] = [:]
        // By stage, the newest last.
        for record in await harness.promotions(.succeeded) {
            told[record.stage.name] = (record.warnings ?? []).filter { $0.contains("also writes") }
        }
        #expect(told.count == 2)
        return told
    }

    @Test func `a file that two stages write is said to be replaced, with the commit that had written it`()
        async throws
    {
        let harness = try await Self.harness { _ in "notes/version.txt" }
        let first = try await Self.bring("1.0.0", harness)
        let second = try await Self.bring("1.1.0", harness)
        // The first of all has nothing to replace.
        #expect(first.values.flatMap(\.self).count == 1, "\(first)")
        for (stage, other) in [("test", "uat"), ("uat", "test")] {
            let told = second[stage]?.filter { $0.contains("also writes notes/version.txt on main") } ?? []
            #expect(told.count == 1 && told[0].hasPrefix("stage shop/\(other) also writes"), "\(second)")
            #expect(told.first?.hasSuffix(" are replaced") == true)
        }
        let commits = await harness.state.promotions.values.flatMap(\.arrivals).map(\.commit.short)
        for text in second.values.flatMap(\.self) {
            #expect(commits.contains { text.contains("commit \($0) ") }, "\(text)")
        }
    }

    @Test func `stages with a file each replace nothing`() async throws {
        let harness = try await Self.harness { "notes/\($0).txt" }
        #expect(try await Self.bring("1.0.0", harness).values.allSatisfy(\.isEmpty))
        #expect(try await Self.bring("1.1.0", harness).values.allSatisfy(\.isEmpty))
    }

    @Test func `what a person has written there since is not the other stage's`() async throws {
        let harness = try await Self.harness { _ in "notes/version.txt" }
        _ = try await Self.bring("1.0.0", harness)
        var configuration = harness.engine.core.configuration
        for stage in ["test", "uat"] {
            configuration.pipelines.projects["shop"]?.stages[stage]?.foreignCommits = .overwrite
        }
        configuration.pipelines.projects["shop"]?.stages["uat"]?.requestedFreight = []
        harness.engine.core.configuration = configuration
        var files = try #require(try await harness.remote.files(branch: "main"))
        files["notes/version.txt"] = "by hand\n"
        try await harness.remote.seed(files: files, message: "by hand")
        harness.receive("1.1.0")
        try await harness.engine.drain()
        let last = try #require(await harness.promotions(.succeeded).last { $0.stage.name == "test" })
        #expect(try await harness.tag("test") == "1.1.0")
        #expect(!(last.warnings ?? []).contains { $0.contains("also writes") }, "\(last.warnings ?? [])")
    }
}
