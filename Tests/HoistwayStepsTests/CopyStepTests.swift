import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Testing

/// `copy` and `git-clear`: sheet 4.1 and 4.3, with the corrections of section 0.
struct CopyStepTests {
    private static let files = [
        "in/a.md": "a", "in/README.md": "r", "in/d/b.md": "b", "in/d/c.yaml": "c", "out/a.md": "old", "out/kept": "k",
        "in/link": "a.md",
    ]

    private static func run(_ config: [String: ConfigValue]) async throws -> (FileBench.Result, FileBench) {
        let bench = try await FileBench(files, modes: ["in/link": .symlink], on: .overlay)
        return (try await bench.run(("copy", .map(config))), bench)
    }

    struct Case: Sendable {
        var ignore: String?
        var copied: Set<String>
    }

    @Test(
        arguments: [
            Case(ignore: nil, copied: ["a.md", "README.md", "d/b.md", "d/c.yaml"]),
            Case(ignore: "", copied: ["a.md", "README.md", "d/b.md", "d/c.yaml"]),
            Case(ignore: "*.md", copied: ["d/c.yaml"]),
            // The last rule that matches decides.
            Case(ignore: "*.md\n!README.md", copied: ["README.md", "d/c.yaml"]),
            Case(ignore: "!README.md\n*.md", copied: ["d/c.yaml"]),
            Case(ignore: "# a comment\n\nd/\n", copied: ["a.md", "README.md"]),
            Case(ignore: "/a.md\n/b.md", copied: ["README.md", "d/b.md", "d/c.yaml"]),
            Case(ignore: "**/c.yaml\r\n", copied: ["a.md", "README.md", "d/b.md"]),
            // A folder that is ignored is not looked into.
            Case(ignore: "d\n!d/b.md", copied: ["a.md", "README.md"]),
            Case(ignore: "*\n!*/\n!*.yaml", copied: ["d/c.yaml"]),
        ]
    )
    func `files are merged into the folder, in the order of the ignore rules`(_ row: Case) async throws {
        var config: [String: ConfigValue] = ["inPath": "w/in", "outPath": "w/out"]
        if let ignore = row.ignore { config["ignore"] = .string(ignore) }
        let (result, bench) = try await Self.run(config)
        #expect(result.phase == .succeeded, "\(result.message)")
        let out = try await bench.files("w/out")
        #expect(Set(out.keys) == row.copied.union(["kept", "a.md"]))
        #expect(out["a.md"] == (row.copied.contains("a.md") ? "a" : "old"))
    }

    @Test(arguments: ["!.git", "*.md\n!.git*", "!*", "!**"])
    func `a rule that would bring .git back is refused, and nothing is copied`(_ ignore: String) async throws {
        let (result, bench) = try await Self.run([
            "inPath": "w/in", "outPath": "w/out", "ignore": .string(ignore),
        ])
        #expect(result.phase == .errored)
        #expect(result.message.contains("would have .git copied"), "\(result.message)")
        #expect(try await bench.file("out/a.md") == "old")
    }

    @Test func `a file's outPath is the new file, and rules hold for it too`() async throws {
        let (result, bench) = try await Self.run(["inPath": "w/in/a.md", "outPath": "w/new/deep/b.md"])
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(try await bench.file("new/deep/b.md") == "a")
        let (ignored, other) = try await Self.run(["inPath": "w/in/a.md", "outPath": "w/b.md", "ignore": "*.md"])
        #expect(ignored.phase == .succeeded)
        #expect(ignored.message.hasPrefix("nothing was copied"), "\(ignored.message)")
        #expect(try await other.file("b.md") == nil)
    }

    @Test(
        arguments: [
            ("w/none", "w/x", "w/none does not exist"), ("w/in/a.md", "w/out", "w/out is not a regular file"),
            ("w/in", "w/out/kept", "w/out/kept is not a regular file"),
            ("w/in/link", "w/x", "w/in/link is not a regular file"),
        ]
    )
    func `what cannot be copied is an error that may be tried again`(_ from: String, _ to: String, _ problem: String)
        async throws
    {
        let (result, bench) = try await Self.run(["inPath": .string(from), "outPath": .string(to)])
        #expect(result.phase == .errored)
        #expect(result.message.contains(problem), "\(result.message)")
        #expect(try await bench.files().count == Self.files.count)
    }

    @Test func `symlinks are left out and named`() async throws {
        let (result, bench) = try await Self.run(["inPath": "w/in", "outPath": "w/fresh"])
        #expect(result.message == "copied w/in to w/fresh; left out 1 symlink (link)")
        #expect(try await bench.file("fresh/link") == nil)
    }

    @Test(arguments: FileBench.Kind.allCases)
    func `git-clear on a folder inside a checkout clears that folder only`(_ kind: FileBench.Kind) async throws {
        let bench = try await FileBench(Self.files, on: kind)
        let result = try await bench.run(("git-clear", ["path": "./w/in/d"]))
        #expect(result.message == "cleared ./w/in/d")
        #expect(Set(try await bench.files().keys) == Set(Self.files.keys).subtracting(["in/d/b.md", "in/d/c.yaml"]))
        let all = try await FileBench(Self.files, on: kind)
        _ = try await all.run(("git-clear", ["path": "./w"]))
        #expect(try await all.files() == [:])
    }
}
