/// Breaks long lines between words.
///
/// A word that is wider than the line stays whole, and has a line of its own.
enum Wrapping {
    /// Lines of at most so many columns; blanks between words stay, except where a line ends.
    static func lines(_ text: some StringProtocol, columns: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var width = 0
        var blanks = 0
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            guard !word.isEmpty else {
                blanks += 1
                continue
            }
            let next = DisplayWidth.of(word)
            if !line.isEmpty, width + blanks + next > columns {
                lines.append(line)
                (line, width) = ("", 0)
            }
            if line.isEmpty { blanks = 0 }
            width += blanks + next
            line += String(repeating: " ", count: blanks) + word
            blanks = 1
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// A fact as `  name  text`, whose further lines stand below its text.
    ///
    /// - Parameter indent: where the text begins; `nil`: it is found.
    static func fact(_ line: String, indent known: Int? = nil, columns: Int) -> String {
        guard DisplayWidth.of(line) > columns, line.hasPrefix("  "), !line.contains("\u{1B}") else { return line }
        let indent = known ?? indent(of: line)
        // Where hardly anything fits beside the name, the terminal's own break is as good.
        guard indent + 20 < columns else { return line }
        let text = lines(line.dropFirst(indent), columns: columns - indent)
        let blanks = String(repeating: " ", count: indent)
        return String(line.prefix(indent)) + text.joined(separator: "\n" + blanks)
    }

    /// Where the text of a fact begins: behind its names, each a word and at least two blanks, else behind the blanks at
    /// the front.
    private static func indent(of line: String) -> Int {
        let front = line.prefix { $0 == " " }.count
        func column(after start: Int) -> (end: Int, blanks: Int) {
            let name = line.dropFirst(start).prefix { $0 != " " }.count
            let blanks = line.dropFirst(start + name).prefix { $0 == " " }.count
            return (start + name + blanks, blanks)
        }
        let first = column(after: front)
        // One blank stands behind the sign of an item, and behind a name that fills its column.
        let isNamed = first.blanks > 1 || front == 2 && (first.end == 4 || first.end == 11)
        guard isNamed, first.end <= 16 else { return front == 2 ? 4 : front }
        let second = column(after: first.end)
        return second.blanks > 1 && second.end <= 28 ? second.end : first.end
    }
}
