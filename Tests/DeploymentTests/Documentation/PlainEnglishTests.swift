import HoistwayTestKit
import Testing

/// The words of the documentation.
struct PlainEnglishTests {
    @Test(arguments: try Documentation.pages().map(\.path))
    func `a page has short sentences and plain words`(_ path: String) throws {
        let page = try Documentation.page(path)
        let faults = page.passages.flatMap { passage in
            PlainEnglish.faults(in: passage.text).map { "\(page.path):\(passage.line): \($0)" }
        }
        #expect(faults == [], "\(faults.joined(separator: "\n"))")
    }

    /// Nobody reads a reference from its beginning to its end: it may be long.
    private static let references: Set = [
        "API.md", "Configuration.md", "Functions.md", "KargoDifferences.md", "Manifests.md", "Metrics.md", "Steps.md",
    ]

    @Test func `no page but a reference is above 1,500 words`() throws {
        for page in try Documentation.pages() where !Self.references.contains(page.name) {
            #expect(page.wordCount <= 1500, "\(page.path)")
        }
    }

    // MARK: The rules themselves

    @Test(arguments: [
        "What was said of the commit", "Ask anew.", "People are told", "It tells how.", "what is only observed",
        "Lay what it would have pushed beside the rest.", "A hint, but for one.", "It comes\nto be.",
        Array(repeating: "word", count: 26).joined(separator: " "),
    ])
    func `a riddle is found`(_ text: String) {
        #expect(PlainEnglish.faults(in: text).count == 1)
    }

    @Test(arguments: [
        "The commit it was compared with.", "Code such as `is told anew` is not read.", "See [the page](is-told-anew).",
        "Ten words are here. \(Array(repeating: "word", count: 25).joined(separator: " ")).",
        "This is a list: \(Array(repeating: "word", count: 23).joined(separator: " ")), e.g. one.",
        "A retold story, and a mender.",
    ])
    func `a plain sentence is not`(_ text: String) {
        #expect(PlainEnglish.faults(in: text) == [])
    }

    @Test func `headings, items, cells and paragraphs are read, and blocks of code are not`() {
        let page = MarkdownPage(
            path: "a.md",
            text: """
                # One `two`

                Three
                [four](b.md#five).
                - six
                  seven
                1. eight

                | nine | `a|b` |
                |---|---|
                ```yaml
                ten: 10
                ```
                ## One `two`
                """
        )
        let read = ["One `two`", "Three [four](b.md#five).", "six seven", "eight", "nine", "`a|b`", "One `two`"]
        #expect(page.passages.map(\.text) == read)
        #expect(page.blocks.map(\.text) == ["ten: 10\n"] && page.blocks.map(\.language) == ["yaml"])
        #expect(page.anchors == ["one-two", "one-two-1"])
        #expect(page.links.map(\.target) == ["b.md"] && page.links.map(\.anchor) == ["five"])
    }
}
