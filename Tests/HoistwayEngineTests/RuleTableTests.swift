import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Each rule of "it touches only its own", for each way in which a promotion can write.
///
/// Where a rule does not apply to a way, the test says what happens instead; the page on pushes has the table.
struct RuleTableTests {
    private static let stage = StageKey(project: "shop", name: "test")

    /// - Parameter besides: another stage writes the same branch in the same way, with another image.
    private static func harness(
        _ cell: WayOfWriting,
        besides: Bool = false,
        _ change: (inout Stage) -> Void = { _ in }
    ) async throws -> EngineHarness {
        let harness = try await EngineHarness(renderer: ManifestMaker())
        try await harness.remote.seed(files: [
            cell.source: cell.source("0.9.0"), "envs/test/deployment.yaml": "kind: none\n",
        ])
        var configuration = harness.engine.core.configuration
        guard var project = configuration.pipelines.projects["shop"], var stage = project.stages["test"] else {
            return harness
        }
        stage.promotion = .steps(cell.steps(harness.remote.displayURL))
        change(&stage)
        project.stages["test"] = stage
        if besides {
            let other = ImageSubscription(
                repoURL: WayOfWriting.other,
                key: ImageKey(normalised: WayOfWriting.other),
                place: EngineHarness.place
            )
            project.warehouses["other"] = Warehouse(
                key: WarehouseKey(project: "shop", name: "other"),
                subscriptions: [.image(other)],
                place: EngineHarness.place
            )
            project.stages["second"] = Stage(
                key: StageKey(project: "shop", name: "second"),
                requestedFreight: [FreightRequest(warehouse: "other", direct: true)],
                promotion: .steps(cell.steps(harness.remote.displayURL, image: WayOfWriting.other)),
                place: EngineHarness.place
            )
        }
        configuration.pipelines.projects["shop"] = project
        harness.engine.core.configuration = configuration
        return harness
    }

    /// A first promotion; the tag that it made is gone afterwards, so that another one can be made.
    private static func begun(
        _ cell: WayOfWriting,
        besides: Bool = false,
        _ change: (inout Stage) -> Void = { _ in }
    ) async throws -> EngineHarness {
        let harness = try await harness(cell, besides: besides, change)
        try await PushTargetTests.promote(harness, "1.0.0")
        _ = try await PushTargetTests.succeeded(harness)
        harness.remote.set("refs/tags/v1", to: nil)
        return harness
    }

    /// What the promotion's newest push holds.
    private static func pushed(_ harness: EngineHarness, _ cell: WayOfWriting) async throws -> String {
        let promotions = harness.wholes
        let outcome = try #require(
            promotions.flatMap(\.branches).last { $0.pushed },
            "\(promotions.map { "\($0.phase) \($0.message)" })"
        )
        harness.remote.set("refs/heads/looked-at", to: outcome.commit)
        return try #require(try await harness.remote.files(branch: "looked-at")?[cell.file])
    }

    /// Somebody commits another content of the file that counts.
    private static func commit(
        _ content: String,
        to harness: EngineHarness,
        _ cell: WayOfWriting,
        branch: String? = nil,
        message: String = "hotfix"
    ) async throws {
        let branch = branch ?? cell.branch ?? "main"
        var files = try #require(try await harness.remote.files(branch: branch))
        files[branch == "main" ? cell.source : cell.file] = content
        try await harness.remote.seed(branch: branch, files: files, message: message)
    }

    private static func adopt(_ harness: EngineHarness) async throws {
        _ = try await harness.pipelines.adopt(stage: stage, actor: "ada")
    }

    @Test(arguments: WayOfWriting.all)
    func `a branch that somebody has put back stops the promotion`(cell: WayOfWriting) async throws {
        let harness = try await Self.begun(cell)
        let branch = cell.branch ?? "main"
        try await harness.remote.seed(
            branch: branch,
            files: [
                branch == "main" ? cell.source : cell.file: branch == "main"
                    ? cell.source("0.7.0") : cell.content("0.7.0")
            ],
            message: "forced",
            parents: []
        )
        try await PushTargetTests.promote(harness, "1.1.0")
        let failed = await harness.promotions(.failed)
        if cell.branch == nil {
            // A new ref begins at whatever is checked out: nothing was left there that could have drifted.
            let text = try await Self.pushed(harness, cell)
            #expect(failed.isEmpty && text.contains("1.1.0"), "\(failed.map(\.message))")
        } else {
            #expect(
                failed.count == 1 && failed[0].message.contains("\(branch) has drifted"),
                "\(failed.map(\.message))"
            )
        }
    }

    @Test(arguments: WayOfWriting.all)
    func `work of others is never lost without a word`(cell: WayOfWriting) async throws {
        let harness = try await Self.begun(cell)
        let branch = cell.branch ?? "main"
        let file = branch == "main" ? cell.source : cell.file
        let before = try #require(try await harness.remote.files(branch: branch)?[file])
        try await Self.commit(cell.changed(before), to: harness, cell)
        try await PushTargetTests.promote(harness, "1.1.0")
        let failed = await harness.promotions(.failed)
        if cell.isCopied {
            #expect(failed.count == 1 && failed[0].message.contains("hotfix"), "\(failed.map(\.message))")
        } else {
            // An edit keeps what else stands in the file.
            let text = try await Self.pushed(harness, cell)
            #expect(failed.isEmpty && text.contains("theirs") && text.contains("1.1.0"), "\(text)")
        }
    }

    @Test(arguments: WayOfWriting.all)
    func `an older version is not promoted by itself`(cell: WayOfWriting) async throws {
        let harness = try await Self.begun(cell)
        try await Self.commit(
            cell.branch == "main" || cell.branch == nil ? cell.source("2.0.0") : cell.content("2.0.0"),
            to: harness,
            cell
        )
        // As adopted: what the branch carries counts, whoever set it.
        if cell.isCopied { try await Self.adopt(harness) }
        try await PushTargetTests.promote(harness, "1.1.0")
        let failed = await harness.promotions(.failed)
        #expect(
            failed.count == 1
                && failed[0].message.contains("carries \(WayOfWriting.app) 2.0.0, and 1.1.0 is older"),
            "\(failed.map(\.message))"
        )
        // By hand it is.
        let freight = try #require(failed.first?.freight)
        _ = try await harness.pipelines.promote(stage: Self.stage, freight: freight.text, acceptTree: nil, actor: "ada")
        try await harness.engine.drain()
        harness.clock.advance(.seconds(60))
        try await harness.engine.drain()
        #expect(try await Self.pushed(harness, cell).contains("1.1.0"))
    }

    @Test(arguments: WayOfWriting.all)
    func `a promotion that changes more than the limits waits for a person`(cell: WayOfWriting) async throws {
        let harness = try await Self.begun(cell)
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

    @Test(arguments: WayOfWriting.all)
    func `images that the freight does not carry stay as the branch has them`(cell: WayOfWriting) async throws {
        let harness = try await Self.begun(cell, besides: true) { $0.carriesImages = true }
        if let branch = cell.branch {
            let content =
                branch == "main" ? cell.source("1.0.0", other: "3.0.0") : cell.content("1.0.0", other: "3.0.0")
            try await Self.commit(content, to: harness, cell)
            try await Self.adopt(harness)
        }
        try await PushTargetTests.promote(harness, "1.1.0")
        let text = try await Self.pushed(harness, cell)
        #expect(await harness.promotions(.failed).map(\.message) == [])
        // A new ref has what is checked out: there is no branch that carries anything else.
        #expect(text.contains(cell.branch == nil ? "1.0.0" : "3.0.0"), "\(text)")
        #expect(text.contains("1.1.0"))
        #expect(!text.contains(cell.branch == nil ? "3.0.0" : "1.0.0"), "\(text)")
    }

    @Test(arguments: WayOfWriting.all)
    func `an image of another stage is never taken back`(cell: WayOfWriting) async throws {
        let harness = try await Self.begun(cell, besides: true)
        if let branch = cell.branch {
            let content =
                branch == "main" ? cell.source("1.0.0", other: "3.0.0") : cell.content("1.0.0", other: "3.0.0")
            try await Self.commit(content, to: harness, cell)
            try await Self.adopt(harness)
        }
        try await PushTargetTests.promote(harness, "1.1.0")
        let failed = await harness.promotions(.failed)
        guard cell.isCopied else {
            // Only the own image is written.
            let text = try await Self.pushed(harness, cell)
            #expect(failed.isEmpty && text.contains("1.1.0"), "\(failed.map(\.message))")
            return
        }
        #expect(
            failed.count == 1 && failed[0].message.contains("which belongs to stage shop/second")
                && failed[0].message.contains("3.0.0") && failed[0].message.contains("carryImages"),
            "\(failed.map(\.message))"
        )
    }

    @Test(arguments: WayOfWriting.all)
    func `another program that writes the same is not fought`(cell: WayOfWriting) async throws {
        let harness = try await Self.begun(cell)
        guard let branch = cell.branch else {
            // A new ref is nobody else's.
            return
        }
        let content = branch == "main" ? cell.source("1.0.5") : cell.content("1.0.5")
        try await Self.commit(
            content,
            to: harness,
            cell,
            message: "update\n\nHoistway-Promotion: test.01aaaaaaaaaaaaaaaaaaaaaaaa.0000000\n"
        )
        try await PushTargetTests.promote(harness, "1.1.0")
        let failed = await harness.promotions(.failed)
        if cell.way == .built || cell.way == .charted {
            // No step of the stage edits the file: what others have in what it clears stops it.
            #expect(failed.count == 1 && failed[0].message.contains("write over or delete"), "\(failed.map(\.message))")
        } else {
            #expect(failed.count == 1 && failed[0].message.contains("two writers"), "\(failed.map(\.message))")
        }
    }

    @Test(arguments: WayOfWriting.all)
    func `what could be compared gives no warning`(cell: WayOfWriting) async throws {
        let harness = try await Self.begun(cell)
        try await PushTargetTests.promote(harness, "1.1.0")
        let warnings = await harness.promotions(.succeeded).compactMap(\.warnings).flatMap(\.self)
        #expect(await harness.promotions(.succeeded).count == 2)
        #expect(!warnings.contains { $0.contains("could not be checked") }, "\(warnings)")
        // A file in which a step sets a version, or in which only the freight's images change, comes along for that.
        let last = await harness.promotions(.succeeded).last?.warnings ?? []
        #expect(!last.contains { $0.contains("besides images") }, "\(last)")
    }
}
