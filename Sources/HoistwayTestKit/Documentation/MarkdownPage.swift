/// A page of the documentation, with the parts of Markdown that its tests read: headings, paragraphs, items of lists,
/// cells of tables, blocks of code and links.
package struct MarkdownPage {
    /// A heading, a paragraph, an item of a list, or one cell of a table; `line` counts from 1.
    package struct Passage {
        package let line: Int
        package let text: String
    }

    /// A fenced block of code; `line` is that of its fence.
    package struct Block {
        package let line: Int
        package let language: String
        package let text: String
    }

    /// `[…](target#anchor)`; either part may be empty.
    package struct Link {
        package let line: Int
        package let target: String
        package let anchor: String
    }

    /// From the root of the package.
    package let path: String
    /// The file's own name.
    package var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    package private(set) var passages: [Passage] = []
    package private(set) var blocks: [Block] = []
    /// Anchors in the page, as GitHub makes them from headings, all in lower case.
    package private(set) var anchors: Set<String> = []
    /// The number of words as `wc -w` counts them, including code.
    package let wordCount: Int

    package init(path: String, text: String) {
        self.path = path
        wordCount = text.split(whereSeparator: \.isWhitespace).count
        var reader = Reader()
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            reader.read(line, number: index + 1)
        }
        reader.endPassage()
        passages = reader.passages
        blocks = reader.blocks
        anchors = Self.anchors(of: reader.headings)
        for anchor in text.matches(of: /<a (?:id|name)="([^"]+)">/) { anchors.insert(anchor.1.lowercased()) }
    }

    /// Links outside of blocks of code, without those to other hosts.
    package var links: [Link] {
        passages.flatMap { passage in
            passage.text.replacing(/`[^`]*`/, with: "x").matches(of: /\]\(([^()#\s]*)(?:#([^()\s]*))?\)/)
                .filter { !$0.1.contains("://") && !$0.1.hasPrefix("mailto:") }
                .map { Link(line: passage.line, target: String($0.1), anchor: String($0.2 ?? "")) }
        }
    }

    /// Spans of code outside of blocks.
    package var codeSpans: [Passage] {
        passages.flatMap { passage in
            passage.text.matches(of: /`([^`]+)`/).map { Passage(line: passage.line, text: String($0.1)) }
        }
    }

    /// GitHub keeps letters, digits, `-` and `_`, writes `-` for a space, and adds a number to a repeated anchor.
    private static func anchors(of headings: [String]) -> Set<String> {
        var seen: [String: Int] = [:]
        return Set(
            headings.map { heading in
                let plain = heading.replacing(/\]\([^)]*\)/, with: "").lowercased()
                let slug = String(
                    plain.compactMap { $0 == " " ? "-" : $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : nil }
                )
                defer { seen[slug, default: 0] += 1 }
                return seen[slug].map { "\(slug)-\($0)" } ?? slug
            }
        )
    }
}

extension MarkdownPage {
    /// Reads a page line by line.
    private struct Reader {
        var passages: [Passage] = []
        var blocks: [Block] = []
        var headings: [String] = []
        private var open: [String] = []
        private var openLine = 0
        private var fence: (line: Int, language: String, lines: [String])?

        mutating func read(_ line: Substring, number: Int) {
            let text = line.drop { $0 == " " }
            if text.hasPrefix("```") {
                endPassage()
                if let fence {
                    let text = fence.lines.map { "\($0)\n" }.joined()
                    blocks.append(Block(line: fence.line, language: fence.language, text: text))
                    self.fence = nil
                } else {
                    fence = (number, String(text.drop { $0 == "`" }), [])
                }
            } else if fence != nil {
                fence?.lines.append(String(line))
            } else if text.isEmpty {
                endPassage()
            } else if text.hasPrefix("|") {
                endPassage()
                readRow(String(text), number: number)
            } else if let heading = text.wholeMatch(of: /#+\s+(.*)/) {
                endPassage()
                headings.append(String(heading.1))
                passages.append(Passage(line: number, text: String(heading.1)))
            } else {
                let item = text.wholeMatch(of: /(?:[-*+]|\d+\.)\s+(.*)/)
                if item != nil || text.hasPrefix(">") { endPassage() }
                if open.isEmpty { openLine = number }
                open.append(item.map { String($0.1) } ?? String(text.drop { $0 == ">" || $0 == " " }))
            }
        }

        mutating func endPassage() {
            guard !open.isEmpty else { return }
            passages.append(Passage(line: openLine, text: open.joined(separator: " ")))
            open = []
        }

        /// A `|` in code or after a `\` does not end a cell.
        private mutating func readRow(_ row: String, number: Int) {
            guard row.wholeMatch(of: /[|\s:-]+/) == nil else { return }
            var cell = ""
            var isCode = false
            var isEscaped = false
            for character in row {
                if character == "`" { isCode.toggle() }
                if character == "|", !isCode, !isEscaped {
                    endCell(&cell, number: number)
                } else {
                    cell.append(character)
                }
                isEscaped = character == "\\"
            }
            endCell(&cell, number: number)
        }

        private mutating func endCell(_ cell: inout String, number: Int) {
            if let text = cell.wholeMatch(of: #/ *(.*[^ ]) */#) {
                passages.append(Passage(line: number, text: String(text.1)))
            }
            cell = ""
        }
    }
}
