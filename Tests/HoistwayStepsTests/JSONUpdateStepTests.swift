import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Testing

/// `json-update`: sheet 4.3, with the corrections of its section 0.
struct JSONUpdateStepTests {
    private static func config(_ updates: [(String, ConfigValue)]) -> ConfigValue {
        ["path": "./w/app.json", "updates": .list(updates.map { ["key": .string($0.0), "value": $0.1] })]
    }

    @Test(
        arguments: [
            ("{\n  \"a\": \"v1\",\n  \"b\": [1, 2]\n}\n", "a", "v2", "{\n  \"a\": \"v2\",\n  \"b\": [1, 2]\n}\n"),
            ("{\"a\": {\"b\": 1}}", "a.b", .number(2_000_000), "{\"a\": {\"b\": 2000000}}"),
            ("{\"a\": {\"b\": 1}}", "a.b", true, "{\"a\": {\"b\": true}}"),
            ("{\"a\": {\"b\": 1}}", "a.b", "", "{\"a\": {\"b\": \"\"}}"),
            ("{\"l\": [1,2]}", "l.0", "x", "{\"l\": [\"x\",2]}"),
            ("{\"l\": [1,2]}", "l.-1", "x", "{\"l\": [1,2,\"x\"]}"),
            ("{\"a.b\": 1}", "a\\.b", "x", "{\"a.b\": \"x\"}"),
        ] as [(String, String, ConfigValue, String)]
    )
    func `one value changes and every other byte stays`(
        _ before: String,
        _ key: String,
        _ value: ConfigValue,
        _ after: String
    ) async throws {
        let bench = try await FileBench(["app.json": before])
        let result = try await bench.run(("json-update", Self.config([(key, value)])))
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(try await bench.file("app.json") == after)
    }

    @Test func `keys that are missing are made`() async throws {
        let bench = try await FileBench(["app.json": "{}\n"], on: .overlay)
        let result = try await bench.run(
            ("json-update", Self.config([("image.tag", "v2"), ("image.digest", "sha256:aa")])),
            ("json-parse", ["path": "w/app.json", "outputs": [["name": "image", "fromExpression": "image"]]])
        )
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(result.output?["image"] == ["tag": "v2", "digest": "sha256:aa"])
    }

    @Test func `the commit message quotes every text`() async throws {
        let bench = try await FileBench(["app.json": "{\"a\": 1}"])
        let result = try await bench.run(
            ("json-update", Self.config([("a", "v1"), ("b", .number(1.5)), ("c", false), ("d", "\"q\"\n")]))
        )
        #expect(
            result.commitMessage
                == "Updated ./w/app.json\n\n- a: \"v1\"\n- b: 1.5\n- c: false\n- d: \"\\\"q\\\"\\n\""
        )
    }

    @Test(
        arguments: [
            ("{\"a\": ", "a", "app.json:1"), ("{\"a\": 1}", "a.#", "which would make a query of it"),
            ("{\"a\": 1}", "a..b", "has an empty part"),
        ]
    )
    func `what cannot be updated is an error`(_ before: String, _ key: String, _ problem: String) async throws {
        let bench = try await FileBench(["app.json": before])
        let result = try await bench.run(("json-update", Self.config([(key, "x")])))
        #expect(result.phase == .errored)
        #expect(result.message.contains(problem), "\(result.message)")
        #expect(try await bench.file("app.json") == before)
    }

    @Test(arguments: [.null, [:], [.string("a")]] as [ConfigValue])
    func `a value that is no scalar fails for good`(_ value: ConfigValue) async throws {
        let bench = try await FileBench(["app.json": "{}"])
        let result = try await bench.run(("json-update", Self.config([("a", value)])), threshold: 3)
        #expect(result.phase == .failed)
        #expect(result.message.contains("json-update: config.updates[0].value"), "\(result.message)")
    }
}
