import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Testing

/// `yaml-parse` and `json-parse`: sheet 4.3, with the corrections of its section 0.
struct DocumentParseStepTests {
    private static func parse(
        _ step: String,
        _ text: String,
        _ outputs: [(String, String)]
    ) async throws -> FileBench.Result {
        let bench = try await FileBench(["doc": text])
        let items = outputs.map { ["name": .string($0.0), "fromExpression": .string($0.1)] as ConfigValue }
        return try await bench.run((step, ["path": "./w/doc", "outputs": .list(items)]))
    }

    private static let yaml = """
        image: {tag: "1.10", port: 80}
        my-key: a
        list: [1, 2, 3]
        on: yes
        base: &b {x: 1}
        more:
          <<: *b
          y: ~
        ---
        second: true

        """

    @Test(
        arguments: [
            ("image.tag", "1.10"), ("image.port", .number(80)), ("$env['my-key']", "a"), ("list[1]", .number(2)),
            ("len(list)", .number(3)), ("missing", .null), ("missing ?? 'd'", "d"), ("second", .null),
            ("base.x", .number(1)),
            ("more.x + 1", .number(2)), ("more.y", .null), ("image.port == 80", true),
            ("image", ["tag": "1.10", "port": .number(80)]),
            ("filter(list, # > 1)", [.number(2), .number(3)]), ("string(image.port)", "80"),
            ("image.tag matches '^1'", true), ("{'a': image.tag}", ["a": "1.10"]), ("len($env)", .number(6)),
            ("let outputs = 1; outputs", .number(1)),
        ] as [(String, ConfigValue)]
    )
    func `the file's top-level keys are variables of the expression`(
        _ expression: String,
        _ value: ConfigValue
    ) async throws {
        let result = try await Self.parse("yaml-parse", Self.yaml, [("out", expression)])
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(result.output == ["out": value])
    }

    @Test func `several outputs are taken, and of one name the last counts`() async throws {
        let result = try await Self.parse(
            "json-parse",
            "{\"a\": 1, \"b\": [true]}",
            [("x", "a"), ("y", "b[0]"), ("x", "b")]
        )
        #expect(result.output == ["x": [true], "y": true])
        #expect(result.message == "took 3 outputs from doc")
    }

    /// Kargo's documents need no mapping at their root.
    @Test(
        arguments: [
            ("json-parse", "[1, {\"a\": 2}]", "$env[1].a", .number(2)), ("json-parse", "[1]", "len($env)", .number(1)),
            ("json-parse", "\"t\"", "$env + 'x'", "tx"), ("yaml-parse", "- a\n- b\n", "$env[0]", "a"),
            ("yaml-parse", "# only a comment\n", "$env", .null), ("yaml-parse", "# c\n", "$env == nil", true),
        ] as [(String, String, String, ConfigValue)]
    )
    func `a root that is no mapping is $env`(
        _ step: String,
        _ text: String,
        _ expression: String,
        _ value: ConfigValue
    ) async throws {
        let result = try await Self.parse(step, text, [("out", expression)])
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(result.output == ["out": value])
    }

    @Test(
        arguments: [
            ("yaml-parse", "a: 1\n", "a.b.c", "the output out: expression `a.b.c`"),
            ("yaml-parse", "a: 1\n", "missing.b", "nil has no field"),
            ("yaml-parse", "a: 1\n", "a +", "expression `a +`"),
            ("yaml-parse", "a: 1\n", "imageFrom('x')", "imageFrom"),
            ("yaml-parse", "a: 1\n", "ctx.stage", "nil has no field"),
            ("yaml-parse", "a: 1\n", "vars.a", "nil has no field"),
            ("yaml-parse", "a: 1\n", "1 / 0", "JSON has no form"),
            ("yaml-parse", "# c\n", "a", "nil has no field"), ("json-parse", "[1]", "a", "has no field"),
            ("yaml-parse", "", "a", "the file is empty"), ("json-parse", "", "a", "doc"),
            ("json-parse", "{", "a", "doc:1"),
            ("json-parse", "# c\n", "a", "doc:1"), ("yaml-parse", "a: [\n", "a", "doc:1"),
            ("yaml-parse", "a: &a [*a]\n", "a", "doc"), ("yaml-parse", "a: .inf\n", "a", "doc:1"),
        ]
    )
    func `what cannot be taken is an error that names the output and the file`(
        _ step: String,
        _ text: String,
        _ expression: String,
        _ problem: String
    ) async throws {
        let result = try await Self.parse(step, text, [("out", expression)])
        #expect(result.phase == .errored, "\(result.message)")
        #expect(result.message.contains(problem), "\(result.message)")
    }

    @Test(
        arguments: [
            (["path": "p"], "config.outputs: outputs is missing"),
            (["path": "p", "outputs": []], "config.outputs: at least 1 item is needed"),
            (["path": "p", "outputs": [["name": "n"]]], "config.outputs[0].fromExpression: fromExpression is missing"),
            (
                ["path": "p", "outputs": [["name": "", "fromExpression": "a"]]], "config.outputs[0].name: name is empty"
            ),
            (
                ["path": "p", "outputs": [["name": "n", "fromExpression": .number(1)]]], "expected text, found a number"
            ),
        ] as [(ConfigValue, String)],
        ["yaml-parse", "json-parse"]
    )
    func `a configuration that cannot work fails for good`(
        _ wrong: (config: ConfigValue, problem: String),
        _ step: String
    ) async throws {
        let result = try await FileBench(["p": "{}"]).run((step, wrong.config), threshold: 5)
        #expect(result.phase == .failed)
        #expect(result.message.contains(wrong.problem), "\(result.message)")
    }

    /// Aliases that grow by powers, and documents that are deep or large, end in an error and not in a full memory.
    @Test(
        arguments: [
            "yaml": (0..<30).reduce("a0: &a0 [x]\n") { text, index in
                text
                    + "a\(index + 1): &a\(index + 1) [\(Array(repeating: "*a\(index)", count: 9).joined(separator: ", "))]\n"
            },
            "deep": String(repeating: "[", count: 100_000), "braces": String(repeating: "{a: ", count: 5_000),
            "dashes": String(repeating: "- ", count: 10_000) + "x\n",
            "large": "a: \"" + String(repeating: "x", count: 5 << 20) + "\"\n",
        ].sorted { $0.key < $1.key }.map(\.value)
    )
    func `a hostile document is refused`(_ text: String) async throws {
        for step in ["yaml-parse", "json-parse", "yaml-update", "json-update"] {
            let config: ConfigValue =
                step.hasSuffix("parse")
                ? ["path": "w/doc", "outputs": [["name": "o", "fromExpression": "$env"]]]
                : ["path": "w/doc", "updates": [["key": "a", "value": "b"]]]
            let result = try await FileBench(["doc": text]).run((step, config))
            #expect(result.phase == .errored)
            #expect(result.message.utf8.count < 1000)
        }
    }

    @Test(arguments: [("big", "big"), ("twice", "[big, big]"), ("made", "map(1..200000, 123456)")])
    func `outputs of more than 1 MiB fail, and the message names the output`(_ name: String, _ expression: String)
        async throws
    {
        let text = "big: \"\(String(repeating: "x", count: name == "twice" ? 600_000 : 1 << 20))\"\nsmall: s\n"
        let result = try await Self.parse("yaml-parse", text, [("small", "small"), (name, expression)])
        #expect([.failed, .errored].contains(result.phase))
        #expect(result.message.contains(name), "\(result.message)")
        #expect(result.message.contains("1 MiB"), "\(result.message)")
        #expect(result.output == [:] || result.output == nil)
    }
}
