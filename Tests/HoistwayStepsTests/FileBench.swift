import HoistwayGit
import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

/// Runs file steps on a repository's `main`, checked out at `w`, and shows what they have made of it.
struct FileBench {
    /// Whose files the steps work on: the plain model, and the one that the program uses.
    enum Kind: CaseIterable { case plain, overlay }

    var bench = Bench()
    let workspace: any Workspace

    init(
        _ files: [String: String],
        modes: [String: FileMode] = [:],
        on kind: Kind = .plain
    ) async throws {
        workspace = Self.workspace(kind)
        try await bench.remote.seed(files: files, modes: modes)
    }

    static func workspace(_ kind: Kind) -> any Workspace {
        switch kind {
        case .plain: InMemoryWorkspace()
        case .overlay:
            OverlayWorkspace(
                author: CommitAuthor(name: "Hoistway", email: "hoistway@example.com"),
                at: Timestamp(seconds: 2)
            )
        }
    }

    static let clone: (String, ConfigValue) = (
        "git-clone", ["repoURL": .string(Bench.url), "checkout": [["path": "w"]]]
    )

    struct Result {
        var run: StepRun
        var event: StepRunEvent

        var phase: PromotionPhase? { event.phase }
        /// Of the last step that ran.
        var message: String { run.records.last { !$0.message.isEmpty }?.message ?? "" }
        /// Of the last step.
        var output: ConfigValue? { run.records.last.flatMap { run.outputs[$0.alias] } }
        var commitMessage: String? { output?["commitMessage"]?.string }
    }

    /// The steps, after the checkout.
    func run(_ steps: (String, ConfigValue)..., threshold: Int = 1) async throws -> Result {
        var templates = Bench.steps([Self.clone] + steps)
        for index in templates.indices { templates[index].errorThreshold = threshold }
        var run = bench.run(templates, workspace: workspace)
        let event = try await bench.finish(&run)
        return Result(run: run, event: event)
    }

    /// All files below `w`, as text; symlinks and submodules as what they are.
    func files(_ folder: GitPath = "w") async throws -> [String: String] {
        var texts: [String: String] = [:]
        for (path, entry) in try await workspace.list(folder, limit: 1000) {
            let name = String(path.matchable.dropFirst(folder.bytes.count + 1))
            switch entry {
            case .file: texts[name] = String(decoding: try await workspace.read(path) ?? [], as: UTF8.self)
            case .symlink: texts[name] = "(symlink)"
            case .submodule: texts[name] = "(submodule)"
            case .folder: Issue.record("a folder is listed")
            }
        }
        return texts
    }

    /// What `main` has.
    func pushed() async throws -> [String: String]? { try await bench.remote.files(branch: "main") }

    func file(_ path: String) async throws -> String? { try await files()[path] }
}

struct WorkspaceContractTests {
    @Test(arguments: WorkspaceContract.checks, FileBench.Kind.allCases)
    func `both workspaces look at files and remove them alike`(
        _ check: WorkspaceContract.Check,
        _ kind: FileBench.Kind
    ) async throws {
        try await check.run(FileBench.workspace(kind))
    }
}
