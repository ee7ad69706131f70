import HoistwayModel
import HoistwayPorts
import HoistwaySettings
import HoistwayTestKit
import Testing

@testable import HoistwayCommands

/// What is read of a repository of manifests, and what is refused before it costs much.
struct ManifestFetchTests {
    private static let url = "https://git.test/pipelines.git"
    private let remote = InMemoryGitRemote(url)

    private static func source(_ path: ManifestPath = .within("live"), branch: String? = "main") -> ManifestSource {
        ManifestSource(
            repoURL: url,
            key: RepositoryKey(normalised: "git.test/pipelines"),
            branch: branch,
            path: path,
            projects: nil
        )
    }

    private func read(_ source: ManifestSource = source(), unless known: ObjectID? = nil) async throws
        -> ManifestVersion?
    {
        try await ManifestFetch(remotes: InMemoryGitRemotes([remote]), clock: StillClock())
            .version(of: source, unless: known)
    }

    /// Commits `live` with these entries, each with a mode and an id of its own choice.
    private func commit(_ entries: [TreeEntry]) async throws {
        let live = TreeEntry(name: "live", mode: .tree, id: try await remote.makeTree(entries))
        let commit = try await remote.makeCommit(
            CommitDraft(
                tree: try await remote.makeTree([live]),
                parents: [],
                message: "m",
                author: CommitAuthor(name: "Ada", email: "ada@example.com"),
                at: Timestamp(seconds: 1)
            )
        )
        _ = try await remote.push([RefUpdate(ref: "refs/heads/main", old: .zero, new: commit)], pack: [])
    }

    private func file(_ name: GitPath, _ bytes: [UInt8] = Array("a: 1\n".utf8)) async throws -> TreeEntry {
        TreeEntry(name: name, mode: .file, id: try await remote.makeBlob(bytes))
    }

    @Test func `the files of the path are read, sorted, and nothing again while the branch stays`() async throws {
        let tip = try await remote.seed(
            files: ["live/b/c.yml": "c", "live/a.yaml": "a", "live/notes.txt": "n", "other/d.yaml": "d"]
        )
        let version = try #require(try await read())
        #expect(version.files.map(\.path) == ["live/a.yaml", "live/b/c.yml"])
        #expect(version.files.map(\.text) == ["a", "c"] && version.commit == tip)
        #expect(try await read(unless: tip) == nil)
        #expect(try await read(Self.source(.within("live/a.yaml")))?.files.map(\.text) == ["a"])
        #expect(try await read(Self.source(.glob("*/*.yaml"), branch: nil))?.files.map(\.text) == ["a", "d"])
    }

    @Test func `a branch that is not there, and a path with nothing, are told`() async throws {
        let missing = Self.source(branch: "gone")
        await #expect(throws: ManifestFailure.noBranch(source: missing.place, branch: "gone")) {
            _ = try await read(missing)
        }
        try await remote.seed(files: ["README.md": "r"])
        await #expect(throws: ManifestFailure.nothingThere(source: Self.source().place)) { _ = try await read() }
    }

    @Test(arguments: [FileMode.symlink, .submodule])
    func `a link is not followed`(mode: FileMode) async throws {
        var entry = try await file("a.yaml")
        entry.mode = mode
        try await commit([entry])
        await #expect(throws: ManifestFailure.notAFile(source: Self.source().place, path: "live/a.yaml")) {
            _ = try await read()
        }
    }

    @Test func `a link that no path selects, and a link in a folder's place, bring nothing`() async throws {
        let entry = try await file("a.yaml")
        try await commit([entry, TreeEntry(name: "lib", mode: .submodule, id: entry.id)])
        #expect(try await read()?.files.count == 1)
        await #expect(throws: ManifestFailure.self) { _ = try await read(Self.source(.within("live/lib"))) }
        await #expect(throws: ManifestFailure.self) { _ = try await read(Self.source(.within("live/lib/deep"))) }
    }

    @Test func `what is not UTF-8, or has a name that could repaint a terminal, is refused`() async throws {
        try await commit([try await file("a.yaml", [0x61, 0xFF])])
        await #expect(throws: ManifestFailure.notText(source: Self.source().place, path: "live/a.yaml")) {
            _ = try await read()
        }
        let other = ManifestFetchTests()
        try await other.commit([try await other.file("a\nok: no errors\u{1B}[2J.yaml")])
        let failure = await #expect(throws: ManifestFailure.self) { _ = try await other.read() }
        #expect(failure?.message.hasSuffix(#""live/a\nok: no errors\033[2J.yaml""#) == true)
    }

    @Test(arguments: [(500, true), (501, false)])
    func `no more than 500 files are read`(count: Int, isRead: Bool) async throws {
        let one = try await file("a.yaml")
        try await commit((0..<count).map { TreeEntry(name: "\($0).yaml", mode: .file, id: one.id) })
        if isRead {
            #expect(try await read()?.files.count == count)
        } else {
            await #expect(throws: Self.tooMuch("500 files")) { _ = try await read() }
        }
    }

    @Test func `no more than 16 MiB are read in all`() async throws {
        let one = try await file("a.yaml", Array(repeating: 0x23, count: 60_000))
        try await commit((0..<300).map { TreeEntry(name: "\($0).yaml", mode: .file, id: one.id) })
        await #expect(throws: Self.tooMuch("\(16 << 20) bytes in all")) { _ = try await read() }
    }

    @Test func `no more than 1000 folders are looked into`() async throws {
        let empty = try await remote.makeTree([])
        try await commit((0..<1000).map { TreeEntry(name: "f\($0)", mode: .tree, id: empty) })
        await #expect(throws: Self.tooMuch("1000 folders")) { _ = try await read() }
    }

    /// One tree of a few kilobytes, named often, would fill the memory with names.
    @Test func `no more than 100000 names are looked at, however few of them are manifests`() async throws {
        let one = try await file("a.txt")
        let wide = try await remote.makeTree((0..<200).map { TreeEntry(name: "n\($0)", mode: .file, id: one.id) })
        try await commit((0..<900).map { TreeEntry(name: "f\($0)", mode: .tree, id: wide) })
        await #expect(throws: Self.tooMuch("100000 names in its folders")) { _ = try await read() }
    }

    @Test(arguments: [(16, true), (17, false)])
    func `no more than 16 levels are gone down`(depth: Int, isRead: Bool) async throws {
        let path = "live/" + String(repeating: "d/", count: depth) + "a.yaml"
        try await remote.seed(files: [path: "a"])
        if isRead {
            #expect(try await read()?.files.map(\.path) == [path])
        } else {
            await #expect(throws: Self.tooMuch("folders more than 16 levels deep")) { _ = try await read() }
        }
    }

    @Test(.timeLimit(.minutes(10))) func `a server that never comes to an end is given up`() async throws {
        let fetch = ManifestFetch(remotes: EndlessRemotes(), clock: StillClock(endsAtOnce: true))
        await #expect(throws: ManifestFailure.tooSlow(source: Self.source().place, limit: .seconds(30))) {
            _ = try await fetch.version(of: Self.source(), unless: nil, within: .seconds(30))
        }
    }

    private static func tooMuch(_ what: String) -> ManifestFailure { .tooMuch(source: source().place, what: what) }
}

/// Time stands still; a pause ends at once, or with its task.
private struct StillClock: WallClock {
    var endsAtOnce = false

    func now() -> Timestamp { Timestamp(seconds: 1_800_000_000) }

    func sleep(for duration: Duration) async throws {
        if !endsAtOnce { try await Task.sleep(for: .seconds(3600)) }
    }
}

/// Its remotes answer when the asking task is cancelled, and not before.
private struct EndlessRemotes: GitRemotes {
    func remote(_ url: String, project: String, insecureSkipTLSVerify: Bool) throws(GitFailure) -> any GitRemote {
        EndlessRemote(url)
    }
}

private final class EndlessRemote: GitRemote {
    let displayURL: String

    init(_ url: String) {
        displayURL = url
    }

    private func silence() async -> GitFailure {
        // Cancelled: that is what it waits for.
        try? await Task.sleep(for: .seconds(3600))
        return .unreachable(url: displayURL, detail: "nobody waits any more")
    }

    func refs(prefixes: [String]) async throws(GitFailure) -> RefSnapshot { throw await silence() }
    func load(_ wants: [PathWant]) async throws(GitFailure) { throw await silence() }
    func commit(_ id: ObjectID) async throws(GitFailure) -> CommitRecord { throw await silence() }
    func tag(_ id: ObjectID) async throws(GitFailure) -> TagRecord? { throw await silence() }
    func tree(_ id: ObjectID) async throws(GitFailure) -> [TreeEntry] { throw await silence() }
    func blob(_ id: ObjectID) async throws(GitFailure) -> [UInt8] { throw await silence() }
    func makeBlob(_ bytes: [UInt8]) async throws(GitFailure) -> ObjectID { throw await silence() }
    func makeTree(_ entries: [TreeEntry]) async throws(GitFailure) -> ObjectID { throw await silence() }
    func makeCommit(_ draft: CommitDraft) async throws(GitFailure) -> ObjectID { throw await silence() }
    func makeTag(_ draft: TagDraft) async throws(GitFailure) -> ObjectID { throw await silence() }
    func pack(for updates: [RefUpdate]) async throws(GitFailure) -> [UInt8] { throw await silence() }
    func push(_ updates: [RefUpdate], pack: [UInt8]) async throws(GitFailure) -> [RefResult] { throw await silence() }
    func history(
        from tip: ObjectID,
        until known: ObjectID?,
        limit: Int
    ) async throws(GitFailure) -> [CommitRecord] { throw await silence() }
}
