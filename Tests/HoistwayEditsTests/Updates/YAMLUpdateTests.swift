import HoistwayModel
import Testing

@testable import HoistwayEdits

/// yaml-update: each row of the sheet, and its neighbours.
struct YAMLUpdateTests {
    private func updated(_ document: String, _ updates: [(String, ScalarValue)]) throws -> String {
        let edit = try YAMLUpdate.apply(
            updates.map { ScalarUpdate(key: $0.0, value: $0.1) },
            to: Array(document.utf8)
        )
        #expect(edit.changed == (edit.bytes != Array(document.utf8)))
        return String(decoding: edit.bytes, as: UTF8.self)
    }

    @Test(arguments: [
        // The sheet's table: what Kargo loses stays.
        ("image:\n  tag: v1\n", "image.tag", "v2", "image:\n  tag: v2\n"),
        ("image:\n  tag: \"v1\" # pinned\n", "image.tag", "v2", "image:\n  tag: \"v2\" # pinned\n"),
        ("image:\n  tag: 'v1'\n", "image.tag", "v2", "image:\n  tag: 'v2'\n"),
        ("image:\n  tag:\n", "image.tag", "v2", "image:\n  tag: v2\n"),
        ("image:\n  tag: \n", "image.tag", "v2", "image:\n  tag: v2\n"),
        ("image:\n  tag:", "image.tag", "v2", "image:\n  tag: v2"),
        ("image:\n  tag: # none yet\n  x: 1\n", "image.tag", "v2", "image:\n  tag: v2 # none yet\n  x: 1\n"),
        ("image:\n  tag: ~\n", "image.tag", "v2", "image:\n  tag: v2\n"),
        ("image:\n  tag: v1\n", "image.tag", "1.10", "image:\n  tag: \"1.10\"\n"),
        ("image:\n  tag: '1.9'\n", "image.tag", "1.10", "image:\n  tag: '1.10'\n"),
        ("img: {repo: a, tag: v1}\n", "img.repo", "b", "img: {repo: b, tag: v1}\n"),
        ("img: {repo: a, tag: v1} # c\n", "img.tag", "v2", "img: {repo: a, tag: v2} # c\n"),
        ("img: {repo: , tag: v1}\n", "img.repo", "b", "img: {repo: b, tag: v1}\n"),
        ("img: {\"repo\":}\n", "img.repo", "b", "img: {\"repo\": b}\n"),
        ("img: {\"repo\":\"a\"}\n", "img.repo", "b", "img: {\"repo\":\"b\"}\n"),
        ("text: |\n  line 1\n  line 2\nnext: 1\n", "text", "x", "text: x\nnext: 1\n"),
        ("text: |- # why\n  line 1\n\n\nnext: 1\n", "text", "x", "text: x # why\n\n\nnext: 1\n"),
        ("text: >2\n   folded\n# c\nnext: 1\n", "text", "x", "text: x\n# c\nnext: 1\n"),
        ("- |\n a\n- b\n", "0", "x", "- x\n- b\n"),
        // Lists.
        (
            "charts:\n- version: 1.0.0\n- version: 2.0.0\n", "charts.1.version", "3.0.0",
            "charts:\n- version: 1.0.0\n- version: 3.0.0\n"
        ),
        ("tags: [a, b]\n", "tags.1", "c", "tags: [a, c]\n"),
        ("tags:\n-\n- b\n", "tags.0", "c", "tags:\n- c\n- b\n"),
        ("- - a\n  - b\n", "0.1", "c", "- - a\n  - c\n"),
        ("tags: [a, b]\n", "tags.+1", "c", "tags: [a, c]\n"),
        ("tags: [a, b]\n", "tags.01", "c", "tags: [a, c]\n"),
        // Names.
        ("a:\n  \"0\": x\n", "a.0", "w", "a:\n  \"0\": w\n"),
        ("a:\n  0: x\n", "a.:0", "w", "a:\n  0: w\n"),
        ("a:\n  example.com/t: x\n", #"a.example\.com/t"#, "w", "a:\n  example.com/t: w\n"),
        ("a:\n  b:c: x\n", #"a.b\:c"#, "w", "a:\n  b:c: w\n"),
        ("? a\n: x\n", "a", "w", "? a\n: w\n"),
        ("? [a, b]\n: x\na: 1\n", "a", "w", "? [a, b]\n: x\na: w\n"),
        ("größe: x # ü\n", "größe", "w", "größe: w # ü\n"),
        // Anchors keep their place; the value may be read elsewhere.
        ("a: &t v1\nb: *t\n", "a", "v2", "a: &t v2\nb: *t\n"),
        ("a: &t # c\n  v1\nb: *t\n", "a", "v2", "a: &t # c\n  v2\nb: *t\n"),
        ("a: &t\nb: *t\n", "a", "v2", "a: &t v2\nb: *t\n"),
        ("base: &b\n  tag: v1\nprod:\n  <<: *b\n", "base.tag", "v2", "base: &b\n  tag: v2\nprod:\n  <<: *b\n"),
        ("a: !!str v1\n", "a", "v2", "a: !!str v2\n"),
        ("a: ! v1\n", "a", "1.10", "a: ! \"1.10\"\n"),
        // Marks, lines, and more than one document.
        ("\u{FEFF}a: v1\r\nb: 2\r\n", "a", "v2", "\u{FEFF}a: v2\r\nb: 2\r\n"),
        ("\u{FEFF}ü: é\r\nb: 2", "b", "v2", "\u{FEFF}ü: é\r\nb: v2"),
        ("a: v1\r\nb:\r\n", "b", "v2", "a: v1\r\nb: v2\r\n"),
        ("# c\n---\na: v1\n---\na: v1\n", "a", "v2", "# c\n---\na: v2\n---\na: v1\n"),
        ("%YAML 1.1\n---\na: v1\n...\n", "a", "v2", "%YAML 1.1\n---\na: v2\n...\n"),
        ("a: v1\n---\n{broken\n", "a", "v2", "a: v2\n---\n{broken\n"),
        ("a: several\n  lines # c\nb: 1\n", "a", "v2", "a: v2 # c\nb: 1\n"),
        ("a: \"several\n  lines\"\nb: 1\n", "a", "v2", "a: \"v2\"\nb: 1\n"),
        ("a: 1\na2: v1\n\n\n\nb: 1 \n", "a2", "v2", "a: 1\na2: v2\n\n\n\nb: 1 \n"),
        // A key that stands twice elsewhere is no matter.
        ("a: 1\na: 2\nb: v1\n", "b", "v2", "a: 1\na: 2\nb: v2\n"),
        // Words and numbers of some reader are quoted, as is what YAML would take apart.
        ("a: v1\n", "a", "yes", "a: \"yes\"\n"),
        ("a: v1\n", "a", "1234e5", "a: \"1234e5\"\n"),
        ("a: v1\n", "a", "0x1F", "a: \"0x1F\"\n"),
        ("a: v1\n", "a", "20240501", "a: \"20240501\"\n"),
        ("a: v1\n", "a", "2024-05-01", "a: \"2024-05-01\"\n"),
        ("a: v1\n", "a", "null", "a: \"null\"\n"),
        ("a: v1\n", "a", "", "a: \"\"\n"),
        ("a: v1\n", "a", "b: c", "a: \"b: c\"\n"),
        ("a: v1\n", "a", "b #c", "a: \"b #c\"\n"),
        ("a: v1\n", "a", "*b", "a: \"*b\"\n"),
        ("a: v1\n", "a", "- b", "a: \"- b\"\n"),
        ("a: v1\n", "a", "two words", "a: two words\n"),
        ("a: 'it''s'\n", "a", "it's new", "a: 'it''s new'\n"),
        ("a: v1\n", "a", "say \"x\\y\"", "a: \"say \\\"x\\\\y\\\"\"\n"),
        ("a: 'v1'\n", "a", "one\ntwo\t", "a: \"one\\ntwo\\t\"\n"),
        ("a: v1\n", "a", "{\"k\": 1}", "a: \"{\\\"k\\\": 1}\"\n"),
        ("a: v1\n", "a", "größe", "a: \"größe\"\n"),
        ("a: v1\n", "a", "reg.io:5000/app@sha256:ab", "a: reg.io:5000/app@sha256:ab\n"),
        // A text that is there already, and one that only looks so.
        ("a: v1 # c\n", "a", "v1", "a: v1 # c\n"),
        ("a: 'v1'\n", "a", "v1", "a: 'v1'\n"),
        ("a: 1.10\n", "a", "1.10", "a: \"1.10\"\n"),
        ("a: !!str 1.10\n", "a", "1.10", "a: !!str 1.10\n"),
    ])
    func `the scalar is replaced and every other byte stays`(
        _ document: String,
        _ key: String,
        _ value: String,
        _ expected: String
    ) throws {
        #expect(try updated(document, [(key, .string(value))]) == expected)
    }

    @Test(arguments: [
        ("n: 1\n", ScalarValue.number(2_000_000), "n: 2000000\n"),
        ("n: 1\n", .number(-1.5), "n: -1.5\n"),
        ("n: 1\n", .number(1e300), "n: 1.0e+300\n"),
        ("n: 1\n", .number(2e-7), "n: 2.0e-07\n"),
        ("n: 'x' # c\n", .number(3), "n: 3 # c\n"),
        ("n: \"x\"\n", .bool(true), "n: true\n"),
        ("n: |\n  x\n", .bool(false), "n: false\n"),
        ("n: 1.0\n", .number(1), "n: 1.0\n"),
        ("n: 0x10\n", .number(16), "n: 0x10\n"),
        ("n: '16'\n", .number(16), "n: 16\n"),
        ("n: yes\n", .bool(true), "n: true\n"),
        ("n:\n", .number(0), "n: 0\n"),
    ])
    func `numbers and booleans are written so that they are read as such`(
        _ document: String,
        _ value: ScalarValue,
        _ expected: String
    ) throws {
        #expect(try updated(document, [("n", value)]) == expected)
    }

    @Test func `several updates of one file keep to its lines, and of one scalar the last counts`() throws {
        let text = "a: {x: 1, y: 2}\nb:\n- c: v1\n  d: v1\n"
        let result = try updated(
            text,
            [
                ("b.0.d", .string("v9")), ("a.y", .number(3)), ("a.x", .string("p")), ("b.0.d", .string("v2")),
                ("b.0.c", .string("v2")),
            ]
        )
        #expect(result == "a: {x: p, y: 3}\nb:\n- c: v2\n  d: v2\n")
    }

    @Test func `two ways to write one index lead to one item`() throws {
        #expect(try updated("a: [x, y]\n", [("a.01", .string("p")), ("a.1", .string("q"))]) == "a: [x, q]\n")
    }

    @Test func `a change tells the value before and after, and where else it is read`() throws {
        let document = "base: &b\n  tag: &t \"v1\"\nprod:\n  <<: *b\nother: *t\n"
        let edit = try YAMLUpdate.apply(
            [ScalarUpdate(key: "base.tag", value: .string("v2"))],
            to: Array(document.utf8)
        )
        #expect(
            edit.changes == [
                ScalarChange(
                    key: "base.tag",
                    old: "v1",
                    new: "v2",
                    place: TextPlace(line: 2, column: 8),
                    alsoReadAt: [TextPlace(line: 4, column: 7), TextPlace(line: 5, column: 8)],
                    changed: true
                )
            ]
        )
    }

    @Test func `a value that is there already changes nothing and is reported so`() throws {
        let bytes = Array("a: v1\r\n".utf8)
        let edit = try YAMLUpdate.apply([ScalarUpdate(key: "a", value: .string("v1"))], to: bytes)
        #expect(!edit.changed && edit.bytes == bytes && edit.changes.count == 1)
    }

    @Test func `a thousand updates of a large file are made in one pass`() throws {
        let lines = (0..<20_000).map { "  k\($0): {image: app, tag: v1} # \($0)" }
        let document = "services:\n" + lines.joined(separator: "\n") + "\n"
        let updates = (0..<1_000).map { ScalarUpdate(key: "services.k\($0 * 20).tag", value: .string("v2")) }
        let edit = try YAMLUpdate.apply(updates, to: Array(document.utf8))
        let expected = lines.enumerated().map { number, line in
            number.isMultiple(of: 20) ? "  k\(number): {image: app, tag: v2} # \(number)" : line
        }
        let text = String(decoding: edit.bytes, as: UTF8.self)
        #expect(text == "services:\n" + expected.joined(separator: "\n") + "\n")
        #expect(edit.changes.count == 1_000)
    }

    @Test func `a configuration's value is a scalar, or it is refused`() throws {
        #expect(try ScalarValue(.string("a")) == .string("a"))
        #expect(try ScalarValue(.number(2)) == .number(2))
        #expect(try ScalarValue(.bool(false)) == .bool(false))
        #expect(throws: ScalarValueFailure.null) { try ScalarValue(.null) }
        #expect(throws: ScalarValueFailure.collection("an object")) { try ScalarValue(.map([:])) }
        #expect(throws: ScalarValueFailure.collection("a list")) { try ScalarValue(.list([])) }
        #expect(throws: ScalarValueFailure.notFinite) { try ScalarValue(.number(.nan)) }
        #expect(throws: ScalarValueFailure.notFinite) { try ScalarValue(.number(-.infinity)) }
        #expect(throws: ScalarValueFailure.controlCharacter) { try ScalarValue(.string("a\u{0}")) }
        #expect(throws: ScalarValueFailure.controlCharacter) { try ScalarValue(.string("a\u{1b}[0m")) }
        #expect(throws: ScalarValueFailure.tooLong(bytes: 70_000)) {
            try ScalarValue(.string(String(repeating: "a", count: 70_000)))
        }
    }
}
