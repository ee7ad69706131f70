import HoistwayModel
import Testing

@testable import HoistwayEdits

/// json-update: what sjson makes of a key, with every other byte as it was.
struct JSONUpdateTests {
    private func updated(_ document: String, _ updates: [(String, ScalarValue)]) throws -> String {
        let edit = try JSONUpdate.apply(
            updates.map { ScalarUpdate(key: $0.0, value: $0.1) },
            to: Array(document.utf8)
        )
        #expect(edit.changed == (edit.bytes != Array(document.utf8)))
        return String(decoding: edit.bytes, as: UTF8.self)
    }

    @Test(arguments: [
        (#"{"key": "value"}"#, "key", #"{"key": "v"}"#),
        ("{\n\t\"a\": {\n\t\t\"b\" : 1\n\t}\n}\n", "a.b", "{\n\t\"a\": {\n\t\t\"b\" : \"v\"\n\t}\n}\n"),
        (#"{"a":[1,2,{"b":null}]}"#, "a.2.b", #"{"a":[1,2,{"b":"v"}]}"#),
        (#"{"a.b": 1, "a": {"b": 2}}"#, #"a\.b"#, #"{"a.b": "v", "a": {"b": 2}}"#),
        (#"{"a*b": 1}"#, #"a\*b"#, #"{"a*b": "v"}"#),
        (#"{"a:b": 1}"#, "a:b", #"{"a:b": "v"}"#),
        (#"{"@types/node": 1}"#, #"\@types/node"#, #"{"@types/node": "v"}"#),
        (#"{"0": 1}"#, "0", #"{"0": "v"}"#),
        (#"{"0": 1}"#, ":0", #"{"0": "v"}"#),
        (#"[1, 2]"#, "1", #"[1, "v"]"#),
        (#"{"é": 1}"#, "é", #"{"é": "v"}"#),
        (#"{"\u00e9": 1}"#, "é", #"{"\u00e9": "v"}"#),
        // What is missing is created, written like what stands before it.
        ("{}", "a", #"{"a":"v"}"#),
        ("{ }\n", "a.b", "{\"a\":{\"b\":\"v\"} }\n"),
        ("", "a.b", #"{"a":{"b":"v"}}"#),
        ("\n", "a", "{\"a\":\"v\"}\n"),
        ("", "0", #"["v"]"#),
        ("", "-1", #"{"-1":"v"}"#),
        (#"{"a":1}"#, "b", #"{"a":1,"b":"v"}"#),
        ("{\n  \"a\": 1\n}\n", "b", "{\n  \"a\": 1,\n  \"b\": \"v\"\n}\n"),
        ("{\n  \"a\": 1\n}\n", "b.0.c", "{\n  \"a\": 1,\n  \"b\": [{\"c\": \"v\"}]\n}\n"),
        (#"{"s": {}}"#, "s.new", #"{"s": {"new": "v"}}"#),
        (#"{"a": []}"#, "a.-1", #"{"a": ["v"]}"#),
        (#"{"a": [1, 2]}"#, "a.-1", #"{"a": [1, 2, "v"]}"#),
        (#"{"a": [1, 2]}"#, "a.-1.b", #"{"a": [1, 2, {"b": "v"}]}"#),
        ("{\"a\": [\n  1\n]}", "a.3", "{\"a\": [\n  1,\n  null,\n  null,\n  \"v\"\n]}"),
        (#"{"a": []}"#, "a.2", #"{"a": [null, null, "v"]}"#),
        ("{}", "a.-1", #"{"a":["v"]}"#),
        ("{}", "a.2", #"{"a":[null,null,"v"]}"#),
        ("{}", "a.:2", #"{"a":{"2":"v"}}"#),
        ("{}", "a.:-1", #"{"a":{"-1":"v"}}"#),
        // A value that stands in the way gives way; a collection does, too.
        (#"{"a": "x", "z": 1}"#, "a.b", #"{"a": {"b": "v"}, "z": 1}"#),
        (#"{"a": null}"#, "a.0", #"{"a": ["v"]}"#),
        (#"{"a": 1}"#, "a.-1", #"{"a": {"-1": "v"}}"#),
        (#"{"a": {"b": [1]}, "c": 2}"#, "a", #"{"a": "v", "c": 2}"#),
        ("\u{FEFF}{\"a\": 1}", "a", "\u{FEFF}{\"a\": \"v\"}"),
        ("{\r\n  \"a\": 1\r\n}\r\n", "b", "{\r\n  \"a\": 1,\r\n  \"b\": \"v\"\r\n}\r\n"),
    ])
    func `the value is set and every other byte stays`(_ document: String, _ key: String, _ expected: String) throws {
        #expect(try updated(document, [(key, .string("v"))]) == expected)
    }

    @Test(arguments: [
        (#"{"n": 10}"#, ScalarValue.number(425), #"{"n": 425}"#),
        (#"{"n": 10}"#, .number(2_000_000), #"{"n": 2000000}"#),
        (#"{"n": 10}"#, .number(1e300), #"{"n": 1.0e+300}"#),
        (#"{"n": 10.0}"#, .number(10), #"{"n": 10.0}"#),
        (#"{"n": true}"#, .bool(false), #"{"n": false}"#),
        (#"{"n": "10"}"#, .number(10), #"{"n": 10}"#),
        (#"{"n": 10}"#, .string("10"), #"{"n": "10"}"#),
        (#"{"n": ""}"#, .string("a\"b\\c\nd\té<&>"), #"{"n": "a\"b\\c\nd\té<&>"}"#),
        (#"{"n": "\u0061"}"#, .string("a"), #"{"n": "\u0061"}"#),
    ])
    func `each kind of value is written as JSON`(_ document: String, _ value: ScalarValue, _ expected: String) throws {
        #expect(try updated(document, [("n", value)]) == expected)
    }

    @Test func `an update sees those before it`() throws {
        let result = try updated(
            #"{"a":1}"#,
            [
                ("b.c", .number(1)), ("b.d", .number(2)), ("l.-1", .number(1)), ("l.-1", .number(2)),
                ("b.c", .number(3)), ("a.x", .bool(true)), ("a", .number(1)),
            ]
        )
        #expect(result == #"{"a":1,"b":{"c":3,"d":2},"l":[1,2]}"#)
    }

    @Test func `changes tell the value before, and where it stood`() throws {
        let edit = try JSONUpdate.apply(
            [
                ScalarUpdate(key: "new.key", value: .string("x")), ScalarUpdate(key: "b", value: .string("t2")),
                ScalarUpdate(key: "a", value: .number(1)),
            ],
            to: Array("{\"a\": 1,\n \"b\": \"t1\"}".utf8)
        )
        #expect(
            edit.changes == [
                ScalarChange(key: "a", old: "1", new: "1", place: TextPlace(line: 1, column: 7), changed: false),
                ScalarChange(key: "b", old: "t1", new: "t2", place: TextPlace(line: 2, column: 7), changed: true),
                ScalarChange(key: "new.key", new: "x", changed: true),
            ]
        )
    }

    @Test(arguments: [
        (
            #"{"a": [1]}"#, "a.x",
            "config.json:1:7: a.x was not updated: a list stands here, and x is not the number of an item"
        ),
        (
            #"{"a": [1]}"#, "a.:1",
            "config.json:1:7: a.:1 was not updated: a list stands here, and 1 is not the number of an item"
        ),
        (
            #"{"a": [1]}"#, "a.5000",
            "config.json:1:7: a.5000 was not updated: the list has 1 item, and there is no item 5000 (the first is 0)"
        ),
        (
            #"{"a": 1, "a": 2}"#, "a",
            "config.json:1:15: a was not updated: a stands twice, first in line 1, and readers differ in which one counts"
        ),
        ("{\"a\": 1,}", "a", "config.json:1:9: not valid JSON: the name of a member is missing here"),
        ("{\n  // c\n}", "a", "config.json:2:3: not valid JSON: the name of a member is missing here"),
        ("{\"a\": 01}", "a", "config.json:1:7: not valid JSON: a number begins with 0"),
        ("{\"a\": 1} x", "a", "config.json:1:10: not valid JSON: something stands behind the value"),
        (
            "{\"é\": \"\\q\"}", "a",
            "config.json:1:9: not valid JSON: a backslash stands before a character that it does not escape"
        ),
        ("{}", "a.*", "config.json: the key a.* has * at position 3, which would make a query of it"),
        ("{}", "a..b", "config.json: the key a..b has an empty part at position 3"),
        ("{}", #"a\"#, #"config.json: the key a\ has a backslash at position 2 that stands before neither . nor :"#),
    ])
    func `what cannot be updated is refused with its place`(
        _ document: String,
        _ key: String,
        _ message: String
    ) throws {
        do throws(UpdateFailure) {
            _ = try JSONUpdate.apply([ScalarUpdate(key: key, value: .string("v"))], to: Array(document.utf8))
            Issue.record("accepted")
        } catch {
            #expect(error.message(file: "config.json") == message)
            #expect(error.hint?.isEmpty == false)
        }
    }

    @Test func `depth and size are bounded`() {
        let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        #expect(throws: UpdateFailure.self) {
            try JSONUpdate.apply([ScalarUpdate(key: "0", value: .bool(true))], to: Array(deep.utf8))
        }
        let large = "[\"" + String(repeating: "x", count: 5 << 20) + "\"]"
        #expect(throws: UpdateFailure.self) {
            try JSONUpdate.apply([ScalarUpdate(key: "0", value: .bool(true))], to: Array(large.utf8))
        }
    }

    @Test func `a thousand updates of a large file are made in one pass`() throws {
        let members = (0..<20_000).map { "  \"k\($0)\": {\"tag\": \"v1\"}" }
        let document = "{\n" + members.joined(separator: ",\n") + "\n}\n"
        let updates = (0..<1_000).map { ScalarUpdate(key: "k\($0 * 20).tag", value: .string("v2")) }
        let edit = try JSONUpdate.apply(updates, to: Array(document.utf8))
        #expect(edit.changes.count == 1_000 && edit.bytes.count == document.utf8.count)
    }
}
