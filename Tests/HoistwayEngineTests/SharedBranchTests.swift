import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Services that each clear and fill a folder of one branch, and people who commit to that branch.
struct SharedBranchTests {
    private static let services = ["adverts", "cart", "checkout", "search", "stock", "users"]

    /// Each clears `./out/SERVICE` of `live`, copies its folder there, and sets an image in place beside it.
    private static func harness() async throws -> EngineHarness {
        let remote = InMemoryGitRemote()
        var source: [String: String] = [:]
        var live: [String: String] = [:]
        for service in services {
            source["services/\(service)/deployment.yaml"] = "kind: Deployment\n"
            source["services/\(service)/service.yaml"] = "kind: Service\n"
            live["envs/\(service)/kustomization.yaml"] = EngineHarness.kustomization("0.9.0")
        }
        try await remote.seed(files: source)
        try await remote.seed(branch: "live", files: live)
        let harness = try await EngineHarness(stages: services, remote: remote) { _ in "live" }
        var configuration = harness.engine.core.configuration
        let from = ConfigValue.map(["branch": .string("main"), "path": .string("./src")])
        let to = ConfigValue.map(["branch": .string("live"), "path": .string("./out")])
        for service in services {
            configuration.pipelines.projects["shop"]?.stages[service]?.promotion = .steps(
                EngineHarness.templates([
                    ("git-clone", ["repoURL": .string(remote.displayURL), "checkout": .list([from, to])]),
                    ("git-clear", ["path": .string("./out/\(service)")]),
                    ("copy", ["inPath": .string("./src/services/\(service)"), "outPath": .string("./out/\(service)")]),
                    ("kustomize-set-image", ["path": .string("./out/envs/\(service)")]),
                    ("git-commit", ["path": .string("./out")]),
                    ("git-push", ["path": .string("./out")]),
                ])
            )
        }
        harness.engine.core.configuration = configuration
        harness.receive("1.0.0")
        try await harness.engine.drain()
        for service in services { #expect(try await harness.tag(service, on: "live") == "1.0.0") }
        return harness
    }

    private static func commit(
        _ harness: EngineHarness,
        message: String = "hotfix",
        _ change: (inout [String: String]) -> Void
    ) async throws {
        var files = try #require(try await harness.remote.files(branch: "live"))
        change(&files)
        try await harness.remote.seed(branch: "live", files: files, message: message)
    }

    private static func bring(_ tag: String, _ harness: EngineHarness) async throws -> [PromotionRecord] {
        harness.receive(tag)
        try await harness.engine.drain()
        return await harness.promotions(.failed)
    }

    /// What somebody changes, and which services that concerns.
    struct Hotfix: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var file: String
        var text: String?
        var refused: [String]
    }

    // T12
    @Test(arguments: [
        Hotfix(testDescription: "one folder", file: "checkout/deployment.yaml", text: "theirs", refused: ["checkout"]),
        Hotfix(testDescription: "a new file", file: "checkout/extra.yaml", text: "theirs", refused: ["checkout"]),
        Hotfix(testDescription: "a deleted file", file: "checkout/service.yaml", text: nil, refused: ["checkout"]),
        Hotfix(testDescription: "beside all", file: "README.md", text: "theirs", refused: []),
        Hotfix(testDescription: "a longer name", file: "checkout-old/a.yaml", text: "theirs", refused: []),
        Hotfix(
            testDescription: "what is edited in place",
            file: "envs/checkout/kustomization.yaml",
            text: EngineHarness.kustomization("1.0.0") + "# theirs\n",
            refused: []
        ),
    ])
    func `a hotfix stops those services alone whose promotion would write over it`(_ hotfix: Hotfix) async throws {
        let harness = try await Self.harness()
        try await Self.commit(harness) { $0[hotfix.file] = hotfix.text }
        let failed = try await Self.bring("1.1.0", harness)
        #expect(failed.map(\.stage.name) == hotfix.refused, "\(failed.map(\.message))")
        for service in Self.services {
            let tag = try await harness.tag(service, on: "live")
            #expect(tag == (hotfix.refused.contains(service) ? "1.0.0" : "1.1.0"), "\(service)")
        }
        let file = try await harness.remote.files(branch: "live")?[hotfix.file]
        #expect(hotfix.text == nil ? file == nil : file?.contains("theirs") == true)
    }

    // T12
    @Test func `the sentence names the commits that matter, where they stand, and their files`() async throws {
        let harness = try await Self.harness()
        try await Self.commit(harness, message: "docs") { $0["README.md"] = "theirs" }
        try await Self.commit(harness, message: "limits") { $0["checkout/deployment.yaml"] = "theirs" }
        let limits = try #require(harness.remote.head("live"))
        try await Self.commit(harness, message: "more docs") { $0["README.md"] = "theirs too" }
        // The other services push on top of all that.
        let failed = try #require(try await Self.bring("1.1.0", harness).first)
        let tip = try #require(harness.remote.head("live"))
        #expect(tip != limits)
        for _ in 1...2 {
            let message = try #require(await harness.promotions(.failed).last).message
            #expect(message.contains("live has a commit that Hoistway did not make, below its tip "), "\(message)")
            #expect(
                message.contains(
                    "\(limits.short) by Someone <someone@example.com> (limits) changed checkout/deployment.yaml"
                ),
                "\(message)"
            )
            #expect(message.contains("would write over or delete checkout/deployment.yaml:"), "\(message)")
            #expect(!message.contains("docs") && !message.contains("whole tree"), "\(message)")
            _ = try await Self.bring("1.2.0", harness)
        }
        #expect(failed.message.contains("projects.shop.stages.checkout.foreignCommits"), "\(failed.message)")
        #expect(failed.message.contains("stop | keep | overwrite"))
    }

    // T12
    @Test func `keep takes over what lies in the own folder, beside an edit in place of a file that others changed`()
        async throws
    {
        let harness = try await Self.harness()
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["checkout"]?.foreignCommits = .keep
        harness.engine.core.configuration = configuration
        try await Self.commit(harness) {
            $0["checkout/deployment.yaml"] = "theirs"
            $0["envs/checkout/kustomization.yaml"]? += "# theirs\n"
        }
        for tag in ["1.1.0", "1.2.0"] {
            let failed = try await Self.bring(tag, harness)
            #expect(failed.isEmpty, "\(failed.map(\.message))")
            let files = try #require(try await harness.remote.files(branch: "live"))
            #expect(files["checkout/deployment.yaml"] == "theirs")
            #expect(files["envs/checkout/kustomization.yaml"]?.contains("# theirs") == true)
            #expect(try await harness.tag("checkout", on: "live") == tag)
        }
    }

    // T13
    @Test func `adopt lists what later promotions will write over, and what keep would do instead`() async throws {
        let harness = try await Self.harness()
        try await Self.commit(harness, message: "limits") { $0["checkout/deployment.yaml"] = "theirs" }
        let limits = try #require(harness.remote.head("live"))
        let before = await harness.state
        let cart = StageKey(project: "shop", name: "cart")
        let seen = try await harness.pipelines.adopt(stage: cart, preview: true, actor: "ada")
        #expect(await harness.state == before, "a preview changes nothing")
        let adopted = try await harness.pipelines.adopt(stage: cart, preview: false, actor: "ada")
        for lines in [seen, adopted] {
            let text = lines.joined(separator: "\n")
            #expect(
                text.contains(
                    "\(limits.short) by Someone <someone@example.com> (limits) changed checkout/deployment.yaml"
                )
            )
            #expect(
                text.contains("promotions to shop/checkout will write over or delete checkout/deployment.yaml"),
                "\(text)"
            )
            #expect(text.contains("projects.shop.stages.checkout.foreignCommits") && text.contains("keep"), "\(text)")
            #expect(!text.contains("promotions to shop/cart will"), "\(text)")
        }
        #expect(try await Self.bring("1.1.0", harness).isEmpty)
        #expect(try await harness.remote.files(branch: "live")?["checkout/deployment.yaml"] != "theirs")
    }

    // T13
    @Test func `adopt says so where nothing will be written over`() async throws {
        let harness = try await Self.harness()
        try await Self.commit(harness, message: "docs") { $0["README.md"] = "theirs" }
        let key = StageKey(project: "shop", name: "cart")
        let text = try await harness.pipelines.adopt(stage: key, preview: false, actor: "ada").joined(separator: "\n")
        #expect(text.contains("(docs)") && text.contains("promotions do not overwrite its files"), "\(text)")
    }
}
