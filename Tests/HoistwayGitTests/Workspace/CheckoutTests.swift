import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

/// What a checkout shows, and what a commit of it takes, against what the `git` program does.
struct CheckoutTests {
    private static let files = [
        "README.md": "r\n", "a/top.txt": "t\n", "a/x/one.txt": "1\n", "a/y/two.txt": "2\n", "b/three.txt": "3\n",
    ]

    private static func mounted(
        _ rig: LocalRig,
        sparse: [String] = []
    ) async throws -> OverlayWorkspace {
        let workspace = OverlayWorkspaceTests.workspace()
        _ = try await workspace.mount(
            remote: rig.remote,
            source: .branch("main", create: false),
            at: "w",
            author: nil,
            sparse: sparse
        )
        return workspace
    }

    @Test func `a sparse checkout shows its folders and the files above them, and keeps all else`() async throws {
        let rig = try await LocalRig(files: Self.files)
        let workspace = try await Self.mounted(rig, sparse: ["a/x"])
        for (path, isThere) in [
            ("README.md", true), ("a/top.txt", true), ("a/x/one.txt", true), ("a/y/two.txt", false),
            ("b/three.txt", false),
        ] {
            #expect((try await workspace.read("w/\(path)") != nil) == isThere, "\(path)")
        }
        try await workspace.write("w/a/x/new.txt", Array("n\n".utf8))
        guard case .committed = try await workspace.commit("w", message: "edit", trailers: []) else {
            Issue.record("nothing was committed")
            return
        }
        #expect(try await OverlayWorkspaceTests.push(workspace, "w") == [.pushed])
        #expect(try await rig.repository.git("diff", "--name-only", "main^", "main") == "a/x/new.txt")
        // Clearing takes what is checked out, and nothing else.
        try await workspace.clear("w")
        _ = try await workspace.commit("w", message: "clear", trailers: [])
        #expect(try await OverlayWorkspaceTests.push(workspace, "w") == [.pushed])
        #expect(try await rig.repository.git("ls-tree", "-r", "--name-only", "main") == "a/y/two.txt\nb/three.txt")
        try await rig.repository.fsck()
    }

    @Test func `what is written outside a sparse checkout is refused`() async throws {
        let rig = try await LocalRig(files: Self.files)
        let workspace = try await Self.mounted(rig, sparse: ["a/x"])
        try await workspace.write("w/b/three.txt", Array("n\n".utf8))
        await #expect(throws: WorkspaceFailure.notCheckedOut(path: "w/b")) {
            _ = try await workspace.commit("w", message: "edit", trailers: [])
        }
    }

    @Test(arguments: ["/a", "../a", "a*", "a/[bc]", "a?", ""])
    func `a sparse entry that is no folder is refused`(folder: String) async throws {
        let rig = try await LocalRig(files: Self.files)
        await #expect(throws: WorkspaceFailure.self) { _ = try await Self.mounted(rig, sparse: [folder]) }
    }

    @Test func `new files that a gitignore names stay out, and tracked ones do not`() async throws {
        let ignore = "*.tmp\n/out/\n!keep.tmp\n"
        let rig = try await LocalRig(files: [".gitignore": ignore, "old.tmp": "o\n", "d/.gitignore": "local\n"])
        let workspace = try await Self.mounted(rig)
        for path in ["a.tmp", "d/b.tmp", "d/keep.tmp", "out/x", "sub/out/x", "d/local", "local", "old.tmp", "plain"] {
            try await workspace.write("w/\(path)", Array("new\n".utf8))
        }
        guard case .committed = try await workspace.commit("w", message: "m", trailers: []) else {
            Issue.record("nothing was committed")
            return
        }
        #expect(try await OverlayWorkspaceTests.push(workspace, "w") == [.pushed])
        // As `git add .` and `git commit` leave it in a clone.
        let clone = "\(rig.folder.path)/clone"
        try await TestProgram.check("git", ["clone", "--quiet", rig.repository.path, clone])
        try await TestProgram.check("git", ["-C", clone, "reset", "--quiet", "--hard", "main^"])
        for path in ["a.tmp", "d/b.tmp", "d/keep.tmp", "out/x", "sub/out/x", "d/local", "local", "old.tmp", "plain"] {
            try await TestProgram.check(
                "sh",
                ["-c", "mkdir -p \"$(dirname \"$1\")\" && echo new > \"$1\"", "sh", "\(clone)/\(path)"]
            )
        }
        try await TestProgram.check("git", ["-C", clone, "add", "."])
        let tree = try await TestProgram.check("git", ["-C", clone, "write-tree"]).text
        #expect(try await rig.repository.git("rev-parse", "main^{tree}") == String(tree.dropLast()))
        // They are still there, and a further commit leaves them out again.
        #expect(try await workspace.read("w/a.tmp") != nil)
        guard case .nothingChanged = try await workspace.commit("w", message: "m", trailers: []) else {
            Issue.record("something was committed")
            return
        }
    }

    @Test func `a message is tidied up as git does`() async throws {
        for text in ["a", "\n\n a  \n\n\n\nb\t\n# c\n\n", "a\r\nb", "# only"] {
            let rig = try await LocalRig(files: ["f": "1\n"])
            let clone = "\(rig.folder.path)/clone"
            try await TestProgram.check("git", ["clone", "--quiet", rig.repository.path, clone])
            try await TestProgram.check(
                "git",
                [
                    "-C", clone, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "--allow-empty",
                    "-m", text,
                ]
            )
            let theirs = try await TestProgram.check("git", ["-C", clone, "log", "-1", "--format=%B"]).text
            let workspace = try await Self.mounted(rig)
            try await workspace.write("w/g", Array("2\n".utf8))
            _ = try await workspace.commit("w", message: text, trailers: [])
            #expect(try await OverlayWorkspaceTests.push(workspace, "w") == [.pushed])
            #expect(
                try await rig.repository.git("log", "-1", "--format=%B", "main") + "\n" == theirs,
                "\(text.debugDescription)"
            )
        }
    }

    @Test func `an annotated tag is an object that git takes, with its commit`() async throws {
        let rig = try await LocalRig(files: ["f": "1\n"])
        let workspace = try await Self.mounted(rig)
        try await workspace.write("w/f", Array("2\n".utf8))
        guard case .committed(let commit) = try await workspace.commit("w", message: "m", trailers: []) else {
            Issue.record("nothing was committed")
            return
        }
        let tag = try await workspace.tag("w", name: "v1", message: "one\n# not this\n\n\ntwo ", commit: commit)
        let update = RefUpdate(ref: "refs/tags/v1", old: .zero, new: tag)
        #expect(try await rig.remote.push([update], pack: rig.remote.pack(for: [update])) == [.pushed])
        try await rig.repository.fsck()
        #expect(try await rig.repository.git("cat-file", "-t", "v1") == "tag")
        #expect(try await rig.repository.git("rev-parse", "v1^{commit}") == commit.hex)
        let text = try await rig.repository.git("tag", "-l", "--format=%(taggername) %(contents)", "v1")
        #expect(text == "Hoistway one\n\ntwo\n")
        #expect(try await workspace.ref("refs/tags/v1", at: "w") == RefPlace(object: tag, commit: commit))
    }
}
