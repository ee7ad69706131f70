import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Testing

/// `yaml-merge`: sheet 4.3, with the corrections of its section 0.
struct YAMLMergeStepTests {
    private static func config(_ inFiles: [String], ignore: Bool = false) -> ConfigValue {
        [
            "inFiles": .list(inFiles.map { .string("./w/\($0)") }), "outFile": "./w/out.yaml",
            "ignoreMissingFiles": .bool(ignore),
        ]
    }

    @Test(arguments: FileBench.Kind.allCases)
    func `later files win, and the message lists the files`(_ kind: FileBench.Kind) async throws {
        let bench = try await FileBench(
            ["a.yaml": "x: 1\nm:\n  a: 1\n  b: 2\nl:\n- 1\n", "b.yaml": "m:\n  b: 3\n  a: null\nl:\n- 2\n---\nx: 9\n"],
            on: kind
        )
        let result = try await bench.run(("yaml-merge", Self.config(["a.yaml", "b.yaml"])))
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(try await bench.file("out.yaml") == "x: 1\nm:\n  b: 3\nl:\n- 2\n")
        #expect(result.commitMessage == "Merged 2 YAML files to ./w/out.yaml\n- ./w/a.yaml\n- ./w/b.yaml")
    }

    @Test func `one file is written as it is`() async throws {
        let text = "# c\nx:   1\n"
        let bench = try await FileBench(["a.yaml": text])
        let result = try await bench.run(("yaml-merge", Self.config(["a.yaml"])))
        #expect(try await bench.file("out.yaml") == text)
        #expect(result.commitMessage == "Wrote ./w/a.yaml to ./w/out.yaml")
    }

    @Test func `missing files are passed over where that is asked for, and left out of the message`() async throws {
        let bench = try await FileBench(["a.yaml": "x: 1\n", "b.yaml": "y: 2\n"])
        let files = ["none.yaml", "a.yaml", "gone/b.yaml", "b.yaml"]
        let strict = try await bench.run(("yaml-merge", Self.config(files)))
        #expect(strict.phase == .errored)
        #expect(strict.message == "./w/none.yaml does not exist")
        let loose = try await FileBench(["a.yaml": "x: 1\n", "b.yaml": "y: 2\n"])
            .run(("yaml-merge", Self.config(files, ignore: true)))
        #expect(loose.commitMessage == "Merged 2 YAML files to ./w/out.yaml\n- ./w/a.yaml\n- ./w/b.yaml")
    }

    @Test func `nothing to merge makes an empty file and no output`() async throws {
        let bench = try await FileBench(["out.yaml": "old: 1\n"])
        let result = try await bench.run(("yaml-merge", Self.config(["none.yaml"], ignore: true)))
        #expect(result.phase == .succeeded)
        #expect(result.output == [:])
        #expect(try await bench.file("out.yaml")?.isEmpty == true)
    }

    /// Empty files are skipped, and named: they are there.
    @Test func `empty files add nothing`() async throws {
        let bench = try await FileBench(["a.yaml": "x: 1\n", "e.yaml": "", "c.yaml": "# c\n"])
        let result = try await bench.run(("yaml-merge", Self.config(["e.yaml", "a.yaml", "c.yaml"])))
        #expect(try await bench.file("out.yaml") == "x: 1\n")
        #expect(result.commitMessage?.hasPrefix("Merged 3 YAML files") == true)
    }

    @Test func `the output may be one of the inputs`() async throws {
        let bench = try await FileBench(["out.yaml": "x: 1\n", "b.yaml": "y: 2\n"])
        _ = try await bench.run(("yaml-merge", Self.config(["out.yaml", "b.yaml"])))
        #expect(try await bench.file("out.yaml") == "x: 1\ny: 2\n")
    }

    @Test(
        arguments: [
            (["a.yaml": "x: [\n"], "a.yaml:"), (["a.yaml": "x: 1\n", "b.yaml": "- 1\n"], "b.yaml:1"),
        ] as [([String: String], String)]
    )
    func `a file that cannot be merged is an error with its place, and nothing is written`(
        _ files: [String: String],
        _ problem: String
    ) async throws {
        let bench = try await FileBench(files)
        let result = try await bench.run(("yaml-merge", Self.config(files.keys.sorted())))
        #expect(result.phase == .errored)
        #expect(result.message.hasPrefix(problem), "\(result.message)")
        #expect(try await bench.file("out.yaml") == nil)
    }

    @Test(
        arguments: [
            ([:], "config.inFiles: inFiles is missing"),
            (["inFiles": [], "outFile": "o"], "config.inFiles: at least 1"),
            (["inFiles": ["a"]], "config.outFile: outFile is missing"),
            (["inFiles": .list(Array(repeating: "w/a", count: 101)), "outFile": "o"], "101 files; at most 100"),
        ] as [(ConfigValue, String)]
    )
    func `a configuration that cannot work fails for good`(_ config: ConfigValue, _ problem: String) async throws {
        let result = try await FileBench(["a": "x: 1\n"]).run(("yaml-merge", config), threshold: 5)
        #expect(result.phase == .failed)
        #expect(result.message.contains(problem), "\(result.message)")
    }
}
