import HoistwayEdits
import HoistwayModel
import Testing

/// What yaml-update does not do: the answer has a place, a reason and what to do.
struct YAMLUpdateRefusalTests {
    private func failure(_ document: String, _ updates: [(String, ScalarValue)]) -> UpdateFailure? {
        do throws(UpdateFailure) {
            _ = try YAMLUpdate.apply(
                updates.map { ScalarUpdate(key: $0.0, value: $0.1) },
                to: Array(document.utf8)
            )
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("image:\n  Tag: v1\n", "image.tag", "values.yaml:2:3: image.tag was not updated: image has no key tag"),
        ("image:\n", "image.tag", "values.yaml:1:7: image.tag was not updated: image has no key tag"),
        ("", "tag", "values.yaml:1:1: tag was not updated: the file has no key tag"),
        ("# c\n", "tag", "values.yaml:1:1: tag was not updated: the file has no key tag"),
        ("---\n", "tag", "values.yaml:2:1: tag was not updated: the file has no key tag"),
        (
            "a: 1\n---\nb:\n  c: 1\n", "b.c",
            "values.yaml:4:6: b.c was not updated: it stands only in a later document of the file"
        ),
        (
            "a: [x, y]\n", "a.2",
            "values.yaml:1:4: a.2 was not updated: the list has 2 items, and there is no item 2 "
                + "(the first is 0)"
        ),
        (
            "a: [x]\n", "a.-1",
            "values.yaml:1:4: a.-1 was not updated: the list has 1 item, and there is no item -1 (the first is 0)"
        ),
        (
            "a: []\n", "a.0.b",
            "values.yaml:1:4: a.0.b was not updated: the list has 0 items, and there is no item 0 (the first is 0)"
        ),
        (
            "a: [x]\n", "a.x",
            "values.yaml:1:4: a.x was not updated: a list stands here, and x is not the number of an item"
        ),
        (
            "a: [x]\n", "a.[0]",
            "values.yaml:1:4: a.[0] was not updated: a list stands here, and [0] is not the number of an item"
        ),
        ("a: v1\n", "a.b", "values.yaml:1:4: a.b was not updated: a is a single value and has no keys"),
        ("a:\n  b: 1\n", "a", "values.yaml:2:3: a was not updated: it is a mapping, not a single value"),
        ("a: [b]\n", "a", "values.yaml:1:4: a was not updated: it is a list, not a single value"),
        ("x: &t v1\na: *t\n", "a", "values.yaml:2:4: a was not updated: the alias *t stands here"),
        ("x: &t {b: v1}\na: *t\n", "a.b", "values.yaml:2:4: a.b was not updated: the alias *t stands here"),
        ("x: &t {b: v1}\na: {<<: *t}\n", "a.b", "values.yaml:2:4: a.b was not updated: a has no key b"),
        (
            "a:\n  b: 1\n  c: 2\n  b: 3\n", "a.b",
            "values.yaml:4:3: a.b was not updated: b stands twice, first in line 2, and readers differ in which one counts"
        ),
        ("a: !!int 1\n", "a", "values.yaml:1:4: a was not updated: the value has a tag"),
        ("a: !Ref x\n", "a", "values.yaml:1:4: a was not updated: the value has a tag"),
        ("a: {b}\n", "a.b", "values.yaml:1:6: a.b was not updated: its key is written without a colon"),
        ("a: {b\n", "a", "values.yaml:1:6: not valid YAML: did not find expected ',' or '}'"),
        ("a: 1\n", "a..b", "values.yaml: the key a..b has an empty part at position 3"),
    ])
    func `what cannot be updated is refused with its place and what to do`(
        _ document: String,
        _ key: String,
        _ message: String
    ) throws {
        let failure = try #require(self.failure(document, [(key, .string("v2"))]))
        #expect(failure.message(file: "values.yaml") == message)
        #expect(failure.hint?.isEmpty == false)
        #expect(PlainError.libraryNames(in: failure.description).isEmpty)
    }

    @Test func `a missing key names those that are there, the likely one first`() {
        let failure = failure("image:\n  repository: a\n  Tag: v1\n", [("image.tag", .string("v2"))])
        #expect(failure?.hint == "its keys are Tag and repository; no key is added")
    }

    @Test func `a key that only a merge key brings in is explained`() {
        let failure = failure("x: &t {b: v1}\na: {<<: *t}\n", [("a.b", .string("v2"))])
        #expect(failure?.hint?.contains("<<") == true)
    }

    @Test func `an alias names its anchor's line`() {
        let failure = failure("x: &t v1\na: *t\n", [("a", .string("v2"))])
        #expect(failure?.hint == "update the value where its anchor &t stands, in line 1")
    }

    @Test func `of several updates that cannot be made the first is told, and none is made`() {
        let failure = failure("a: 1\n", [("a", .number(2)), ("z", .number(2)), ("b", .number(2))])
        guard case .missing(key: "z", _, _, _, _)? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func `size, depth, count and values are bounded`() {
        let large = "a: " + String(repeating: "x", count: 5 << 20)
        #expect(failure(large, [("a", .bool(true))])?.message.contains("bytes; at most 4194304 are read") == true)
        let deep = "a: " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(failure(deep, [("a", .bool(true))])?.message.contains("deeper than 64 levels") == true)
        let many = Array(repeating: ("a", ScalarValue.bool(true)), count: 1_001)
        #expect(failure("a: 1\n", many) == .tooManyUpdates(count: 1_001, limit: 1_000))
        #expect(failure("a: 1\n", [("a", .number(.nan))]) == .value(key: "a", .notFinite))
        #expect(failure("a: 1\n", [("a", .string("\u{7}"))]) == .value(key: "a", .controlCharacter))
    }

    @Test func `aliases that stand for very many values cost nothing`() throws {
        let laughs = (1...60).map { "l\($0): &l\($0) [*l\($0 - 1), *l\($0 - 1), *l\($0 - 1)]\n" }.joined()
        let document = Array(("l0: &l0 [x, x]\n" + laughs + "tag: v1\n").utf8)
        let edit = try YAMLUpdate.apply([ScalarUpdate(key: "tag", value: .string("v2"))], to: document)
        #expect(edit.bytes.count == document.count && edit.changed)
    }

    @Test(
        arguments: [
            [0xff, 0xfe, 0x61, 0x00], [0x61, 0x3a, 0x20, 0x80], [0x61, 0x00, 0x3a, 0x00],
        ] as [[UInt8]]
    )
    func `bytes that are no text are refused`(_ document: [UInt8]) {
        #expect(throws: UpdateFailure.self) {
            try YAMLUpdate.apply([ScalarUpdate(key: "a", value: .string("b"))], to: document)
        }
    }
}
