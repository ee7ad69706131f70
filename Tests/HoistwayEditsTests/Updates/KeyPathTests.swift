import HoistwayEdits
import Testing

/// Kargo's syntax of keys, each row of the sheet.
struct KeyPathTests {
    @Test(arguments: [
        ("image.tag", ["image", "tag"]),
        ("  image.tag\n", ["image", "tag"]),
        ("helmCharts.0.version", ["helmCharts", "0", "version"]),
        (#"annotations.example\.com/tag"#, ["annotations", "example.com/tag"]),
        (#"foo.bar\:bat.baz"#, ["foo", "bar:bat", "baz"]),
        ("foo.bar.:2.baz", ["foo", "bar", "2", "baz"]),
        ("list.-1", ["list", "-1"]),
        ("a[0].b", ["a[0]", "b"]),
        (#""a.b""#, [#""a"#, #"b""#]),
        ("größe.é", ["größe", "é"]),
    ])
    func `a key has these parts`(_ key: String, _ parts: [String]) throws {
        #expect(try KeyPath(key).parts.map(\.text) == parts)
    }

    @Test(arguments: [
        ("", KeyPathFailure.empty),
        (" \t", .empty),
        (".foo", .emptyPart(position: 1)),
        ("foo.", .emptyPart(position: 4)),
        ("foo..bar", .emptyPart(position: 5)),
        ("foo.:.bar", .emptyPart(position: 6)),
        (#"foo\nbar"#, .escape(position: 4)),
        (#"foo\\bar"#, .escape(position: 4)),
        (#"foo\"#, .escape(position: 4)),
        ("foo:bar", .colon(position: 4)),
        (String(repeating: "a", count: 5_000), .tooLong(limit: 4_096)),
        (Array(repeating: "a", count: 65).joined(separator: "."), .tooDeep(limit: 64)),
    ])
    func `what is no key is refused with its place and what to write`(_ key: String, _ failure: KeyPathFailure) {
        #expect(throws: failure) { try KeyPath(key) }
        #expect(!failure.hint.isEmpty && !failure.reason.isEmpty)
    }

    @Test func `a colon before a number is remembered for json-update`() throws {
        #expect(try KeyPath("a.:0").parts.map(\.isKey) == [false, true])
    }

    @Test func `keys that look alike and have other bytes are different keys`() throws {
        #expect(try KeyPath("caf\u{e9}") != KeyPath("cafe\u{301}"))
    }
}
