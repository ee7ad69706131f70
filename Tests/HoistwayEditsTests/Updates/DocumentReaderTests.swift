import HoistwayEdits
import HoistwayModel
import Testing

/// yaml-parse and json-parse: what a file says, as Kargo's steps give it to expressions.
struct DocumentReaderTests {
    private func yaml(_ text: String) throws -> DocumentValue { try DocumentReader.yaml(Array(text.utf8)) }

    private func json(_ text: String) throws -> DocumentValue { try DocumentReader.json(Array(text.utf8)) }

    @Test(arguments: [
        ("1", DocumentValue.number(1)), ("1.10", .number(1.1)), ("010", .number(8)), ("0x1F", .number(31)),
        ("0b11", .number(3)), ("0o17", .number(15)), ("-5", .number(-5)), ("+5", .number(5)), ("1_000", .number(1000)),
        ("1e3", .number(1000)), (".5", .number(0.5)), ("5.", .number(5)), ("08", .number(8)),
        ("12345678901234567890", .number(12_345_678_901_234_567_168)),
        ("yes", .bool(true)), ("Off", .bool(false)), ("TRUE", .bool(true)), ("n", .bool(false)),
        ("yEs", .string("yEs")),
        ("~", .null), ("null", .null), ("''", .string("")), ("'1'", .string("1")), ("\"yes\"", .string("yes")),
        ("1.2.3", .string("1.2.3")), ("2024-05-01", .string("2024-05-01")), ("12:30:45", .string("12:30:45")),
        ("1e", .string("1e")), ("0x", .string("0x")), ("1__0", .number(10)), ("_1", .string("_1")),
        ("!!str 1", .string("1")), ("! 1", .string("1")), ("!!int 1", .number(1)), ("!!float 1", .number(1)),
        ("!!bool yes", .bool(true)), ("!!null x", .null), ("!Ref 1", .string("1")),
        ("|\n  a\n  b\n", .string("a\nb\n")), ("a\n  b", .string("a b")),
        ("[]", .list([])), ("{}", .map([])), ("[1, [a]]", .list([.number(1), .list([.string("a")])])),
    ])
    func `a value of YAML is read as Kargo's reader reads it`(_ text: String, _ expected: DocumentValue) throws {
        #expect(try yaml("k: \(text)\n")["k"] == expected)
    }

    @Test(arguments: [
        ("yes: 1", "true"), ("on: 1", "true"), ("1: 1", "1"), ("0x10: 1", "16"), ("1.5: 1", "1.5"), ("'on': 1", "on"),
        ("12345678901234567890: 1", "12345678901234567890"), ("a b: 1", "a b"), ("? a\n: 1", "a"),
    ])
    func `a key of YAML becomes a text`(_ text: String, _ key: String) throws {
        #expect(try yaml(text) == .map([DocumentValue.Member(key, .number(1))]))
    }

    @Test func `aliases and merge keys are followed, and what is written goes before what is merged`() throws {
        let text = """
            base: &b {tag: v1, m: 1}
            more: &m {m: 2, x: 3}
            one: {<<: *b, m: 5}
            two: {m: 6, <<: [*b, *m]}
            three: *b
            """
        let value = try yaml(text)
        #expect(value["one"]?["tag"] == .string("v1") && value["one"]?["m"] == .number(5))
        #expect(value["two"]?["m"] == .number(6) && value["two"]?["x"] == .number(3))
        #expect(value["three"] == value["base"])
    }

    @Test func `only the first document counts, and one with comments alone is null`() throws {
        #expect(try yaml("a: 1\n---\n{broken") == .map([DocumentValue.Member("a", .number(1))]))
        #expect(try yaml("# c\n") == .null)
        #expect(try yaml("---\n") == .null)
        #expect(try yaml("\u{FEFF}a: 1\n") == .map([DocumentValue.Member("a", .number(1))]))
        #expect(try yaml("text\n") == .string("text"))
        #expect(throws: UpdateFailure.self) { try yaml("") }
    }

    @Test func `of a key that stands twice the last counts`() throws {
        #expect(try yaml("a: 1\nb: 2\na: 3\n")["a"] == .number(3))
        #expect(try json(#"{"a": 1, "b": 2, "a": 3}"#)["a"] == .number(3))
    }

    @Test(arguments: [
        ("a: .inf\n", "1:4"), ("a: .NaN\n", "1:4"), ("a: *b\n", "1:4"), ("? [a]\n: 1\n", "1:3"), ("~: 1\n", "1:1"),
        ("a: !!int x\n", "1:4"), ("a: {<<: 1}\n", "1:9"), ("a: !!binary aGk=\n", "1:4"), ("a: [\n", "1:5"),
    ])
    func `what has no value is refused with its place`(_ text: String, _ place: String) {
        do throws(UpdateFailure) {
            _ = try DocumentReader.yaml(Array(text.utf8))
            Issue.record("accepted")
        } catch {
            #expect(error.message(file: "v.yaml").hasPrefix("v.yaml:\(place): "), "\(error.message(file: "v.yaml"))")
        }
    }

    @Test func `depth, size and aliases are bounded`() throws {
        let deep = "a: " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(throws: UpdateFailure.self) { try yaml(deep) }
        let laughs = (1...60).map { "l\($0): &l\($0) [*l\($0 - 1), *l\($0 - 1), *l\($0 - 1)]\n" }.joined()
        #expect(throws: UpdateFailure.self) { try yaml("l0: &l0 [x, x]\n" + laughs) }
        let chain = (1...80).map { "l\($0): &l\($0) [*l\($0 - 1)]\n" }.joined()
        #expect(throws: UpdateFailure.self) { try yaml("l0: &l0 [x]\n" + chain) }
        let many = "[" + String(repeating: "1,", count: 250_000) + "1]"
        #expect(throws: UpdateFailure.self) { try yaml(many) }
        #expect(throws: UpdateFailure.self) { try json(many) }
        #expect(throws: UpdateFailure.self) { try json(String(repeating: "[", count: 100_000)) }
    }

    @Test func `JSON is read with all its kinds of values`() throws {
        let text = #"{"a": [1, -2.5e3, true, null, "x\u00e9\ud83d\ude00\ud800"], "b": {}}"#
        #expect(
            try json(text)
                == .map([
                    DocumentValue.Member(
                        "a",
                        .list([.number(1), .number(-2500), .bool(true), .null, .string("xé😀\u{fffd}")])
                    ), DocumentValue.Member("b", .map([])),
                ])
        )
        #expect(try json(" 1 ") == .number(1))
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{\"a\"}", "{'a': 1}", "01", "+1", ".5", "1.", "nul", "\"\u{1}\"", "[1] [2]", "1e999",
        "\"\\x\"", "\"\\u12\"", "NaN", "\"", "{\"a\":1,}",
    ])
    func `what is not JSON is refused`(_ text: String) {
        #expect(throws: UpdateFailure.self) { try json(text) }
    }

    @Test func `a value is a configuration's value, too`() throws {
        #expect(
            try json(#"{"a": [1, "x", null]}"#).configValue == .map(["a": .list([.number(1), .string("x"), .null])])
        )
    }
}
