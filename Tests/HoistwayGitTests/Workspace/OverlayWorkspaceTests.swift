import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

struct OverlayWorkspaceTests {
    static let moment = Timestamp(seconds: 1_790_000_000)

    static func workspace(_ heads: KnownHeads = KnownHeads()) -> OverlayWorkspace {
        OverlayWorkspace(heads: heads, author: CommitAuthor(name: "Hoistway", email: "h@example.com"), at: moment)
    }

    /// Sends what a mount holds.
    static func push(_ workspace: OverlayWorkspace, _ path: String) async throws -> [RefResult] {
        let outgoing = try await workspace.outgoing(path)
        let branch = try #require(outgoing.branch)
        let tip = try #require(outgoing.commits.last)
        let updates = [RefUpdate(ref: "refs/heads/\(branch)", old: outgoing.base, new: tip)]
        let results = try await outgoing.remote.push(updates, pack: outgoing.remote.pack(for: updates))
        try await workspace.pushed(path, to: nil, as: tip)
        return results
    }

    @Test func `a rendered branch gets main's files by tree id, with one edit`() async throws {
        let files = Dictionary(
            uniqueKeysWithValues: (0..<300).map { ("apps/team\($0 % 10)/svc\($0)/deploy.yaml", "n: \($0)\n") }
        )
        let rig = try await LocalRig(files: files)
        try await rig.repository.commit(["old.txt": "old\n"], to: "stage/test")
        let workspace = Self.workspace()
        _ = try await workspace.mount(remote: rig.remote, source: .branch("main", create: false), at: "./src")
        _ = try await workspace.mount(remote: rig.remote, source: .branch("stage/test", create: true), at: "./out")
        try await workspace.clear("./out")
        #expect(try await workspace.read("src/apps/team3/svc13/deploy.yaml") == Array("n: 13\n".utf8))
        try await workspace.write("src/apps/team3/svc13/deploy.yaml", Array("n: new\n".utf8))
        let before = rig.transport.statistics.roundTrips
        try await workspace.copy(from: "./src", to: "./out", ignore: [])
        let result = try await workspace.commit("./out", message: "Promote\n", trailers: ["Hoistway-Stage: test"])
        // No folder but those on the way to the edit was ever asked for.
        #expect(rig.transport.statistics.roundTrips == before)
        #expect(rig.transport.requests.flatMap(\.wants).count == 6)
        guard case .committed(let id) = result else { return #expect(Bool(false), "nothing was committed") }
        #expect(try await Self.push(workspace, "out") == [.pushed])
        try await rig.repository.fsck()
        #expect(try await rig.repository.show("apps/team3/svc13/deploy.yaml", on: "stage/test") == "n: new\n")
        let changed = try await rig.repository.git("diff", "--name-only", "main", "stage/test")
        #expect(changed == "apps/team3/svc13/deploy.yaml")
        let text = try await rig.repository.git("log", "-1", "--format=%an <%ae> %ct %H%n%B", "stage/test")
        #expect(text == "Hoistway <h@example.com> 1790000000 \(id)\nPromote\n\nHoistway-Stage: test\n")
    }

    // S4
    @Test(arguments: [true, false])
    func `a name that is no UTF-8 comes along when its folder is merged`(isThere: Bool) async throws {
        let rig = try await LocalRig(files: ["a/b.txt": "main\n"])
        let name = "M 100644 inline \"a/caf\\351.txt\"\ndata 2\nx\n\n"
        func commit(to branch: String, from: String, _ change: String) async throws {
            let head = "commit refs/heads/\(branch)\ncommitter Ada <ada@example.com> 1700000000 +0000\ndata 1\nx\n"
            try await rig.repository.git(
                ["fast-import", "--quiet", "--done"],
                input: Array((head + "from \(from)\n" + change + "done\n").utf8)
            )
        }
        try await commit(to: "stage", from: "refs/heads/main^0", isThere ? name : "")
        try await commit(to: "main", from: "refs/heads/main^0", name)
        try await rig.repository.commit(["a/b.txt": "changed\n"])
        let workspace = Self.workspace()
        _ = try await workspace.mount(remote: rig.remote, source: .branch("main", create: false), at: "./src")
        _ = try await workspace.mount(remote: rig.remote, source: .branch("stage", create: false), at: "./out")
        try await workspace.copy(from: "./src", to: "./out", ignore: [])
        _ = try await workspace.commit("./out", message: "Promote\n", trailers: [])
        #expect(try await Self.push(workspace, "out") == [.pushed])
        #expect(try await rig.repository.git("rev-parse", "stage:a") == rig.repository.git("rev-parse", "main:a"))
    }

    @Test func `a created branch first appears with its first complete commit`() async throws {
        let rig = try await LocalRig(files: RemoteRepositoryTests.files)
        let workspace = Self.workspace()
        #expect(try await workspace.mount(remote: rig.remote, source: .branch("new", create: true), at: "out") == nil)
        #expect(try await workspace.commit("out", message: "x", trailers: []) == .nothingChanged(head: nil))
        try await workspace.write("out/a/b.txt", Array("b\n".utf8))
        guard case .committed = try await workspace.commit("out", message: "First", trailers: []) else {
            return #expect(Bool(false), "nothing was committed")
        }
        #expect(try await workspace.outgoing("out").base == .zero)
        #expect(try await rig.repository.id(of: "refs/heads/new") == nil)
        #expect(try await Self.push(workspace, "out") == [.pushed])
        #expect(try await rig.repository.git("rev-list", "--count", "new") == "1")
        #expect(try await rig.repository.show("a/b.txt", on: "new") == "b\n")
        #expect(try await workspace.outgoing("out").commits.isEmpty)
    }

    @Test func `writing what is there already changes nothing`() async throws {
        let rig = try await LocalRig(files: RemoteRepositoryTests.files)
        let tip = try await rig.id("main")
        let workspace = Self.workspace()
        #expect(try await workspace.mount(remote: rig.remote, source: .defaultBranch, at: "src") == tip)
        try await workspace.write("src/env/dev/app.yaml", Array("tag: 1\n".utf8))
        #expect(try await workspace.commit("src", message: "m", trailers: []) == .nothingChanged(head: tip))
        try await workspace.write("src/env/dev/app.yaml", Array("tag: 9\n".utf8))
        try await workspace.write("src/env/dev/app.yaml", Array("tag: 1\n".utf8))
        #expect(try await workspace.commit("src", message: "m", trailers: []) == .nothingChanged(head: tip))
    }

    @Test func `a symlink is never followed, and is not copied`() async throws {
        let rig = try await LocalRig(files: ["real/file": "content\n"])
        let link = try await rig.repository.git(["hash-object", "-w", "--stdin"], input: Array("real/file".utf8))
        let up = try await rig.repository.git(["hash-object", "-w", "--stdin"], input: Array("../..".utf8))
        let real = try await rig.repository.git("rev-parse", "main:real")
        let listing = "120000 blob \(link)\tlink\n120000 blob \(up)\tfolder\n040000 tree \(real)\treal\n"
        let tree = try await rig.repository.git(["mktree"], input: Array(listing.utf8))
        let commit = try await rig.repository.git("commit-tree", "-m", "Links", tree)
        try await rig.repository.git("update-ref", "refs/heads/main", commit)
        let workspace = Self.workspace()
        _ = try await workspace.mount(remote: rig.remote, source: .branch("main", create: false), at: "src")
        _ = try await workspace.mount(remote: rig.remote, source: .branch("out", create: true), at: "out")
        for path in ["src/link", "src/real/../folder/x", "src/folder"] {
            await #expect(throws: WorkspaceFailure.notAFile(path: path)) { try await workspace.read(path) }
        }
        await #expect(throws: WorkspaceFailure.self) { try await workspace.write("src/folder/x", [1]) }
        await #expect(throws: WorkspaceFailure.self) { try await workspace.write("src/link", [1]) }
        await #expect(throws: WorkspaceFailure.self) {
            try await workspace.copy(from: "src/link", to: "out/x", ignore: [])
        }
        #expect(try await workspace.files(named: ["link", "folder", "real", "absent"], in: "src") == [])
        #expect(try await workspace.files(named: ["absent", "file"], in: "src/real") == ["file"])
        try await workspace.copy(from: "src", to: "out", ignore: [])
        _ = try await workspace.commit("out", message: "m", trailers: [])
        #expect(try await Self.push(workspace, "out") == [.pushed])
        #expect(try await rig.repository.git("ls-tree", "-r", "--name-only", "out") == "real/file")
    }

    @Test func `a copy says which symlinks and submodules it left out`() async throws {
        let blob = GitObject(kind: .blob, bytes: Array("target".utf8))
        let inner = GitObject.tree([("100644", Array("f".utf8), blob.id), ("120000", Array("in".utf8), blob.id)])
        let links = (10..<40).map { (mode: "120000", name: Array("link\($0)".utf8), id: blob.id) }
        let tree = GitObject.tree(
            [("40000", Array("d".utf8), inner.id)] + links + [("160000", Array("module".utf8), blob.id)]
        )
        let commit = GitObject.commit(tree.id)
        let folder = try TemporaryFolder("hoistway-links")
        var transport = PackTransport([blob, inner, tree, commit])
        let remote = transport.remote(in: folder.path, name: "a")
        transport.displayURL = "https://git.example.com/other.git"
        let other = transport.remote(in: folder.path, name: "b")
        let workspace = Self.workspace()
        _ = try await workspace.mount(remote: remote, source: .commit(commit.id), at: "src")
        _ = try await workspace.mount(remote: other, source: .commit(commit.id), at: "out")
        let merged = try await workspace.copy(from: "src", to: "out/x", ignore: [])
        #expect(merged.symlinkCount == 31)
        #expect(merged.symlinks.count == CopyResult.maxNamed)
        #expect(merged.symlinks.first == "d/in")
        #expect(merged.submodules == ["module"])
        let whole = try await workspace.copy(from: "src", to: "src/fresh", ignore: [])
        // `d` went over by its id, with what is in it.
        #expect(whole.symlinkCount == 30)
    }

    @Test func `paths and refs that lead elsewhere are refused`() async throws {
        let rig = try await LocalRig(files: RemoteRepositoryTests.files)
        let workspace = Self.workspace()
        _ = try await workspace.mount(remote: rig.remote, source: .defaultBranch, at: "src")
        for path in ["../x", "src/../../x", "src/../x"] {
            #expect(try await workspace.read(path) == nil)
            await #expect(throws: WorkspaceFailure.notMounted(path: path)) { try await workspace.clear(path) }
        }
        await #expect(throws: WorkspaceFailure.alreadyMounted(path: "./src")) {
            try await workspace.mount(remote: rig.remote, source: .defaultBranch, at: "./src")
        }
        for path in ["src/.git/config", "src/a/.GIT/hooks/x", "src/git~1"] {
            await #expect(throws: WorkspaceFailure.self) { try await workspace.write(path, [1]) }
            await #expect(throws: WorkspaceFailure.self) {
                try await workspace.copy(from: "src/README.md", to: path, ignore: [])
            }
        }
        for name in ["a b", "../x", "-x", "a..b", "x.lock", "a//b", "", "@", "a~1", "a^", "a:b", "a\u{7}", ".x"] {
            await #expect(throws: WorkspaceFailure.invalidName(name)) {
                try await workspace.mount(remote: rig.remote, source: .branch(name, create: true), at: "bad")
            }
        }
        await #expect(throws: WorkspaceFailure.noSuchRef(url: rig.remote.displayURL, .branch("gone"))) {
            try await workspace.mount(remote: rig.remote, source: .branch("gone", create: false), at: "gone")
        }
    }

    @Test func `a checkout begins at a commit that is made and not pushed yet`() async throws {
        let rig = try await LocalRig(files: RemoteRepositoryTests.files)
        let tip = try await rig.id("main")
        let first = Self.workspace()
        _ = try await first.mount(remote: rig.remote, source: .defaultBranch, at: "a")
        try await first.write("a/README.md", Array("one\n".utf8))
        guard case .committed(let made) = try await first.commit("a", message: "One", trailers: []) else {
            return #expect(Bool(false), "nothing was committed")
        }
        let snapshot = RefSnapshot(refs: ["refs/heads/main": tip], defaultBranch: "refs/heads/main")
        let heads = KnownHeads(
            snapshots: [rig.remote.displayURL: snapshot],
            unpushed: [BranchKey(remote: rig.remote.displayURL, branch: "main"): made]
        )
        let asked = rig.transport.statistics.roundTrips
        let second = Self.workspace(heads)
        #expect(try await second.mount(remote: rig.remote, source: .branch("main", create: false), at: "b") == made)
        #expect(try await second.read("b/README.md") == Array("one\n".utf8))
        #expect(rig.transport.statistics.roundTrips == asked)
        try await second.write("b/extra", Array("two\n".utf8))
        guard case .committed(let top) = try await second.commit("b", message: "Two", trailers: []) else {
            return #expect(Bool(false), "nothing was committed")
        }
        let update = RefUpdate(ref: "refs/heads/main", old: tip, new: top)
        #expect(try await rig.remote.push([update], pack: rig.remote.pack(for: [update])) == [.pushed])
        try await rig.repository.fsck()
        #expect(try await rig.repository.git("log", "--format=%s", "main") == "Two\nOne\nSeed")
    }

    @Test func `ignored files are left out of a copy`() async throws {
        let rig = try await LocalRig(files: [
            "a/x.md": "1", "a/README.md": "2", "a/y.yaml": "3", "build/z.yaml": "4", "b/build/q.yaml": "5",
        ])
        let workspace = Self.workspace()
        _ = try await workspace.mount(remote: rig.remote, source: .defaultBranch, at: "src")
        _ = try await workspace.mount(remote: rig.remote, source: .branch("out", create: true), at: "out")
        try await workspace.copy(from: "src", to: "out", ignore: ["*.md", "!README.md", "/build/"])
        _ = try await workspace.commit("out", message: "m", trailers: [])
        #expect(try await Self.push(workspace, "out") == [.pushed])
        let names = try await rig.repository.git("ls-tree", "-r", "--name-only", "out")
        #expect(names == "a/README.md\na/y.yaml\nb/build/q.yaml")
    }

    @Test func `a copy between repositories carries contents`() async throws {
        let source = try await LocalRig(files: ["a/x": "1\n", "a/b/y": "2\n"])
        let target = try await LocalRig(files: ["a/z": "3\n"])
        let workspace = Self.workspace()
        _ = try await workspace.mount(remote: source.remote, source: .defaultBranch, at: "src")
        _ = try await workspace.mount(remote: target.remote, source: .defaultBranch, at: "out")
        try await workspace.copy(from: "src/a", to: "out/a", ignore: [])
        _ = try await workspace.commit("out", message: "m", trailers: [])
        #expect(try await Self.push(workspace, "out") == [.pushed])
        try await target.repository.fsck()
        #expect(try await target.repository.git("ls-tree", "-r", "--name-only", "main") == "a/b/y\na/x\na/z")
    }

    @Test func `a comparison names what differs and fetches only that`() async throws {
        let rig = try await LocalRig(files: [
            "same/a": "1\n", "same/b/c": "2\n", "env/dev/x": "old\n", "env/gone": "3\n", "kind": "file\n",
        ])
        let old = try await rig.id("main^{tree}")
        let blob = try await rig.repository.git(["hash-object", "-w", "--stdin"], input: Array("new\n".utf8))
        let index = ["GIT_INDEX_FILE": "\(rig.folder.path)/index"]
        let place = rig.repository.path
        try await TestProgram.check("git", ["read-tree", "main"], in: place, environment: index)
        try await TestProgram.check("git", ["rm", "--cached", "-q", "env/gone", "kind"], in: place, environment: index)
        for path in ["env/dev/x", "env/new", "kind/inside"] {
            let entry = ["update-index", "--add", "--cacheinfo", "100644,\(blob),\(path)"]
            try await TestProgram.check("git", entry, in: place, environment: index)
        }
        let written = try await TestProgram.check("git", ["write-tree"], in: place, environment: index)
        let new = try #require(ObjectID(written.text.prefix(40)))
        let maker = OverlayWorkspaces()
        let changes = try await maker.changes(from: old, to: new, in: rig.remote, limit: 50)
        #expect(changes.changed == ["env/dev/x"])
        #expect(changes.added == ["env/new", "kind/inside"])
        #expect(changes.deleted == ["env/gone", "kind"])
        #expect(!changes.isCut)
        #expect(rig.transport.requests.count == 3)
        #expect(try await maker.changes(from: old, to: new, in: rig.remote, limit: 2).isCut)
        let diff = try await maker.unifiedDiff(from: old, to: new, in: rig.remote, maxBytes: 10_000)
        let expected = try await rig.repository.git("diff", "--no-renames", "--abbrev=7", old.hex, new.hex)
        #expect(diff == expected + "\n")
        let cut = try await maker.unifiedDiff(from: old, to: new, in: rig.remote, maxBytes: 150)
        #expect(cut.hasSuffix("longer than 150 bytes\n"))
        let (files, isCut) = try await maker.changedFiles(from: old, to: new, in: rig.remote, limit: 50)
        #expect(!isCut)
        #expect(files.map(\.path) == ["env/dev/x", "env/gone", "env/new", "kind", "kind/inside"])
        let described = try await maker.describe(files, in: rig.remote, maxBytes: 10_000)
        #expect(described.compactMap(\.diff).joined() == diff)
        #expect(described.map(\.change) == [.changed, .deleted, .added, .deleted, .added])
        #expect(described.first?.added == 1 && described.first?.removed == 1)
        let bounded = try await maker.describe(files, in: rig.remote, maxBytes: 150)
        #expect(bounded.compactMap(\.diff).joined().utf8.count <= 150)
        #expect(bounded.last?.notes.first?.contains("its lines are left out") == true)
    }

    @Test func `what lines do not show is told in words`() async throws {
        let rig = try await LocalRig(files: ["run.sh": "echo\n", "link": "a", "data": "text\n"])
        let old = try await rig.id("main^{tree}")
        let place = rig.repository.path
        let index = ["GIT_INDEX_FILE": "\(rig.folder.path)/index"]
        try await TestProgram.check("git", ["read-tree", "main"], in: place, environment: index)
        let script = try await rig.repository.git("rev-parse", "main:run.sh")
        let target = try await rig.repository.git(["hash-object", "-w", "--stdin"], input: Array("b/c".utf8))
        let binary = try await rig.repository.git(["hash-object", "-w", "--stdin"], input: [0, 1, 2, 0, 255])
        for entry in ["100755,\(script),run.sh", "120000,\(target),link", "100644,\(binary),data"] {
            try await TestProgram.check(
                "git",
                ["update-index", "--add", "--cacheinfo", entry],
                in: place,
                environment: index
            )
        }
        let written = try await TestProgram.check("git", ["write-tree"], in: place, environment: index)
        let new = try #require(ObjectID(written.text.prefix(40)))
        let maker = OverlayWorkspaces()
        let files = try await maker.changedFiles(from: old, to: new, in: rig.remote, limit: 50).files
        let described = try await maker.describe(files, in: rig.remote, maxBytes: 10_000)
        let notes = Dictionary(described.map { ($0.path, $0.notes) }) { $1 }
        #expect(notes["data"] == ["a binary file"])
        #expect(notes["run.sh"]?.contains { $0.contains("becomes an executable file") } == true)
        #expect(notes["link"]?.contains { $0.contains("points to 'b/c'") } == true)
    }

    @Test func `a checkout that is copied into itself again and again ends at a limit, at once`() async throws {
        let rig = try await LocalRig(files: ["a": "1\n"])
        let workspace = Self.workspace()
        _ = try await workspace.mount(remote: rig.remote, source: .branch("main", create: false), at: "s")
        let failure = await #expect(throws: WorkspaceFailure.self) {
            for number in 0..<40 {
                _ = try await workspace.copy(from: "s", to: "s/d\(number)", ignore: [])
            }
        }
        guard case .tooManyChanges = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }
}
