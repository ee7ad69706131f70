import HoistwayGit
import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

/// Files that steps keep outside of every checkout, as Kargo's private work directory lets them.
struct ScratchTests {
    @Test(arguments: FileBench.Kind.allCases)
    func `steps write, read and copy files that lie in no checkout`(_ kind: FileBench.Kind) async throws {
        let bench = try await FileBench(["values.yaml": "tag: 1.2.3\n"], on: kind)
        let result = try await bench.run(
            ("copy", ["inPath": "./w/values.yaml", "outPath": "./tmp/values.yaml"]),
            ("yaml-update", ["path": "./tmp/values.yaml", "updates": [["key": "tag", "value": "2.0.0"]]]),
            ("yaml-parse", ["path": "tmp/values.yaml", "outputs": [["name": "tag", "fromExpression": "tag"]]]),
            ("file-write", ["path": "./tmp/note", "contents": "${{ outputs['step-4'].tag }}"]),
            ("copy", ["inPath": "./tmp", "outPath": "./w/made"]),
            ("delete", ["path": "./tmp"]),
            ("git-commit", ["path": "./w", "message": "m"])
        )
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(
            try await bench.files() == [
                "values.yaml": "tag: 1.2.3\n", "made/values.yaml": "tag: 2.0.0\n", "made/note": "2.0.0",
            ]
        )
    }

    @Test(arguments: ["git-clear", "git-commit", "git-push"])
    func `nothing outside of a checkout gets into Git`(_ step: String) async throws {
        let bench = try await FileBench(["a": "a"], on: .overlay)
        let result = try await bench.run(
            ("file-write", ["path": "./tmp/x", "contents": "x"]),
            (step, ["path": "./tmp"])
        )
        #expect(result.phase == .errored)
        #expect(result.message.contains("./tmp is not below any checkout of this promotion"), "\(result.message)")
    }

    @Test func `a checkout needs a place where nothing is`() async throws {
        let bench = try await FileBench(["a": "a"], on: .overlay)
        let checkout: ConfigValue = ["repoURL": .string(Bench.url), "checkout": [["path": "./tmp/src"]]]
        let taken = try await bench.run(
            ("file-write", ["path": "./tmp/src/x", "contents": "x"]),
            ("git-clone", checkout)
        )
        #expect(taken.message.contains("./tmp/src holds files that steps have made"), "\(taken.message)")
        // Beside them, or where they were removed, it may lie.
        let free = try await FileBench(["a": "a"], on: .overlay)
        let result = try await free.run(
            ("file-write", ["path": "./tmp/x", "contents": "x"]),
            ("git-clone", checkout),
            ("copy", ["inPath": "./tmp/src/a", "outPath": "./w/b"]),
            ("git-commit", ["path": "./w", "message": "m"])
        )
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(try await free.files() == ["a": "a", "b": "a"])
    }

    @Test func `a file that is nowhere is named, with what to do`() async throws {
        for step in ["yaml-parse", "json-parse"] {
            let result = try await FileBench(["a": "a"], on: .overlay).run(
                (step, ["path": "./tmp/none", "outputs": [["name": "x", "fromExpression": "x"]]])
            )
            #expect(result.message.contains("./tmp/none does not exist, and is not below any checkout"))
            #expect(result.message.contains("let an earlier step make it"), "\(result.message)")
        }
        let image = try await FileBench(["a": "a"], on: .overlay).run(("kustomize-set-image", ["path": "./nowhere"]))
        #expect(image.message.contains("./nowhere does not exist, and is not below any checkout"), "\(image.message)")
        let copy = try await FileBench(["a": "a"], on: .overlay).run(
            ("copy", ["inPath": "./tmp/none", "outPath": "./w/x"])
        )
        #expect(copy.message.contains("./tmp/none does not exist"), "\(copy.message)")
    }

    @Test func `what lies outside is bounded, and what was removed does not count`() async throws {
        let workspace = FileBench.workspace(.overlay)
        let half = [UInt8](repeating: 7, count: 33 << 20)
        try await workspace.write("tmp/a", half)
        await #expect(throws: WorkspaceFailure.scratchFull(path: "tmp/b", files: 10_000, bytes: 64 << 20)) {
            try await workspace.write("tmp/b", half)
        }
        // Written again, it is not there twice.
        try await workspace.write("tmp/a", half)
        try await workspace.remove("tmp/a")
        try await workspace.write("tmp/b", half)
    }

    @Test func `many files outside are bounded too`() async throws {
        let workspace = FileBench.workspace(.overlay)
        for number in 0..<10_000 { try await workspace.write("tmp/\(number / 100)/\(number)", []) }
        await #expect(throws: WorkspaceFailure.self) { try await workspace.write("tmp/more", []) }
        try await workspace.write("tmp/0/0", [1])
    }
}
