import HoistwayEdits
import HoistwayModel
import Testing

/// Reading one chart out of an `index.yaml`, by itself.
struct ChartIndexTests {
    private static func read(
        _ text: String,
        of name: String = "web",
        pieces: Int = 7
    ) throws(ChartIndex.Failure) -> ChartListing {
        var rest = Array(text.utf8)[...]
        return try ChartIndex.listing(of: name) {
            guard !rest.isEmpty else { return nil }
            defer { rest = rest.dropFirst(pieces) }
            return Array(rest.prefix(pieces))
        }
    }

    private static func reason(_ text: String, pieces: Int = 65_536) -> String? {
        do throws(ChartIndex.Failure) {
            _ = try read(text, pieces: pieces)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func `only the entries of the chart are taken, with what its versions say of themselves`() throws {
        let listing = try Self.read(
            """
            apiVersion: v1
            entries:
              api:
              - {version: 9.9.9, urls: [api.tgz]}
              web:
              - annotations: {a: b}
                dependencies: [{name: x, version: 8.8.8}]
                digest: 0123
                urls:
                - https://elsewhere.test/web-1.1.0.tgz
                - charts/web-1.1.0.tgz
                version: 1.1.0
              - version: "1.0.0"
                deprecated: true
                urls: []
              - {version: 0.9.0, removed: true, deprecated: true}
            generated: "2026-11-29T00:00:00Z"
            """
        )
        #expect(
            listing.entries == [
                .init(
                    version: "1.1.0",
                    urls: ["https://elsewhere.test/web-1.1.0.tgz", "charts/web-1.1.0.tgz"],
                    digest: "0123"
                ),
                .init(version: "1.0.0", standing: .deprecated), .init(version: "0.9.0", standing: .removed),
            ]
        )
        #expect(listing.unreadable.isEmpty)
    }

    @Test(arguments: ["{entries: {web: [{version: 1.0.0}]}}", #"{"entries":{"web":[{"version":"1.0.0"}]}}"#])
    func `JSON and flow style are read too`(_ text: String) throws {
        #expect(try Self.read(text).entries.map(\.version) == ["1.0.0"])
    }

    @Test(arguments: ["entries: {}", "entries:\n", "entries: {api: [{version: 1.0.0}]}", "entries: {web: }"])
    func `a chart that is not there has no versions`(_ text: String) throws {
        #expect(try Self.read(text) == ChartListing())
    }

    @Test func `an entry that cannot be read is told, and hides no other`() throws {
        let listing = try Self.read(
            """
            x: &a {version: 7.0.0}
            entries:
              web:
              - *a
              - null
              - [1]
              - {name: web}
              - {version: {a: b}}
              - {version: 1.0.0, urls: {a: [b]}, [k]: v, digest: [x]}
            """
        )
        #expect(listing.entries == [.init(version: "1.0.0")])
        #expect(listing.unreadable.count == 5)
        #expect(listing.unreadable.first == "entry 1 of the chart is an alias, and aliases are not followed")
    }

    @Test func `aliases upon aliases cost nothing`() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<40 {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        #expect(try Self.read(text + "entries: {web: [{version: 1.0.0}]}").entries.count == 1)
    }

    @Test(arguments: [
        ("", "is empty"), ("- a\n", "is not a mapping"), ("<html><body>", "is not a mapping"),
        ("apiVersion: v1\n", "has no entries: is it the index of a repository of charts?"),
        ("entries: [a]\n", "has entries that are no mapping"),
        ("entries: {web: {a: b}}", "lists the chart with something that is no list"),
        ("a: [b\n", "is not valid YAML"), ("a: \u{7}\n", "is not valid YAML"),
        ("entries: {web: [{version: 1.0.0", "is not valid YAML"),
        (String(repeating: "[", count: 80), "is not a mapping"),
        ("a: " + String(repeating: "[", count: 80), "is deeper than 64 levels"),
        ("a: " + String(repeating: "{b: ", count: 80), "is deeper than 64 levels"),
    ])
    func `what is no index is refused with its reason`(_ text: String, _ reason: String) {
        #expect(Self.reason(text)?.hasPrefix(reason) == true, "\(Self.reason(text) ?? "accepted")")
    }

    @Test func `a version list without end, and a value without end, end the reading`() {
        let versions = "entries:\n  web:\n" + (0..<20_001).map { "  - version: 1.0.\($0)\n" }.joined()
        #expect(Self.reason(versions) == "lists more than 20000 versions of the chart")
        let urls =
            "entries:\n  web:\n"
            + (0..<1200).map { "  - version: 1.0.\($0)\n    urls: [\(String(repeating: "u", count: 8000))]\n" }.joined()
        #expect(Self.reason(urls) == "lists more of the chart than 8 MiB")
        let value = "a: \"" + String(repeating: "x", count: 5 << 20)
        #expect(Self.reason(value) == "has a value, or a comment, of more than 4 MiB")
    }

    /// libyaml compares each directive with all before it.
    @Test func `directives without end are not read`() {
        let tags = (0..<100_000).map { "%TAG !t\($0)! tag:\($0)\n" }.joined()
        #expect(Self.reason(tags + "---\nentries: {}\n") == "has more than 64 KiB before its first key")
        let comment = "# " + String(repeating: "x", count: 60_000) + "\n"
        #expect(Self.reason(comment + "entries: {}\n") == nil)
    }

    @Test func `of an index without end no more is read than to the end of the chart`() throws {
        var isBegun = false
        var count = 0
        let listing = try ChartIndex.listing(of: "web") {
            count += 1
            defer { isBegun = true }
            return Array(
                (isBegun ? "  more\(count): [{version: 1.0.0}]\n" : "entries:\n  web:\n  - version: 1.0.0\n").utf8
            )
        }
        #expect(listing.entries.map(\.version) == ["1.0.0"])
        #expect(count < 10_000)
    }
}
