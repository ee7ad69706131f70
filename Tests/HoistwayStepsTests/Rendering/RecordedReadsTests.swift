import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Testing

/// A memo holds as long as everything that its program could see is the same, and not longer.
struct RecordedReadsTests {
    private static let before: [GitPath: String] = [
        "app/kustomization.yaml": "resources: [web.yaml]\n", "app/web.yaml": "kind: Deployment\n",
        "charts/web/Chart.yaml": "name: web\n", "other/notes.md": "notes\n",
    ]

    /// What a program that needs `app` and `charts` asks for.
    private static func read(_ files: any IdentifiedFiles) async throws -> RecordedReads {
        let source = RecordingSource(files)
        #expect(try await source.entry(at: "app/kustomization.yml") == nil)
        #expect(try await source.entry(at: "app/kustomization.yaml") == .file(isExecutable: false))
        #expect(try await source.read("app/kustomization.yaml") != nil)
        #expect(try await source.read("app/web.yaml") != nil)
        #expect(try await source.read("app/absent.yaml") == nil)
        for (path, _) in try await source.list("charts", limit: 100) { _ = try await source.read(path) }
        return source.reads
    }

    @Test func `the same files hold, whatever else changes`() async throws {
        let reads = try await Self.read(PlainFiles(Self.before))
        #expect(!reads.isEmpty)
        #expect(try await reads.hold(in: PlainFiles(Self.before)))
        var files = Self.before
        files["other/notes.md"] = "changed"
        files["other/more.md"] = "new"
        #expect(try await reads.hold(in: PlainFiles(files)))
    }

    @Test(arguments: [
        ("app/web.yaml", "kind: StatefulSet\n"), ("app/web.yaml", nil), ("app/kustomization.yaml", "resources: []\n"),
        // What was looked for and was not there.
        ("app/kustomization.yml", "resources: []\n"), ("app/absent.yaml", "kind: Service\n"),
        // What would be in a list.
        ("charts/web/values.yaml", "a: 1\n"), ("charts/web/Chart.yaml", nil),
    ])
    func `a change of anything that was asked for does not hold`(path: GitPath, text: String?) async throws {
        let reads = try await Self.read(PlainFiles(Self.before))
        var files = Self.before
        files[path] = text
        #expect(try await !reads.hold(in: PlainFiles(files)))
    }

    @Test func `another kind of entry does not hold`() async throws {
        let reads = try await Self.read(PlainFiles(Self.before))
        var files = PlainFiles(Self.before)
        files.executables = ["app/kustomization.yaml"]
        #expect(try await !reads.hold(in: files))
    }

    @Test func `files that cannot be read are a failure and no answer`() async throws {
        let reads = try await Self.read(PlainFiles(Self.before))
        var files = PlainFiles(Self.before)
        files.failure = .missing(path: "app")
        let broken = files
        await #expect(throws: WorkspaceFailure.missing(path: "app")) { try await reads.hold(in: broken) }
    }
}

/// Texts by path.
struct PlainFiles: IdentifiedFiles {
    var files: [GitPath: String]
    var executables: Set<GitPath> = []
    var failure: WorkspaceFailure?

    init(_ files: [GitPath: String]) { self.files = files }

    func entry(at path: GitPath) async throws(WorkspaceFailure) -> SourceEntry? {
        if let failure { throw failure }
        if files[path] != nil { return .file(isExecutable: executables.contains(path)) }
        return files.keys.contains { $0.isInside(path) } ? .folder : nil
    }

    func read(_ path: GitPath) async throws(WorkspaceFailure) -> [UInt8]? {
        if let failure { throw failure }
        return files[path].map { Array($0.utf8) }
    }

    func list(_ folder: GitPath, limit: Int) async throws(WorkspaceFailure) -> [(path: GitPath, entry: SourceEntry)] {
        if let failure { throw failure }
        return files.keys.filter { $0.isInside(folder) }.sorted().prefix(limit).map {
            ($0, .file(isExecutable: executables.contains($0)))
        }
    }

    /// The text itself as digits, which is enough for a few short texts.
    func identity(of path: GitPath) async throws(WorkspaceFailure) -> ObjectID? {
        if let failure { throw failure }
        guard let text = files[path] else { return nil }
        return ObjectID(bytes: Array((Array(text.utf8) + Array(repeating: 0, count: 20)).prefix(20)))
    }
}
