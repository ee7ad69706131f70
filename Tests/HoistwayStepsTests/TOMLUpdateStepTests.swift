import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Testing

/// `toml-update` and `toml-parse`: sheet 4.3.
struct TOMLUpdateStepTests {
    private static func config(_ updates: [(String, ConfigValue)]) -> ConfigValue {
        ["path": "./w/app.toml", "updates": .list(updates.map { ["key": .string($0.0), "value": $0.1] })]
    }

    @Test(
        arguments: [
            ("[image]\ntag = \"v1\" # pinned\nn = 1\n", "image.tag", "v2", "[image]\ntag = 'v2' # pinned\nn = 1\n"),
            ("image = { tag = 'v1', n = [1] }\r\n", "image.tag", "1.10", "image = { tag = '1.10', n = [1] }\r\n"),
            ("image.tag='v1'", "image.tag", "it's", "image.tag=\"it's\""),
            ("a = \"\"\"\nlong \\\"\"\" text\"\"\"\"\nb = 1\n", "a", "x", "a = 'x'\nb = 1\n"),
            ("a = '''\n'x''''\nb = 1\n", "a", "x\ty\n", "a = \"x\\ty\\n\"\nb = 1\n"),
            ("n = 0x10_00 # hex\n", "n", .number(2_000_000), "n = 2000000 # hex\n"),
            ("n = 1.5\n", "n", .number(2), "n = 2.0\n"),
            ("on = false\n", "on", true, "on = true\n"),
            ("at = 1979-05-27 07:32:00Z\nb = 1\n", "at", "now", "at = 'now'\nb = 1\n"),
            ("l = [ 'a',\n  'b', # two\n]\n", "l.1", "c", "l = [ 'a',\n  'c', # two\n]\n"),
            (
                "[[s]]\nn='a'\n[[s]]\nn='b'\n[s.t]\nx='y'\n", "s.1.t.x", "z",
                "[[s]]\nn='a'\n[[s]]\nn='b'\n[s.t]\nx='z'\n"
            ),
            ("\u{FEFF}\"ä.ö\" = 'ü' ; ", "ä\\.ö", "x", nil),
            ("\u{FEFF}\"ä.ö\" = 'ü' # ü\n", "ä\\.ö", "x", "\u{FEFF}\"ä.ö\" = 'x' # ü\n"),
            ("a = 'v1'\n", "a", "v1", "a = 'v1'\n"),
            ("a = \"v1\"\n", "a", "v1", "a = \"v1\"\n"),
        ] as [(String, String, ConfigValue, String?)]
    )
    func `one value changes and every other byte stays`(
        _ before: String,
        _ key: String,
        _ value: ConfigValue,
        _ after: String?
    ) async throws {
        let bench = try await FileBench(["app.toml": before])
        let result = try await bench.run(("toml-update", Self.config([(key, value)])))
        #expect(result.phase == (after == nil ? .errored : .succeeded), "\(result.message)")
        #expect(try await bench.file("app.toml") == after ?? before)
    }

    /// Long keys, where toml++ bounds nothing and would let the stack end; each behind a text or a comment that may hide it.
    @Test(
        arguments: ["", "x = \"\"\"a\"\"\"\"\"\n", "x = '''''a'''\n", "x = \"\\\\\"\n", "# it's \"\"\"\n", "a = [\n"]
    )
    func `a key or a header with too many parts is refused, also in a document with mistakes`(before: String)
        async throws
    {
        let deep = Array(repeating: "a", count: 100_000).joined(separator: ".")
        let nested = String(repeating: Array(repeating: "a", count: 60).joined(separator: ".") + " = {", count: 200)
        for line in ["\(deep) = 1", "[\(deep)]", "[[\(deep)]]\n?", nested, String(repeating: "[", count: 100_000)] {
            let bench = try await FileBench(["app.toml": before + line + "\n"])
            let result = try await bench.run(("toml-update", Self.config([("a", "x")])))
            #expect(result.phase == .errored)
            #expect(result.message.contains("it is deeper than 64 levels"), "\(result.message)")
        }
    }

    @Test func `points in texts, comments and numbers are no levels`() async throws {
        let points = String(repeating: "[.", count: 200)
        let numbers = Array(repeating: "1.5", count: 200).joined(separator: ", ")
        let text = "# \(points)\ns = '\(points)'\nl = \"\"\"\n\(points)\"\"\"\nn = [\(numbers)]\na = 'v1'\n"
        let bench = try await FileBench(["app.toml": text])
        let result = try await bench.run(("toml-update", Self.config([("a", "v2")])))
        #expect(result.phase == .succeeded, "\(result.message)")
    }

    /// toml++ compares each with all others: of these, hundreds of millions of times.
    @Test(arguments: ["a%.b = 1\n", "[a%.b]\n", "[[a%]]\n", "x% = {a.b = 1, c.d = [1.5]}\n"])
    func `a file that names tables without end is refused`(_ line: String) async throws {
        let text = (0..<40_000).map { line.replacing("%", with: "\($0)") }.joined()
        let bench = try await FileBench(["app.toml": text])
        let result = try await bench.run(("toml-update", Self.config([("a", "x")])))
        #expect(result.phase == .errored)
        #expect(result.message.contains("it names more than 32768 tables"), "\(result.message)")
    }

    @Test func `points in numbers of a large file name no tables`() async throws {
        let numbers = Array(repeating: "1.5,\n", count: 40_000).joined()
        let bench = try await FileBench(["app.toml": "n = [\n\(numbers)]\na = 'v1'\n"])
        let result = try await bench.run(("toml-update", Self.config([("a", "v2")])))
        #expect(result.phase == .succeeded, "\(result.message)")
    }

    /// toml++ takes for granted that these letters do not come where it asks for a space.
    @Test(arguments: ["ä", "я", "の", "ﷺ"])
    func `a letter outside of quotation marks is a mistake, and within them it is a letter`(_ letter: String)
        async throws
    {
        for text in [
            "\(letter) = 1", "a = \(letter)", "a = 1\(letter)", "a = 1 \(letter)", "\(letter)[t]", "[\(letter)]",
        ] {
            let bench = try await FileBench(["app.toml": "a = 'v1'\n[b]\n\(text)\n"])
            let result = try await bench.run(("toml-update", Self.config([("a", "v2")])))
            #expect(result.message.contains("not valid TOML"), "\(text): \(result.message)")
        }
        let text = "a = 'v1'\nb = \"\"\"x\\\n  \(letter)\"\"\" # \(letter)\n"
        let bench = try await FileBench(["app.toml": text])
        let result = try await bench.run(("toml-update", Self.config([("a", "v2")])))
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(try await bench.file("app.toml") == text.replacing("v1", with: "v2"))
    }

    @Test func `the commit message names every update`() async throws {
        let bench = try await FileBench(["app.toml": "a = 'x'\nb = 1\n"])
        let result = try await bench.run(("toml-update", Self.config([("a", "1.10"), ("b", .number(2)), ("a", "v2")])))
        #expect(result.commitMessage == "Updated ./w/app.toml\n\n- a: '1.10'\n- b: 2\n- a: 'v2'")
        #expect(try await bench.file("app.toml") == "a = 'v2'\nb = 2\n")
    }

    @Test(
        arguments: [
            ("a = ", "a", "app.toml:1: not valid TOML"), ("[ = 1]\n", "a", "not valid TOML"),
            ("a = 1\n", "b", "has no key b"),
            ("[a]\nb = 1\n", "a", "it is a table, not a single value"),
            ("a = [1]\n", "a.1", "there is no item 1"), ("a = [1]\n", "a.x", "is not the number of an item"),
            ("a = 1\n", "a.b", "is a single value and has no keys"), ("a = 1\na = 2\n", "a", "not valid TOML"),
            ("a = 1\n", "a..b", "has an empty part"),
        ]
    )
    func `what cannot be updated is an error`(_ before: String, _ key: String, _ problem: String) async throws {
        let bench = try await FileBench(["app.toml": before])
        let result = try await bench.run(("toml-update", Self.config([(key, "x")])))
        #expect(result.phase == .errored)
        #expect(result.message.contains(problem), "\(result.message)")
        #expect(try await bench.file("app.toml") == before)
    }

    @Test func `a file that nests without an end is refused`() async throws {
        let text = "a = " + String(repeating: "[", count: 100_000)
        let bench = try await FileBench(["app.toml": text])
        let result = try await bench.run(("toml-update", Self.config([("a", "x")])))
        #expect(result.phase == .errored)
        #expect(result.message.contains("not valid TOML"), "\(result.message)")
    }

    private static let document = """
        title = "shop"
        big = 9007199254740992
        [image]
        tag = "1.10"
        port = 80
        built = 1979-05-27T07:32:00-07:00
        [[service]]
        name = "a"
        [[service]]
        name = "b"

        """

    @Test(
        arguments: [
            ("image.tag", "1.10"), ("image.port + 1", .number(81)), ("service[1].name", "b"),
            ("len(service)", .number(2)),
            ("image.built", "1979-05-27T07:32:00-07:00"), ("missing", .null), ("$env['title']", "shop"),
            ("big", .number(9_007_199_254_740_992)),
        ] as [(String, ConfigValue)]
    )
    func `the file's top-level keys are variables of the expression`(
        _ expression: String,
        _ value: ConfigValue
    ) async throws {
        let bench = try await FileBench(["doc": Self.document])
        let outputs: ConfigValue = .list([["name": "out", "fromExpression": .string(expression)]])
        let result = try await bench.run(("toml-parse", ["path": "./w/doc", "outputs": outputs]))
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(result.output == ["out": value])
    }

    @Test(arguments: [
        ("", "the file is empty"), ("a = inf", "a number is too large"), ("a = 9007199254740993", "too large"),
    ])
    func `what expressions cannot hold is an error`(_ text: String, _ problem: String) async throws {
        let bench = try await FileBench(["doc": text])
        let outputs: ConfigValue = .list([["name": "out", "fromExpression": "a"]])
        let result = try await bench.run(("toml-parse", ["path": "./w/doc", "outputs": outputs]))
        #expect(result.phase == .errored)
        #expect(result.message.contains(problem), "\(result.message)")
    }
}
