import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Each rule of "it touches only its own", for each way in which a promotion can write.
struct RuleTableTests {
    enum Way: String, CaseIterable, Sendable {
        /// Edits the branch that it pushes.
        case inPlace
        /// Copies over a branch.
        case copy
        /// Clears a branch, and copies.
        case rendered
        /// Edits `main`, and pushes to a branch that exists.
        case target
        case generated
        case tag

        /// The branch whose content counts; `nil`: a new ref in each promotion.
        var branch: String? {
            switch self {
            case .inPlace: "main"
            case .copy, .rendered, .target: "stage/test"
            case .generated, .tag: nil
            }
        }

        func steps(_ remote: String) -> [StepTemplate] {
            switch self {
            case .inPlace: PushTargetTests.steps(remote, push: [:])
            case .copy:
                EngineHarness.copying(remote: remote, branch: "stage/test").filter { $0.uses != "git-clear" }
            case .rendered: EngineHarness.copying(remote: remote, branch: "stage/test")
            case .target: PushTargetTests.steps(remote, push: ["targetBranch": .string("stage/test")])
            case .generated: PushTargetTests.steps(remote, push: ["generateTargetBranch": .bool(true)])
            case .tag: PushTargetTests.steps(remote, push: ["tag": .string("v1")])
            }
        }
    }

    private static let file = "envs/test/kustomization.yaml"
    private static let other = "  - name: ghcr.io/acme/other\n    newTag: "

    private static func harness(_ way: Way, _ change: (inout Stage) -> Void = { _ in }) async throws -> EngineHarness {
        let harness = try await EngineHarness()
        var configuration = harness.engine.core.configuration
        guard var stage = configuration.pipelines.projects["shop"]?.stages["test"] else { return harness }
        stage.promotion = .steps(way.steps(harness.remote.displayURL))
        change(&stage)
        configuration.pipelines.projects["shop"]?.stages["test"] = stage
        harness.engine.core.configuration = configuration
        return harness
    }

    /// A first promotion; the tag that it made is gone afterwards, so that another one can be made.
    private static func begun(_ way: Way, _ change: (inout Stage) -> Void = { _ in }) async throws -> EngineHarness {
        let harness = try await harness(way, change)
        try await PushTargetTests.promote(harness, "1.0.0")
        _ = try await PushTargetTests.succeeded(harness)
        harness.remote.set("refs/tags/v1", to: nil)
        return harness
    }

    /// What the promotion's newest push holds.
    private static func pushed(_ harness: EngineHarness) async throws -> String {
        let promotions = await harness.state.promotions.values.sorted { $0.id < $1.id }
        let outcome = try #require(promotions.flatMap(\.branches).last { $0.pushed })
        harness.remote.set("refs/heads/looked-at", to: outcome.commit)
        return try #require(try await harness.remote.files(branch: "looked-at")?[file])
    }

    private static func change(_ harness: EngineHarness, _ branch: String, _ body: (String) -> String) async throws {
        var files = try #require(try await harness.remote.files(branch: branch))
        files[file] = body(files[file] ?? "")
        try await harness.remote.seed(branch: branch, files: files, message: "hotfix")
    }

    @Test(arguments: Way.allCases)
    func `a branch that somebody has put back stops the promotion`(way: Way) async throws {
        let harness = try await Self.begun(way)
        let branch = way.branch ?? "main"
        try await harness.remote.seed(
            branch: branch,
            files: [Self.file: EngineHarness.kustomization("0.7.0")],
            message: "forced",
            parents: []
        )
        try await PushTargetTests.promote(harness, "1.1.0")
        let failed = await harness.promotions(.failed)
        if way.branch == nil {
            // A new ref begins at whatever is checked out: nothing was left there that could have drifted.
            let text = try await Self.pushed(harness)
            #expect(failed.isEmpty && text.contains("1.1.0"), "\(failed.map(\.message))")
        } else {
            #expect(
                failed.count == 1 && failed[0].message.contains("\(branch) has drifted"),
                "\(failed.map(\.message))"
            )
        }
    }

    @Test(arguments: Way.allCases)
    func `work of others is never lost without a word`(way: Way) async throws {
        let harness = try await Self.begun(way)
        try await Self.change(harness, way.branch ?? "main") { $0 + "# theirs\n" }
        try await PushTargetTests.promote(harness, "1.1.0")
        let failed = await harness.promotions(.failed)
        switch way {
        case .copy, .rendered:
            #expect(failed.count == 1 && failed[0].message.contains("hotfix"), "\(failed.map(\.message))")
        case .inPlace, .target, .generated, .tag:
            // An edit keeps what else stands in the file.
            let text = try await Self.pushed(harness)
            #expect(failed.isEmpty && text.contains("# theirs") && text.contains("1.1.0"), "\(text)")
        }
    }

    @Test(arguments: Way.allCases)
    func `an older version is not promoted by itself`(way: Way) async throws {
        let harness = try await Self.begun(way)
        try await Self.change(harness, way.branch ?? "main") { _ in EngineHarness.kustomization("2.0.0") }
        if way == .copy || way == .rendered {
            // As adopted: what the branch carries counts, whoever set it.
            _ = try await harness.pipelines.adopt(stage: StageKey(project: "shop", name: "test"), actor: "ada")
        }
        try await PushTargetTests.promote(harness, "1.1.0")
        let failed = await harness.promotions(.failed)
        #expect(failed.count == 1 && failed[0].message.contains("1.1.0 is older"), "\(failed.map(\.message))")
    }

    @Test(arguments: Way.allCases)
    func `a promotion that changes more than the limits waits for a person`(way: Way) async throws {
        let harness = try await Self.begun(way)
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"]?.limits = Stage.Limits(changedFiles: 0)
        harness.engine.core.configuration = configuration
        try await PushTargetTests.promote(harness, "1.1.0")
        let failed = await harness.promotions(.failed)
        #expect(
            failed.count == 1 && failed[0].message.contains("more than the stage's limits"),
            "\(failed.map(\.message))"
        )
    }

    @Test(arguments: Way.allCases)
    func `images that the freight does not carry stay as the branch has them`(way: Way) async throws {
        let harness = try await Self.begun(way) { $0.carriesImages = true }
        try await Self.change(harness, "main") { $0 + Self.other + "1.0.0\n" }
        if let branch = way.branch {
            try await Self.change(harness, branch) {
                $0.replacing(Self.other + "1.0.0\n", with: "") + Self.other + "3.0.0\n"
            }
            _ = try await harness.pipelines.adopt(stage: StageKey(project: "shop", name: "test"), actor: "ada")
        }
        try await PushTargetTests.promote(harness, "1.1.0")
        let text = try await Self.pushed(harness)
        #expect(await harness.promotions(.failed).map(\.message) == [])
        // A new ref has what is checked out: there is no branch that carries anything else.
        #expect(text.contains(Self.other + (way.branch == nil ? "1.0.0" : "3.0.0")), "\(text)")
        #expect(text.contains("1.1.0"))
    }
}

extension String {
    fileprivate func replacing(_ text: String, with other: String) -> String {
        split(separator: text, omittingEmptySubsequences: false).joined(separator: other)
    }
}
