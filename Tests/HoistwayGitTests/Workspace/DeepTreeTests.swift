import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

/// A tree 34,000 folders deep takes neither the memory nor the stack. (S1)
struct DeepTreeTests {
    private struct Deep {
        let folder: TemporaryFolder
        let remote: RemoteRepository
        let other: RemoteRepository
        let commit: ObjectID
        let tree: ObjectID
    }

    /// Folders named `d`, one in the other, and a file at the bottom; another repository that has only a file.
    private static func deep(_ depth: Int) throws -> Deep {
        let blob = GitObject(kind: .blob, bytes: Array("bottom\n".utf8))
        var objects = [blob]
        var tree = GitObject.tree([("100644", Array("f".utf8), blob.id)])
        objects.append(tree)
        for _ in 0..<depth {
            tree = .tree([("40000", Array("d".utf8), tree.id)])
            objects.append(tree)
        }
        let commit = GitObject.commit(tree.id)
        objects.append(commit)
        let folder = try TemporaryFolder("hoistway-deep")
        var transport = PackTransport(objects)
        let remote = transport.remote(in: folder.path, name: "deep")
        transport.displayURL = "https://git.example.com/other.git"
        let other = transport.remote(in: folder.path, name: "other")
        return Deep(folder: folder, remote: remote, other: other, commit: commit.id, tree: tree.id)
    }

    private static func workspace(_ deep: Deep) async throws -> OverlayWorkspace {
        let workspace = OverlayWorkspaceTests.workspace()
        _ = try await workspace.mount(remote: deep.remote, source: .commit(deep.commit), at: "src")
        _ = try await workspace.mount(remote: deep.other, source: .commit(deep.commit), at: "other")
        return workspace
    }

    private static func check(_ failure: WorkspaceFailure?, _ comment: Comment) {
        #expect(failure?.retry == .never, comment)
        #expect(failure?.message.contains("more than 512 folders deep") == true, comment)
        #expect(failure?.message.contains("d/d/d/") == true, comment)
        #expect((failure?.message.count ?? 0) < 700, comment)
    }

    @Test func `what walks a tree stops at a depth, for good, and names the path`() async throws {
        let deep = try Self.deep(34_000)
        let path = Array(repeating: "d", count: 34_000).joined(separator: "/")
        let workspace = try await Self.workspace(deep)
        // Into another repository, over what is there, with rules, and below a folder.
        let copies: [(from: String, to: String, ignore: [String])] = [
            ("src", "other/x", []), ("src", "other", []), ("src", "src/x", ["*.md"]), ("src/d", "src/x/y", ["q"]),
        ]
        for copy in copies {
            let failure = await #expect(throws: WorkspaceFailure.self) {
                try await workspace.copy(from: copy.from, to: copy.to, ignore: copy.ignore)
            }
            Self.check(failure, "\(copy)")
        }
        for body: (OverlayWorkspace) async throws -> Void in [
            { _ = try await $0.read("src/\(path)/f") }, { try await $0.write("src/\(path)/f", [1]) },
            { try await $0.clear("src/\(path)") }, { _ = try await $0.files(named: ["f"], in: "src/\(path)") },
            { try await $0.copy(from: "src/\(path)", to: "src/x", ignore: []) },
        ] {
            let failure = await #expect(throws: WorkspaceFailure.self) { try await body(workspace) }
            Self.check(failure, "a path")
        }
        let compared = await #expect(throws: GitFailure.self) {
            try await OverlayWorkspaces().changes(from: nil, to: deep.tree, in: deep.remote, limit: 100)
        }
        Self.check(compared.map { .git($0) }, "changes")
        let shown = await #expect(throws: GitFailure.self) {
            try await OverlayWorkspaces().unifiedDiff(from: deep.tree, to: .emptyTree, in: deep.remote, maxBytes: 1000)
        }
        Self.check(shown.map { .git($0) }, "diff")
        // Nobody looks below a folder that goes over as a whole: that costs nothing, and stays possible.
        try await workspace.copy(from: "src/d", to: "src/whole", ignore: [])
        try await workspace.clear("src/d")
        guard case .committed = try await workspace.commit("src", message: "m", trailers: []) else {
            Issue.record("nothing was committed")
            return
        }
    }

    @Test func `the depth that is allowed works all the way, the release of its folders included`() async throws {
        let deep = try Self.deep(GitPath.maxDepth - 3)
        let workspace = try await Self.workspace(deep)
        let path = Array(repeating: "d", count: GitPath.maxDepth - 3).joined(separator: "/")
        #expect(try await workspace.read("src/\(path)/f") == Array("bottom\n".utf8))
        try await workspace.write("src/\(path)/f", Array("new\n".utf8))
        try await workspace.copy(from: "src", to: "other/x", ignore: [])
        #expect(try await workspace.read("other/x/\(path)/f") == Array("new\n".utf8))
        _ = try await workspace.commit("other", message: "m", trailers: [])
        let changes = try await OverlayWorkspaces().changes(from: nil, to: deep.tree, in: deep.remote, limit: 10)
        #expect(changes.added.map(\.depth) == [GitPath.maxDepth - 2])
    }

    @Test func `copies of copies do not nest folders deeper than is allowed`() async throws {
        let deep = try Self.deep(1)
        let workspace = try await Self.workspace(deep)
        let half = Array(repeating: "h", count: 300).joined(separator: "/")
        try await workspace.write("src/\(half)/f", [1])
        let failure = await #expect(throws: WorkspaceFailure.self) {
            try await workspace.copy(from: "src/h", to: "src/\(half)/deeper", ignore: [])
        }
        #expect(failure?.retry == .never)
        #expect(failure?.message.contains("512") == true)
        try await workspace.copy(from: "src/h", to: "src/a/b/c", ignore: [])
    }

    @Test func `a folder that holds itself many times over is not walked without end`() async throws {
        let blob = GitObject(kind: .blob, bytes: Array("x\n".utf8))
        var tree = GitObject.tree([("100644", Array("f".utf8), blob.id)])
        var objects = [blob, tree]
        for _ in 0..<30 {
            tree = .tree((0..<8).map { ("40000", Array("n\($0)".utf8), tree.id) })
            objects.append(tree)
        }
        let commit = GitObject.commit(tree.id)
        let folder = try TemporaryFolder("hoistway-wide")
        var transport = PackTransport(objects + [commit])
        let remote = transport.remote(in: folder.path, name: "a")
        transport.displayURL = "https://git.example.com/other.git"
        let other = transport.remote(in: folder.path, name: "b")
        let workspace = OverlayWorkspaceTests.workspace()
        _ = try await workspace.mount(remote: remote, source: .commit(commit.id), at: "src")
        _ = try await workspace.mount(remote: other, source: .commit(commit.id), at: "other")
        let failure = await #expect(throws: WorkspaceFailure.self) {
            try await workspace.copy(from: "src", to: "other/x", ignore: [])
        }
        #expect(failure?.retry == .never)
        #expect(failure?.message.contains("folders or") == true)
        #expect(try await OverlayWorkspaces().changes(from: nil, to: tree.id, in: remote, limit: 10).isCut)
    }
}
