import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Testing

/// `delete`: sheet 4.3.
struct DeleteStepTests {
    private static let files = [
        "a/x.yaml": "x", "a/y.yaml": "y", "a/b/z.yaml": "z", "a/b/n.md": "n", "keep": "k", "link": "keep", "dir": "a",
    ]

    private static func bench(_ kind: FileBench.Kind = .overlay) async throws -> FileBench {
        try await FileBench(files, modes: ["link": .symlink, "dir": .symlink], on: kind)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var config: ConfigValue
        var gone: Set<String>

        init(_ config: ConfigValue, _ gone: Set<String>) {
            self.config = config
            self.gone = gone
        }

        var testDescription: String { "\(config)" }
    }

    private static let glob: [String: ConfigValue] = ["pathsAreGlobs": true]

    private static func glob(_ paths: ConfigValue...) -> ConfigValue { ["paths": .list(paths), "pathsAreGlobs": true] }

    static let cases: [Case] = [
        Case(["path": "./w/keep"], ["keep"]),
        Case(["path": "w/a"], ["a/x.yaml", "a/y.yaml", "a/b/z.yaml", "a/b/n.md"]),
        Case(["path": "w/a/b/../b"], ["a/b/z.yaml", "a/b/n.md"]), Case(["path": "/w/keep"], ["keep"]),
        Case(["paths": ["w/a/x.yaml", "w/none", "w/keep", "w/keep"]], ["a/x.yaml", "keep"]),
        Case(["paths": ["w/a", "w/a/x.yaml"]], ["a/x.yaml", "a/y.yaml", "a/b/z.yaml", "a/b/n.md"]),
        // The link, and not what it points to.
        Case(["path": "w/link"], ["link"]), Case(["path": "w/dir"], ["dir"]),
        Case(["path": "w/none"], []), Case(["path": "elsewhere/x"], []), Case(["path": "w/keep/x"], []),
        // A pattern is a plain name unless it is said to be one.
        Case(["path": "w/a/*.yaml"], []),
        Case(glob("./w/a/*.yaml"), ["a/x.yaml", "a/y.yaml"]),
        Case(glob("w/**/*.yaml"), ["a/x.yaml", "a/y.yaml", "a/b/z.yaml"]),
        Case(glob("w/*"), ["a/x.yaml", "a/y.yaml", "a/b/z.yaml", "a/b/n.md", "keep", "link", "dir"]),
        Case(glob("w/**"), ["a/x.yaml", "a/y.yaml", "a/b/z.yaml", "a/b/n.md", "keep", "link", "dir"]),
        Case(glob("w/a/{x,y}.yaml", "w/a/b"), ["a/x.yaml", "a/y.yaml", "a/b/z.yaml", "a/b/n.md"]),
        Case(glob("w/[kl]*"), ["keep", "link"]), Case(glob("w/dir/*"), []),
        Case(glob("w/a/?"), ["a/b/z.yaml", "a/b/n.md"]),
        Case(glob("w/*.none", "w/keep"), ["keep"]), Case(glob("w/a/*/"), ["a/b/z.yaml", "a/b/n.md"]),
    ]

    @Test(arguments: cases, FileBench.Kind.allCases)
    func `what is named is gone, and nothing else`(_ row: Case, _ kind: FileBench.Kind) async throws {
        let bench = try await Self.bench(kind)
        let result = try await bench.run(("delete", row.config))
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(Set(try await bench.files().keys) == Set(Self.files.keys).subtracting(row.gone))
        #expect(result.message.hasPrefix(row.gone.isEmpty ? "nothing to delete" : "deleted "), "\(result.message)")
    }

    @Test(
        arguments: [
            (["paths": ["w/keep", "w/none"], "strict": true], "w/none does not exist"),
            (["path": "w/keep/x", "strict": true], "w/keep/x does not exist"),
            (["paths": ["w/keep", "w/*.none"], "pathsAreGlobs": true, "strict": true], "w/*.none matches nothing"),
            (["paths": ["w/keep", "../x"]], "../x leads out of the promotion's files"),
            (["paths": ["w/keep", "w/../../w/a"]], "leads out of the promotion's files"),
            (["paths": ["w/keep", "../*"], "pathsAreGlobs": true], "leads out of the promotion's files"),
            (["paths": ["w/keep", "w/dir/x.yaml"]], "w/dir is a symlink"),
            (["path": "w"], "w is a checkout or holds one"), (["path": "."], ". is a checkout or holds one"),
            (["path": "*", "pathsAreGlobs": true], "w is a checkout or holds one"),
        ] as [(ConfigValue, String)]
    )
    func `where something stands in the way nothing is deleted`(_ config: ConfigValue, _ problem: String) async throws {
        let bench = try await Self.bench()
        let result = try await bench.run(("delete", config))
        #expect(result.phase == .errored)
        #expect(result.message.contains(problem), "\(result.message)")
        #expect(try await bench.files().count == Self.files.count)
    }

    @Test(
        arguments: [
            ([:], "config: delete has either path or paths"), (["paths": []], "config.paths: at least 1 item"),
            (["path": "a", "paths": ["b"]], "config.paths: delete has either path or paths"),
            (["paths": [""]], "config.paths[0]: an item is empty"), (["path": "a", "strict": "yes"], "config.strict"),
            (["path": "w/[", "pathsAreGlobs": true], "w/[ is not a pattern"),
            (["path": "w/{a", "pathsAreGlobs": true], "w/{a is not a pattern"),
        ] as [(ConfigValue, String)]
    )
    func `a configuration that cannot work fails for good`(_ config: ConfigValue, _ problem: String) async throws {
        let result = try await Self.bench().run(("delete", config), threshold: 5)
        #expect(result.phase == .failed)
        #expect(result.message.contains(problem), "\(result.message)")
    }

    @Test func `what was deleted is deleted in the pushed commit`() async throws {
        let bench = try await FileBench(["a/x": "x", "a/y": "y", "b": "b"], on: .overlay)
        let result = try await bench.run(
            ("delete", Self.glob("w/a/x")),
            ("git-commit", ["path": "w", "message": "m"]),
            ("git-push", ["path": "w"])
        )
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(try await bench.pushed() == ["a/y": "y", "b": "b"])
    }
}
