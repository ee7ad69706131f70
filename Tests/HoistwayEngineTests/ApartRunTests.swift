import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayEngine

/// A promotion with a step that takes its time.
struct ApartRunTests {
    private static let services = (0..<39).map { "s\($0)" }

    private static func rendering(_ remote: String) -> [StepTemplate] {
        EngineHarness.templates([
            (
                "git-clone",
                [
                    "repoURL": .string(remote),
                    "checkout": .list([.map(["branch": .string("main"), "path": .string("./repo")])]),
                ]
            ),
            ("kustomize-set-image", ["path": .string("./repo/envs/slow")]),
            ("kustomize-build", ["path": .string("./repo/envs/slow"), "outPath": .string("./repo/out/slow.yaml")]),
            ("git-commit", ["path": .string("./repo")]),
            ("git-push", ["path": .string("./repo")]),
        ])
    }

    private static func harness(_ renderer: HeldRenderer) async throws -> EngineHarness {
        let harness = try await EngineHarness(stages: services + ["slow"], renderer: renderer)
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["slow"]?.promotion = .steps(
            rendering(harness.remote.displayURL)
        )
        harness.engine.core.configuration = configuration
        return harness
    }

    @Test func `it holds up none of the others that write its branch, and no update is lost`() async throws {
        let renderer = HeldRenderer()
        let harness = try await Self.harness(renderer)
        harness.receive("1.0.0")
        let serving = Task { try await harness.engine.run() }
        defer { serving.cancel() }
        try await eventually("the others' pushes") { await harness.promotions(.succeeded).count == 39 }
        try await eventually("the program's start") { renderer.runs == 1 }
        #expect(harness.remote.pushes == 1)
        for service in Self.services { #expect(try await harness.tag(service) == "1.0.0") }
        #expect(try await harness.tag("slow") == "0.9.0")
        // Somebody else's commit, elsewhere on the branch.
        var files = try #require(try await harness.remote.files(branch: "main"))
        files["README.md"] = "theirs"
        try await harness.remote.seed(files: files)
        renderer.release()
        try await eventually("the last push") { await harness.promotions(.succeeded).count == 40 }
        #expect(renderer.runs == 1, "what it made of the same files is taken")
        let result = try #require(try await harness.remote.files(branch: "main"))
        #expect(result["README.md"] == "theirs")
        #expect(result["out/slow.yaml"]?.hasPrefix("# of ") ?? false)
        #expect(result["out/slow.yaml"]?.contains("newTag: 1.0.0") ?? false)
        for service in Self.services { #expect(try await harness.tag(service) == "1.0.0") }
        #expect(harness.remote.pushes <= 3)
    }

    @Test func `a program runs again where others have changed what it read`() async throws {
        let renderer = HeldRenderer()
        let harness = try await Self.harness(renderer)
        harness.receive("1.0.0")
        let serving = Task { try await harness.engine.run() }
        defer { serving.cancel() }
        try await eventually("the others' pushes") { await harness.promotions(.succeeded).count == 39 }
        try await eventually("the program's start") { renderer.hasRead }
        var files = try #require(try await harness.remote.files(branch: "main"))
        files["envs/slow/kustomization.yaml"]? += "namespace: theirs\n"
        try await harness.remote.seed(files: files)
        renderer.release()
        try await eventually("the last push") { await harness.promotions(.succeeded).count == 40 }
        #expect(renderer.runs == 2)
        let made = try await harness.remote.files(branch: "main")?["out/slow.yaml"]
        #expect(made?.contains("namespace: theirs") ?? false, "\(made ?? "")")
    }

    @Test func `an abort stops it at once`() async throws {
        let renderer = HeldRenderer()
        let harness = try await Self.harness(renderer)
        harness.receive("1.0.0")
        let serving = Task { try await harness.engine.run() }
        defer { serving.cancel() }
        try await eventually("the program's start") { renderer.runs == 1 }
        let promotion = try #require(
            await harness.state.openPromotions(of: StageKey(project: "shop", name: "slow")).first
        )
        _ = try await harness.pipelines.abort(promotion: promotion.id, actor: "ann")
        try await eventually("the program's end") { renderer.isCancelled }
        #expect(await harness.state.promotions[promotion.id]?.phase == .aborted)
    }
}

/// Gives what it read, once it is released.
private final class HeldRenderer: ManifestRenderer {
    private struct State {
        var runs = 0
        var hasRead = false
        var isReleased = false
        var isCancelled = false
    }

    let limits = ProgramLimits()
    private let state = Mutex(State())
    private let released = Signal()

    var runs: Int { state.withLock(\.runs) }
    /// It has read its files for the first time.
    var hasRead: Bool { state.withLock(\.hasRead) }
    var isCancelled: Bool { state.withLock(\.isCancelled) }

    func release() {
        state.withLock { $0.isReleased = true }
        released.notify()
    }

    func build(_ build: KustomizeBuild, from files: any SourceFiles) async throws(RenderFailure) -> RenderedManifests {
        state.withLock { $0.runs += 1 }
        let path = GitPath("\(build.folder)/kustomization.yaml")
        let text: [UInt8]
        do throws(WorkspaceFailure) {
            text = try await files.read(path) ?? []
        } catch {
            throw .workspace(error)
        }
        state.withLock { $0.hasRead = true }
        while true {
            let seen = released.count
            if Task.isCancelled {
                state.withLock { $0.isCancelled = true }
                throw .program(.cancelled(name: "kustomize"))
            }
            if state.withLock(\.isReleased) { break }
            await released.wait(since: seen)
        }
        return RenderedManifests(
            files: [ProgramFile(build.outPath, Array("# of \(path)\n".utf8) + text)],
            program: "kustomize 5.4.2",
            inputs: [path],
            words: ""
        )
    }

    func template(
        _ template: HelmTemplate,
        from files: any SourceFiles
    ) async throws(RenderFailure) -> RenderedManifests {
        throw .tooMuch(reason: "no chart is expected")
    }
}
