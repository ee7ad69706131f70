import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

/// `yaml-update`: sheet 4.3, with the corrections of its section 0.
struct YAMLUpdateStepTests {
    private static func config(_ updates: [(String, ConfigValue)], path: ConfigValue = "./w/values.yaml") -> ConfigValue
    {
        ["path": path, "updates": .list(updates.map { ["key": .string($0.0), "value": $0.1] })]
    }

    private static func update(
        _ text: String,
        _ updates: [(String, ConfigValue)],
        on kind: FileBench.Kind = .plain
    ) async throws -> (result: FileBench.Result, text: String?) {
        let bench = try await FileBench(["values.yaml": text], on: kind)
        let result = try await bench.run(("yaml-update", config(updates)))
        return (result, try await bench.file("values.yaml"))
    }

    /// Where Kargo loses the rest of the line, only the value is replaced.
    @Test(
        arguments: [
            ("tag: v1\n", "tag", "v2", "tag: v2\n"),
            ("tag: \"v1\" # pinned\n", "tag", "v2", "tag: \"v2\" # pinned\n"),
            ("tag: 'v1'   # pinned\n", "tag", "v2", "tag: 'v2'   # pinned\n"),
            ("tag:\n", "tag", "v2", "tag: v2\n"),
            ("tag: v1\n", "tag", "1.10", "tag: \"1.10\"\n"),
            ("tag: v1\n", "tag", "true", "tag: \"true\"\n"),
            ("tag: v1\n", "tag", "{\"a\": 1}", "tag: \"{\\\"a\\\": 1}\"\n"),
            ("tag: v1\n", "tag", "", "tag: \"\"\n"),
            ("tag: v1\n", "tag", "a: b # c", "tag: \"a: b # c\"\n"),
            ("n: 1\n", "n", .number(2_000_000), "n: 2000000\n"), ("n: 1\n", "n", .number(1.5), "n: 1.5\n"),
            ("on: no\n", "on", true, "on: true\n"),
            ("img: {repo: a, tag: v1}\n", "img.repo", "b", "img: {repo: b, tag: v1}\n"),
            ("c:\n- v: 1\n- v: 2\n", "c.1.v", .number(3), "c:\n- v: 1\n- v: 3\n"),
            ("a.b: 1\nc:d: 1\n", "a\\.b", "x", "a.b: x\nc:d: 1\n"), ("c:d: 1\n", "c\\:d", "x", "c:d: x\n"),
            ("'1': a\n", ":1", "x", "'1': x\n"), ("tag: v1\n", "  tag ", "v2", "tag: v2\n"),
            ("a: 1\r\ntag: v1\r\n", "tag", "v2", "a: 1\r\ntag: v2\r\n"), ("tag: v1", "tag", "v2", "tag: v2"),
            ("# top\n\na: 1\n\n\ntag: v1\n", "tag", "v2", "# top\n\na: 1\n\n\ntag: v2\n"),
        ] as [(String, String, ConfigValue, String)]
    )
    func `one value changes and every other byte stays`(
        _ before: String,
        _ key: String,
        _ value: ConfigValue,
        _ after: String
    ) async throws {
        let (result, text) = try await Self.update(before, [(key, value)])
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(text == after)
    }

    @Test func `the commit message lists the updates in the order of the configuration`() async throws {
        let before = "a: 1\nb: x\nc: y\nd: false\ne: z\n"
        let (result, text) = try await Self.update(
            before,
            [
                ("c", "1.10"), (" b", "plain"), ("a", .number(1_000_000)), ("d", true), ("e", "{\"x\":1}"),
                ("b", "true"),
            ]
        )
        #expect(
            result.commitMessage
                == "Updated ./w/values.yaml\n\n- c: \"1.10\"\n-  b: plain\n- a: 1000000\n- d: true\n"
                + "- e: \"{\\\"x\\\":1}\"\n- b: \"true\""
        )
        #expect(text == "a: 1000000\nb: \"true\"\nc: \"1.10\"\nd: true\ne: \"{\\\"x\\\":1}\"\n")
        #expect(result.message == "set 5 values in values.yaml")
    }

    @Test func `a file that has the values already gives the message and no commit`() async throws {
        let bench = try await FileBench(["values.yaml": "tag: v2 # c\n"], on: .overlay)
        let result = try await bench.run(
            ("yaml-update", Self.config([("tag", "v2")])),
            ("git-commit", ["path": "w", "message": "m"]),
            ("git-push", ["path": "w"])
        )
        #expect(result.run.outputs["step-2"]?["commitMessage"] == "Updated ./w/values.yaml\n\n- tag: v2")
        #expect(result.run.records.map(\.status) == [.succeeded, .succeeded, .skipped, .succeeded])
        #expect(result.run.records[1].message == "values.yaml has these values already")
        #expect(bench.bench.remote.pushes == 0)
    }

    /// A key is never created; the message names the place.
    @Test(
        arguments: [
            ("a: 1\n", "b", "values.yaml:1: b was not updated: the file has no key b"),
            ("a: {b: 1}\n", "a.c.d", "values.yaml:1: a.c.d was not updated: a has no key c"),
            ("a: {b: 1}\n", "a", "values.yaml:1: a was not updated: it is a mapping, not a single value"),
            ("a: [1]\n", "a.1", "values.yaml:1: a.1 was not updated: the list has 1 item, and there is no item 1"),
            ("a: [1]\n", "a.x", "values.yaml:1: a.x was not updated: a list stands here"),
            ("a: &x 1\nb: *x\n", "b", "values.yaml:2: b was not updated: the alias *x stands here"),
            ("a: 1\n---\nb: 1\n", "b", "b was not updated: it stands only in a later document"),
            ("a: 1\n", "a..b", "values.yaml: the key a..b has an empty part"),
            ("a: 1\n", "a\\b", "values.yaml: the key a\\b has a backslash"),
            ("a: 1\n", "a:b", "values.yaml: the key a:b has a colon"),
            ("a: [\n", "a", "values.yaml:1: not valid YAML"), ("", "a", "values.yaml"),
        ]
    )
    func `what cannot be updated is an error that may be tried again, and changes nothing`(
        _ before: String,
        _ key: String,
        _ problem: String
    ) async throws {
        let bench = try await FileBench(["values.yaml": before])
        let step: (String, ConfigValue) = ("yaml-update", Self.config([(key, "x")]))
        let once = try await bench.run(step)
        #expect(once.phase == .errored)
        #expect(once.message.contains(problem), "\(once.message)")
        #expect(try await bench.file("values.yaml") == before)
        let again = try await FileBench(["values.yaml": before]).run(step, threshold: 2)
        guard case .retryLater = again.event else {
            Issue.record("an error of the file is counted: \(again.event)")
            return
        }
    }

    /// The first update that fails ends the step; none is written.
    @Test func `no update is made where one cannot be`() async throws {
        let (result, text) = try await Self.update("a: 1\n", [("a", "2"), ("b", "2")])
        #expect(result.phase == .errored)
        #expect(text == "a: 1\n")
    }

    @Test func `a file that is not there, or is none, is an error`() async throws {
        let bench = try await FileBench(["d/values.yaml": "a: 1\n", "link": "d"], modes: ["link": .symlink])
        for (path, problem) in [
            ("w/none.yaml", "w/none.yaml does not exist"), ("w/d", "w/d is not a regular file"),
            ("w/link", "w/link is not a regular file"),
            ("out/x", "out/x does not exist, and is not below any checkout"),
        ] {
            var run = bench.bench.run(
                Bench.steps([
                    FileBench.clone, ("yaml-update", Self.config([("a", "2")], path: .string(path))),
                ])
            )
            let event = await run.next()
            #expect(event.phase == .errored)
            #expect(event.message.contains(problem), "\(event.message)")
        }
    }

    @Test(
        arguments: [
            ([:], "config.path: path is missing"),
            (["path": "p"], "config.updates: updates is missing"),
            (["path": "p", "updates": []], "config.updates: at least 1 item is needed"),
            (["path": "p", "updates": [["key": "", "value": "v"]]], "config.updates[0].key: key is empty"),
            (["path": "p", "updates": [["key": "k"]]], "config.updates[0].value: value is missing"),
            (["path": "p", "updates": [["key": "k", "value": .null]]], "config.updates[0].value: value is null"),
            (
                ["path": "p", "updates": [["key": "k", "value": [:]]]],
                "config.updates[0].value: expected text, a number"
            ),
            (
                ["path": "p", "updates": [["key": "k", "value": []]]],
                "config.updates[0].value: expected text, a number"
            ),
            (
                ["path": "p", "updates": [["key": "k", "value": "\u{1}"]]],
                "config.updates[0].value: the value has a control"
            ),
            (
                ["path": "p", "updates": [["key": "k", "value": "v", "x": "y"]]], "config.updates[0].x: unknown key 'x'"
            ),
        ] as [(ConfigValue, String)]
    )
    func `a configuration that cannot work fails for good`(_ config: ConfigValue, _ problem: String) async throws {
        let result = try await FileBench(["p": "k: v\n"]).run(("yaml-update", config), threshold: 5)
        #expect(result.phase == .failed)
        #expect(result.message.contains("yaml-update: \(problem)"), "\(result.message)")
    }

    @Test func `an alias that reads the changed value is named`() async throws {
        let (result, text) = try await Self.update("a: &t v1\nb: *t\n", [("a", "v2")])
        #expect(text == "a: &t v2\nb: *t\n")
        #expect(result.run.warnings == ["a of values.yaml is also read by an alias in line 2: it changes there too"])
    }

    @Test func `what is pushed is one commit with one changed value`() async throws {
        let before = "# ours\nimage:\n  tag: v1 # by hand\n\nother: 'x'\n"
        let bench = try await FileBench(["values.yaml": before, "README.md": "r\n"], on: .overlay)
        let result = try await bench.run(
            ("yaml-update", Self.config([("image.tag", "v2")])),
            ("git-commit", ["path": "w", "message": "m"]),
            ("git-push", ["path": "w"])
        )
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(
            try await bench.pushed() == [
                "values.yaml": "# ours\nimage:\n  tag: v2 # by hand\n\nother: 'x'\n", "README.md": "r\n",
            ]
        )
    }
}
