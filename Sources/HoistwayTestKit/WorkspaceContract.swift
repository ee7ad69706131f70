import HoistwayModel
package import HoistwayPorts

/// The contract of a workspace for reading and removing files.
package enum WorkspaceContract {
    package struct Check: Sendable, CustomStringConvertible {
        package var description: String
        /// Uses a workspace without checkouts.
        package var run: @Sendable (any Workspace) async throws -> Void
    }

    package static let checks: [Check] = [
        Check(description: "entries", run: entries),
        Check(description: "listing", run: listing),
        Check(description: "nested checkouts", run: nested),
        Check(description: "removing", run: removing),
        Check(description: "names that are no text", run: bytes),
        Check(description: "files outside of checkouts", run: scratch),
        Check(description: "copies of folders that hold checkouts", run: copyingAround),
    ]

    /// Checks out three repositories: `in`, `in/b` (which hides the files of `in` there) and `new`, an empty branch.
    private static func mount(in workspace: any Workspace) async throws {
        let outer = InMemoryGitRemote("https://git.test/outer.git")
        try await outer.seed(
            files: ["a/x": "x", "a/run": "run", "a/link": "x", "a/deep/er/y": "y", "b/hidden": "h", "sub": "s"],
            modes: ["a/run": .executable, "a/link": .symlink, "sub": .submodule]
        )
        let inner = InMemoryGitRemote("https://git.test/inner.git")
        try await inner.seed(files: ["shown": "s"])
        _ = try await workspace.mount(remote: outer, source: .defaultBranch, at: "./in")
        _ = try await workspace.mount(remote: inner, source: .defaultBranch, at: "./in/b")
        _ = try await workspace.mount(remote: inner, source: .branch("fresh", create: true), at: "./new")
    }

    private static func entries(_ workspace: any Workspace) async throws {
        try await mount(in: workspace)
        let expected: [(GitPath, SourceEntry?)] = [
            ("", .folder), ("in", .folder), ("new", .folder), ("in/a", .folder), ("./in/../in/a", .folder),
            ("in/a/x", .file(isExecutable: false)), ("in/a/run", .file(isExecutable: true)), ("in/a/link", .symlink),
            ("in/sub", .submodule), ("in/a/x/below", nil), ("in/a/link/below", nil), ("in/sub/below", nil),
            ("in/gone", nil), ("out", nil), ("in/b/hidden", nil), ("in/b/shown", .file(isExecutable: false)),
        ]
        for (path, entry) in expected {
            try require(await workspace.entry(at: path), equals: entry, "entry at \(path)")
        }
        try await workspace.write("in/a/n/w", Array("w".utf8))
        try require(await workspace.entry(at: "in/a/n"), equals: .folder, "a folder that a file made")
        try require(await workspace.read(GitPath("in/a/n/w")), equals: Array("w".utf8), "what was written is read")
        let old = try require(await workspace.identity(of: "in/a/x"), "a file has an identity")
        try await workspace.write("in/a/n/x", Array("x".utf8))
        try require(await workspace.identity(of: "in/a/n/x") != nil, "a new file has an identity")
        try require(await workspace.identity(of: "in/a/n/w") != old, "another content has another identity")
        for path in ["in/a", "in/a/link", "in/a/link/below", "in/gone", "out"] as [GitPath] {
            try require(await workspace.read(path), equals: nil, "content of \(path)")
            try require(await workspace.identity(of: path), equals: nil, "identity of \(path)")
        }
    }

    private static func paths(_ workspace: any Workspace, _ folder: GitPath, limit: Int = 100) async throws -> [String]
    {
        try await workspace.list(folder, limit: limit).map(\.path.matchable)
    }

    private static func listing(_ workspace: any Workspace) async throws {
        try await mount(in: workspace)
        try await workspace.write("in/a/deep/w", Array("w".utf8))
        let a = ["in/a/deep/er/y", "in/a/deep/w", "in/a/link", "in/a/run", "in/a/x"]
        try require(await paths(workspace, "in/a"), equals: a, "a folder, sorted by bytes")
        try require(await paths(workspace, "./in/a/../a"), equals: a, "a path is resolved")
        let kinds = try await workspace.list("in/a", limit: 100).map(\.entry)
        let expected: [SourceEntry] = [
            .file(isExecutable: false), .file(isExecutable: false), .symlink, .file(isExecutable: true),
            .file(isExecutable: false),
        ]
        try require(kinds, equals: expected, "what is listed")
        for path in ["in/a/x", "in/a/link", "in/gone", "out", "new"] as [GitPath] {
            try require(await paths(workspace, path), equals: [], "nothing is in \(path)")
        }
        try require(await paths(workspace, "in", limit: 3).count > 3, "more than the limit is told as such")
    }

    private static func nested(_ workspace: any Workspace) async throws {
        try await mount(in: workspace)
        let all = ["in/a/deep/er/y", "in/a/link", "in/a/run", "in/a/x", "in/b/shown", "in/sub"]
        try require(await paths(workspace, ""), equals: all, "all checkouts together")
        try require(await paths(workspace, "in"), equals: all, "a checkout with one inside")
        try require(await paths(workspace, "in/b"), equals: ["in/b/shown"], "the inner checkout")
    }

    private static func removing(_ workspace: any Workspace) async throws {
        try await mount(in: workspace)
        for path in ["", "in", "in/b", "new"] as [GitPath] {
            try await refusal("\(path) holds a checkout") { () throws(WorkspaceFailure) in
                try await workspace.remove(path)
            }
        }
        try await refusal("below a symlink") { () throws(WorkspaceFailure) in try await workspace.remove("in/a/link/x")
        }
        for path in ["out/x", "in/gone", "in/a/x/below"] as [GitPath] {
            try require(await workspace.remove(path), equals: false, "\(path) was not there")
        }
        for path in ["in/a/link", "in/sub", "in/a/deep", "in/a/run"] as [GitPath] {
            try require(await workspace.remove(path), equals: true, "\(path) was there")
            try require(await workspace.entry(at: path), equals: nil, "\(path) is gone")
        }
        try require(await paths(workspace, "in"), equals: ["in/a/x", "in/b/shown"], "what is left")
        try require(await workspace.remove("in/a/x"), equals: true, "the last file of a folder")
        try require(await workspace.entry(at: "in/a"), equals: nil, "Git knows no empty folders")
        try await workspace.write("in/a/run", [1])
        try require(await workspace.entry(at: "in/a/run"), equals: .file(isExecutable: false), "a new file's mode")
    }

    private static func text(_ workspace: any Workspace, _ path: String) async throws -> String? {
        try await workspace.read(path).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func scratch(_ workspace: any Workspace) async throws {
        try await workspace.write("./tmp/early/x", Array("early".utf8))
        try await mount(in: workspace)
        try await workspace.write("tmp/y", Array("y".utf8))
        try require(await text(workspace, "../tmp/early/x"), equals: "early", "a path stays in the workspace")
        try require(await paths(workspace, "tmp"), equals: ["tmp/early/x", "tmp/y"], "what lies outside is listed")
        try require(await workspace.entry(at: "tmp"), equals: .folder, "a folder outside")
        try require(await workspace.entry(at: "tmp/y"), equals: .file(isExecutable: false), "a file outside")
        try await workspace.write("tmp/z", Array("y".utf8))
        let same = try await workspace.identity(of: "tmp/y") == workspace.identity(of: "tmp/z")
        try require(same, equals: true, "contents are told apart by what they are")
        try require(await workspace.remove("tmp/z"), equals: true, "a file outside is removed")
        try require(await workspace.files(named: ["x", "y"], in: "tmp"), equals: ["y"], "files by name")
        _ = try await workspace.copy(from: "tmp/y", to: "in/a/y", ignore: [])
        try require(await text(workspace, "in/a/y"), equals: "y", "from outside into a checkout")
        _ = try await workspace.copy(from: "in/a", to: "tmp/all", ignore: [])
        try require(await text(workspace, "tmp/all/deep/er/y"), equals: "y", "from a checkout to outside")
        try require(await workspace.remove("tmp/early"), equals: true, "it was there")
        try require(await workspace.entry(at: "tmp/early"), equals: nil, "it is gone")
        for (what, body) in gitCalls {
            do {
                try await body(workspace)
            } catch WorkspaceFailure.notMounted {
                continue
            }
            throw ContractViolation("\(what) works outside of every checkout")
        }
        do {
            let remote = InMemoryGitRemote("https://git.test/third.git")
            try await remote.seed(files: ["x": "x"])
            _ = try await workspace.mount(remote: remote, source: .defaultBranch, at: "tmp/all")
        } catch WorkspaceFailure.holdsFiles {
            return
        }
        throw ContractViolation("a checkout lies on files")
    }

    private static let gitCalls: [(String, @Sendable (any Workspace) async throws -> Void)] = [
        ("clear", { _ = try await $0.clear("tmp") }), ("outgoing", { _ = try await $0.outgoing("tmp") }),
        ("commit", { _ = try await $0.commit("tmp", message: "m", trailers: []) }),
        ("state", { _ = try await $0.state(of: "tmp") }),
        ("ref", { _ = try await $0.ref("refs/heads/main", at: "tmp") }),
        ("tag", { _ = try await $0.tag("tmp", name: "v1", message: "m", commit: .zero) }),
    ]

    private static func copyingAround(_ workspace: any Workspace) async throws {
        let remote = InMemoryGitRemote("https://git.test/work.git")
        try await remote.seed(files: ["d/x": "x", "z": "z"])
        _ = try await workspace.mount(remote: remote, source: .defaultBranch, at: "tmp/src")
        _ = try await workspace.mount(remote: remote, source: .branch("fresh", create: true), at: "out")
        try await workspace.write("tmp/made", Array("made".utf8))
        _ = try await workspace.copy(from: "tmp", to: "out", ignore: [])
        try require(
            await paths(workspace, "out"),
            equals: ["out/made", "out/src/d/x", "out/src/z"],
            "a checkout in the folder comes along"
        )
        _ = try await workspace.copy(from: "tmp", to: "out/less", ignore: ["src"])
        try require(await paths(workspace, "out/less"), equals: ["out/less/made"], "unless it is ignored")
    }

    private static func bytes(_ workspace: any Workspace) async throws {
        let remote = InMemoryGitRemote()
        let name = GitPath(bytes: [0x64, 0x2f, 0xff, 0xfe])
        let blob = try await remote.makeBlob([7])
        let tree = try await remote.makeTree([TreeEntry(name: name.name, mode: .file, id: blob)])
        let root = try await remote.makeTree([TreeEntry(name: "d", mode: .tree, id: tree)])
        let author = CommitAuthor(name: "Someone", email: "someone@example.com")
        let draft = CommitDraft(tree: root, parents: [], message: "m", author: author, at: Timestamp(seconds: 1))
        remote.set("refs/heads/main", to: try await remote.makeCommit(draft))
        _ = try await workspace.mount(remote: remote, source: .defaultBranch, at: "w")
        let path = GitPath("w").appending(name)
        try require(await workspace.list("w", limit: 10).map(\.path), equals: [path], "its bytes are kept")
        try require(await workspace.entry(at: path), equals: .file(isExecutable: false), "it is found")
        try require(await workspace.remove(path), equals: true, "it is removed")
        try require(await paths(workspace, "w"), equals: [], "nothing is left")
    }

    private static func refusal(
        _ promise: String,
        _ body: () async throws(WorkspaceFailure) -> Bool
    ) async throws(ContractViolation) {
        do throws(WorkspaceFailure) {
            _ = try await body()
        } catch {
            return
        }
        throw ContractViolation("\(promise): it was removed")
    }
}
