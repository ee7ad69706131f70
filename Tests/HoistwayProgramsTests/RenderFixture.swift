import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayPrograms
import HoistwayTestServers
import Testing

/// A workspace in memory.
struct MemoryFiles: SourceFiles {
    var files: [GitPath: [UInt8]] = [:]
    var symlinks: Set<GitPath> = []
    var submodules: Set<GitPath> = []

    init(_ files: KeyValuePairs<GitPath, String>) {
        for (path, text) in files { self.files[path] = Array(text.utf8) }
    }

    func entry(at path: GitPath) async throws(WorkspaceFailure) -> SourceEntry? {
        if symlinks.contains(path) { return .symlink }
        if submodules.contains(path) { return .submodule }
        if files[path] != nil { return .file(isExecutable: false) }
        return files.keys.contains { $0.isInside(path) } ? .folder : nil
    }

    func read(_ path: GitPath) async throws(WorkspaceFailure) -> [UInt8]? { files[path] }

    func list(_ folder: GitPath, limit: Int) async throws(WorkspaceFailure) -> [(path: GitPath, entry: SourceEntry)] {
        let all: [(path: GitPath, entry: SourceEntry)] =
            files.keys.map { ($0, .file(isExecutable: false)) } + symlinks.map { ($0, .symlink) }
            + submodules.map { ($0, .submodule) }
        return Array(all.filter { $0.path.isInside(folder) }.sorted { $0.path < $1.path }.prefix(limit))
    }
}

/// Programs of this machine that tests need, and why tests are skipped without them.
enum TestPrograms {
    /// A kubectl with kustomize 5.0 or newer, as `scripts/test` finds it.
    static let kubectl = ProcessInfo.processInfo.environment["HOISTWAY_TEST_KUBECTL"] ?? find("kubectl")
    /// A real Helm, where the machine has one.
    static let helm = ProcessInfo.processInfo.environment["HOISTWAY_TEST_HELM"] ?? find("helm")
    static let hasKubectl = kubectl != nil
    static let hasHelm = helm != nil

    private static func find(_ name: String) -> String? {
        ["/usr/local/bin", "/usr/bin"].map { "\($0)/\(name)" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }
}

/// A renderer with programs that a test chooses.
struct RenderFixture {
    let sandbox: SandboxFixture

    init(_ way: SandboxFixture.Way = .best) async throws { sandbox = try await SandboxFixture(way) }

    /// Programs of the machine, except those that are scripts of the test.
    func renderer(kustomize: String? = nil, kubectl: String? = TestPrograms.kubectl, helm: String? = TestPrograms.helm)
        -> ProgramRenderer
    {
        ProgramRenderer(runner: sandbox.runner, tools: tools(kustomize: kustomize, kubectl: kubectl, helm: helm))
    }

    func tools(kustomize: String? = nil, kubectl: String? = nil, helm: String? = nil) -> ProgramTools {
        ProgramTools(
            runner: sandbox.runner,
            paths: ProgramPaths(
                kustomize: kustomize,
                kubectl: kubectl,
                helm: helm,
                folders: ["\(sandbox.scripts.path)/search"]
            )
        )
    }

    /// A program that answers a question for its version, and else does what the text says.
    func program(_ name: String, version: String, _ text: String = "exit 9") throws -> String {
        try sandbox.script(
            """
            case "$1" in version) printf '%s\\n' '\(version)'; exit;; esac
            \(text)
            """,
            name: name
        ).path
    }

    func build(
        _ files: MemoryFiles,
        _ folder: GitPath,
        to outPath: GitPath = "out.yaml",
        _ names: KustomizeBuild.FileNames = .kargo
    )
        async throws -> RenderedManifests
    {
        var build = KustomizeBuild(folder, outPath: outPath)
        build.fileNames = names
        return try await renderer().build(build, from: files)
    }

    /// What a build was refused with before a program was run.
    func refusal(_ files: MemoryFiles, _ folder: GitPath) async throws -> RenderFailure? {
        // It says its version and fails at everything else.
        let never = try program("kustomize", version: "v5.4.2")
        do {
            _ = try await renderer(kustomize: never).build(KustomizeBuild(folder, outPath: "out"), from: files)
            return nil
        } catch {
            return error
        }
    }
}

extension RenderedManifests {
    /// Content by path.
    var texts: [String: String] {
        Dictionary(uniqueKeysWithValues: files.map { ($0.path.description, String(decoding: $0.bytes, as: UTF8.self)) })
    }

    var only: String { files.count == 1 ? String(decoding: files[0].bytes, as: UTF8.self) : "\(files.count) files" }
}
