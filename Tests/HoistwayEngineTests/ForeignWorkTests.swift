import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Stages whose promotions replace a branch's tree, and people who commit to that branch.
struct ForeignWorkTests {
    private static func harness(_ policy: Stage.ForeignCommits, clears: Bool = true) async throws -> EngineHarness {
        let harness = try await EngineHarness(copyingTo: "stage/test", foreignCommits: policy, clears: clears)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test", on: "stage/test") == "1.0.0")
        return harness
    }

    private static func commit(_ harness: EngineHarness, _ change: (inout [String: String]) -> Void) async throws {
        var files = try #require(try await harness.remote.files(branch: "stage/test"))
        change(&files)
        try await harness.remote.seed(branch: "stage/test", files: files, message: "hotfix")
        harness.receive("1.1.0")
        try await harness.engine.drain()
    }

    @Test func `a foreign commit stops the promotion and is named, until it is adopted`() async throws {
        let harness = try await Self.harness(.stop)
        try await Self.commit(harness) { $0["hotfix.yaml"] = "theirs" }
        let failed = try #require(await harness.promotions(.failed).first)
        #expect(failed.message.contains("Someone <someone@example.com> (hotfix)"))
        #expect(try await harness.tag("test", on: "stage/test") == "1.0.0")
        let stage = StageKey(project: "shop", name: "test")
        _ = try await harness.pipelines.adopt(stage: stage, actor: "ada")
        _ = try await harness.pipelines.promote(
            stage: stage,
            freight: failed.freight.text,
            acceptTree: failed.branches.first?.tree.hex,
            actor: "ada"
        )
        try await harness.engine.drain()
        #expect(try await harness.tag("test", on: "stage/test") == "1.1.0")
    }

    /// The step beside the lane begins a run of its own, which must not ask for the refused push again.
    @Test func `behind a refused push, a step that takes its time still runs, and the promotion ends`() async throws {
        let harness = try await Self.harness(.stop)
        var configuration = harness.engine.core.configuration
        let asking = StepTemplate(
            uses: "http",
            alias: "ask",
            config: .map(["url": .string("https://example.com")]),
            condition: "${{ always() }}",
            place: EngineHarness.place
        )
        let pushing = EngineHarness.copying(remote: harness.remote.displayURL, branch: "stage/test")
        configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(pushing + [asking])
        harness.engine.core.configuration = configuration
        try await Self.commit(harness) { $0["hotfix.yaml"] = "theirs" }
        let failed = try #require(await harness.promotions(.failed).first)
        #expect(failed.message.contains("Someone <someone@example.com> (hotfix)"))
        // There is nobody who sends requests in this test: the step ran, and said so.
        #expect(failed.stepRecords.last?.message.contains("sends no requests") == true, "\(failed.stepRecords)")
        #expect(failed.branches.count == 1)
    }

    @Test func `work of others is kept where the stage says so`() async throws {
        let harness = try await Self.harness(.keep)
        try await Self.commit(harness) { $0["ops/deep/hotfix.yaml"] = "theirs" }
        for tag in ["1.1.0", "1.2.0", "1.3.0"] {
            if tag != "1.1.0" {
                harness.receive(tag)
                try await harness.engine.drain()
            }
            let files = try #require(try await harness.remote.files(branch: "stage/test"))
            #expect(files["ops/deep/hotfix.yaml"] == "theirs", "\(tag)")
            #expect(try await harness.tag("test", on: "stage/test") == tag)
        }
        #expect(await harness.promotions(.failed).isEmpty)
        // Until whoever wrote it takes it away.
        try await Self.commit(harness) { $0["ops/deep/hotfix.yaml"] = nil }
        harness.receive("1.4.0")
        try await harness.engine.drain()
        let files = try #require(try await harness.remote.files(branch: "stage/test"))
        #expect(files["ops/deep/hotfix.yaml"] == nil)
        let head = try #require(harness.remote.head("stage/test"))
        #expect(try await !harness.remote.commit(head).message.contains("Hoistway-Kept"))
    }

    @Test func `a copy that clears nothing stops at files that others changed, and at no others`() async throws {
        let beside = try await Self.harness(.stop, clears: false)
        try await Self.commit(beside) { $0["hotfix.yaml"] = "theirs" }
        #expect(try await beside.tag("test", on: "stage/test") == "1.1.0")
        #expect(try await beside.remote.files(branch: "stage/test")?["hotfix.yaml"] == "theirs")
        let over = try await Self.harness(.stop, clears: false)
        try await Self.commit(over) { $0["envs/test/kustomization.yaml"]? += "# theirs\n" }
        let failed = try #require(await over.promotions(.failed).first)
        #expect(failed.message.contains("would write over or delete envs/test/kustomization.yaml"), "\(failed.message)")
        let kept = try await Self.harness(.keep, clears: false)
        try await Self.commit(kept) { $0["envs/test/kustomization.yaml"]? += "# theirs\n" }
        let refused = try #require(await kept.promotions(.failed).first)
        #expect(refused.message.contains("was changed by others and by this promotion"), "\(refused.message)")
    }

    /// Copies the folder `base` of `main` to `live`, and sets the image in place there.
    private static func copyingBeside(_ harness: EngineHarness, stages: [String]) {
        let source = ConfigValue.map(["branch": .string("main"), "path": .string("./src")])
        let target = ConfigValue.map(["branch": .string("live"), "create": .bool(true), "path": .string("./out")])
        var configuration = harness.engine.core.configuration
        for stage in stages {
            configuration.pipelines.projects["shop"]?.stages[stage]?.promotion = .steps(
                EngineHarness.templates([
                    (
                        "git-clone",
                        ["repoURL": .string(harness.remote.displayURL), "checkout": .list([source, target])]
                    ),
                    ("copy", ["inPath": .string("./src/base"), "outPath": .string("./out/base")]),
                    ("kustomize-set-image", ["path": .string("./out/envs/\(stage)")]),
                    ("git-commit", ["path": .string("./out")]),
                    ("git-push", ["path": .string("./out")]),
                ])
            )
        }
        harness.engine.core.configuration = configuration
    }

    private static func edit(_ harness: EngineHarness, _ file: String) async throws {
        var files = try #require(try await harness.remote.files(branch: "live"))
        files[file, default: ""] += "# theirs\n"
        try await harness.remote.seed(branch: "live", files: files, message: "hotfix")
    }

    @Test func `what is edited in place beside a copy is kept, as anywhere`() async throws {
        let harness = try await EngineHarness(stages: ["a"]) { _ in "live" }
        try await harness.remote.seed(files: ["base/x.yaml": "x"])
        Self.copyingBeside(harness, stages: ["a"])
        harness.receive("1.0.0")
        try await harness.engine.drain()
        try await Self.edit(harness, "envs/a/kustomization.yaml")
        harness.receive("1.1.0")
        try await harness.engine.drain()
        #expect(await harness.promotions(.failed).map(\.message) == [])
        let file = try #require(try await harness.remote.files(branch: "live")?["envs/a/kustomization.yaml"])
        #expect(file.contains("newTag: 1.1.0") && file.contains("# theirs"))
    }

    /// A stage that copies to `live`, and has done so once.
    private static func copied() async throws -> EngineHarness {
        let harness = try await EngineHarness(stages: ["a"]) { _ in "live" }
        try await harness.remote.seed(files: ["base/x.yaml": "x"])
        copyingBeside(harness, stages: ["a"])
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(try await harness.remote.files(branch: "live")?["base/x.yaml"] == "x")
        return harness
    }

    @Test func `work that came by a merge counts, on whichever side of it`() async throws {
        let harness = try await Self.copied()
        var files = try #require(try await harness.remote.files(branch: "live"))
        let left = try #require(harness.remote.head("live"))
        files["base/x.yaml"] = "x# theirs"
        let theirs = try await harness.remote.seed(branch: "side", files: files, parents: [left])
        harness.receive("1.1.0")
        try await harness.engine.drain()
        let ours = try #require(harness.remote.head("live"))
        var merged = try #require(try await harness.remote.files(branch: "live"))
        merged["base/x.yaml"] = "x# theirs"
        try await harness.remote.seed(branch: "live", files: merged, message: "Merge", parents: [theirs, ours])
        harness.receive("1.2.0")
        try await harness.engine.drain()
        #expect(await harness.promotions(.failed).count == 1)
        #expect(try await harness.remote.files(branch: "live")?["base/x.yaml"] == "x# theirs")
    }

    @Test func `many commits beside what is copied, and one that was taken back, stop nothing`() async throws {
        let harness = try await Self.copied()
        for number in 0..<25 {
            var files = try #require(try await harness.remote.files(branch: "live"))
            files["notes/\(number)"] = "n"
            files["base/x.yaml"] = number == 3 ? "x# theirs" : "x"
            try await harness.remote.seed(branch: "live", files: files, message: "notes")
        }
        harness.receive("1.1.0")
        try await harness.engine.drain()
        #expect(await harness.promotions(.failed).map(\.message) == [])
        #expect(try await harness.tag("a", on: "live") == "1.1.0")
        #expect(try await harness.remote.files(branch: "live")?["notes/24"] == "n")
    }

    @Test func `a file that another stage copies too may still be somebody's`() async throws {
        let harness = try await EngineHarness(stages: ["a", "b"]) { _ in "live" }
        try await harness.remote.seed(files: ["base/x.yaml": "x"])
        Self.copyingBeside(harness, stages: ["a", "b"])
        harness.receive("1.0.0")
        try await harness.engine.drain()
        // Both write it: the later one's commit lies between the earlier one's and the edit.
        var main = try #require(try await harness.remote.files(branch: "main"))
        main["base/x.yaml"] = "x2"
        try await harness.remote.seed(files: main)
        harness.receive("1.1.0")
        try await harness.engine.drain()
        #expect(try await harness.remote.files(branch: "live")?["base/x.yaml"] == "x2")
        try await Self.edit(harness, "base/x.yaml")
        harness.receive("1.2.0")
        try await harness.engine.drain()
        #expect(await harness.promotions(.failed).map(\.stage.name).sorted() == ["a", "b"])
        #expect(try await harness.remote.files(branch: "live")?["base/x.yaml"] == "x2# theirs\n")
    }

    @Test func `others' work is kept by a copy below another stage's commits too`() async throws {
        let harness = try await EngineHarness(stages: ["a", "b"]) { _ in "live" }
        try await harness.remote.seed(files: ["base/x.yaml": "x"])
        Self.copyingBeside(harness, stages: ["b"])
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["b"]?.foreignCommits = .keep
        harness.engine.core.configuration = configuration
        harness.receive("1.0.0")
        try await harness.engine.drain()
        try await Self.edit(harness, "base/x.yaml")
        for tag in ["1.1.0", "1.2.0"] {
            harness.receive(tag)
            try await harness.engine.drain()
            #expect(await harness.promotions(.failed).map(\.message) == [])
            for stage in ["a", "b"] { #expect(try await harness.tag(stage, on: "live") == tag) }
            #expect(try await harness.remote.files(branch: "live")?["base/x.yaml"] == "x# theirs\n")
        }
    }

    @Test func `a copy stops at others' work below another stage's commits too, until it is adopted`() async throws {
        let harness = try await EngineHarness(stages: ["a", "b"]) { _ in "live" }
        try await harness.remote.seed(files: ["base/x.yaml": "x"])
        Self.copyingBeside(harness, stages: ["b"])
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(try await harness.remote.files(branch: "live")?["base/x.yaml"] == "x")
        try await Self.edit(harness, "base/x.yaml")
        // In one batch with the other stage's commit, and then on top of a push of it.
        for (number, tag) in ["1.1.0", "1.2.0"].enumerated() {
            harness.receive(tag)
            try await harness.engine.drain()
            let failed = await harness.promotions(.failed)
            #expect(failed.map(\.stage.name) == Array(repeating: "b", count: number + 1))
            #expect(failed.last?.message.contains("would write over or delete base/x.yaml") == true)
            #expect(try await harness.tag("a", on: "live") == tag)
            #expect(try await harness.remote.files(branch: "live")?["base/x.yaml"] == "x# theirs\n")
        }
        _ = try await harness.pipelines.adopt(stage: StageKey(project: "shop", name: "b"), actor: "ada")
        harness.receive("1.3.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("b", on: "live") == "1.3.0")
        #expect(try await harness.remote.files(branch: "live")?["base/x.yaml"] == "x")
    }

    @Test func `what a commit says it keeps is read as it was written`() throws {
        let id = try #require(ObjectID(String(repeating: "a", count: 40)))
        let kept: [GitPath: ObjectID] = [
            "ops/a b.yaml": id, "new.yaml": .zero, "caf\u{E9}": id, "cafe\u{301}": .zero,
            GitPath(bytes: [0xFE]): id, GitPath(bytes: [0xFF, 0x0A, 0x22]): .zero, "line\u{2028}break": id,
        ]
        let message = KeptFiles.note(kept, in: "Promote\n\nHoistway-Stage: shop/test\n")
        #expect(message.hasPrefix("Promote\n\nHoistway-Stage: shop/test\nHoistway-Kept: "))
        #expect(KeptFiles.read(from: message) == kept)
        #expect(KeptFiles.note([:], in: "Promote") == "Promote")
        #expect(KeptFiles.read(from: "Hoistway-Kept: nonsense x\nHoistway-Kept: \(id)\n").isEmpty)
    }

    @Test func `a file that both changed stops the promotion`() async throws {
        let harness = try await Self.harness(.keep)
        try await Self.commit(harness) { $0["envs/test/kustomization.yaml"]? += "# theirs\n" }
        let failed = try #require(await harness.promotions(.failed).first)
        #expect(failed.message.contains("envs/test/kustomization.yaml of stage/test was changed by others"))
        #expect(failed.message.contains("hoistway adopt shop/test"))
        _ = try await harness.pipelines.adopt(stage: StageKey(project: "shop", name: "test"), actor: "ada")
        harness.receive("1.2.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test", on: "stage/test") == "1.2.0")
    }

    @Test func `a newer version on the branch is not replaced by an older one, whatever the copy's source has`()
        async throws
    {
        let harness = try await EngineHarness(copyingTo: "stage/test", foreignCommits: .overwrite)
        try await harness.remote.seed(
            branch: "stage/test",
            files: ["envs/test/kustomization.yaml": EngineHarness.kustomization("1.5.0")]
        )
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let failed = try #require(await harness.promotions(.failed).first)
        #expect(failed.message.contains("stage/test carries ghcr.io/acme/app 1.5.0, and 1.0.0 is older"))
        try await harness.remote.seed(
            files: ["envs/test/kustomization.yaml": EngineHarness.kustomization("3.0.0")]
        )
        harness.receive("1.6.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test", on: "stage/test") == "1.6.0")
    }

    @Test func `work of others is replaced where the stage says so`() async throws {
        let harness = try await Self.harness(.overwrite)
        try await Self.commit(harness) { $0["envs/test/kustomization.yaml"]? += "# theirs\n" }
        #expect(try await harness.tag("test", on: "stage/test") == "1.1.0")
        let files = try #require(try await harness.remote.files(branch: "stage/test"))
        #expect(files["envs/test/kustomization.yaml"]?.contains("theirs") == false)
    }
}
