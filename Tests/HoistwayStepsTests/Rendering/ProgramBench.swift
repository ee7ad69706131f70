import HoistwayModel
import HoistwayPorts
import HoistwayTestKit

@testable import HoistwaySteps

/// A workspace with two checkouts, `./src` and the new branch `./out`, for a step that runs a program.
struct ProgramBench {
    let remote = InMemoryGitRemote(Bench.url)
    let workspace = InMemoryWorkspace()
    let memos = RenderMemos()

    init(_ files: [String: String] = ["app/kustomization.yaml": "resources: [web.yaml]\n"]) async throws {
        try await remote.seed(files: files)
        _ = try await workspace.mount(remote: remote, source: .branch("main", create: false), at: "./src")
        _ = try await workspace.mount(remote: remote, source: .branch("env/dev", create: true), at: "./out")
    }

    func context(_ renderer: StubRenderer?, isApart: Bool = true, remembers: Bool = true) -> StepContext {
        let record = Bench().promotion([])
        return StepContext(
            stage: record.stage,
            promotion: record,
            freight: nil,
            collection: [],
            subscriptions: [],
            remotes: InMemoryGitRemotes([remote]),
            workspace: workspace,
            renderer: renderer,
            memo: remembers ? memos.memo(of: record.id) : nil,
            isApart: isApart
        )
    }

    @discardableResult
    func run(
        _ uses: String,
        _ config: ConfigValue,
        _ context: StepContext
    ) async throws(StepFailure) -> StepOutcome {
        let template = StepTemplate(uses: uses, alias: "build", config: config, place: Bench.place)
        return try await StepRegistry.run(template, in: context)
    }

    func failure(
        _ uses: String,
        _ config: ConfigValue,
        _ context: StepContext
    ) async -> StepFailure? {
        do throws(StepFailure) {
            try await run(uses, config, context)
            return nil
        } catch {
            return error
        }
    }

    func text(_ path: String) async throws -> String? {
        try await workspace.read(path).map { String(decoding: $0, as: UTF8.self) }
    }
}
