/// Breaks long lines of facts between words, so that each fact stays below its name.
enum Wrapping {
    /// The first lines of `  name  text` keep their place; what follows stands below the text.
    static func wrapped(_ text: String, columns: Int) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line($0, columns: columns) }.joined(separator: "\n")
    }

    private static func line(_ line: Substring, columns: Int) -> String {
        guard DisplayWidth.of(line) > columns, line.hasPrefix("  "), !line.contains("\u{1B}") else {
            return String(line)
        }
        let indent = indent(of: line)
        // Where hardly anything fits beside the name, the terminal's own break is as good.
        guard indent + 20 < columns else { return String(line) }
        var lines: [String] = []
        var rest = line
        while DisplayWidth.of(rest) > columns {
            guard let end = lastBlank(of: rest, from: indent, columns: columns) else { break }
            lines.append(String(rest[..<end]))
            rest = Substring(String(repeating: " ", count: indent) + rest[end...].drop { $0 == " " })
        }
        return (lines + [String(rest)]).joined(separator: "\n")
    }

    /// Where the text of a fact begins: behind its name and at least two blanks, else behind the blanks at the front.
    private static func indent(of line: Substring) -> Int {
        let front = line.prefix { $0 == " " }.count
        guard front == 2 else { return front }
        let name = line.dropFirst(front).prefix { $0 != " " }.count
        let blanks = line.dropFirst(front + name).prefix { $0 == " " }.count
        return front + name + blanks <= 14 && blanks > 0 ? front + name + blanks : front + 2
    }

    private static func lastBlank(of line: Substring, from indent: Int, columns: Int) -> Substring.Index? {
        var width = 0
        var found: Substring.Index?
        for index in line.indices {
            width += DisplayWidth.of(line[index])
            if line[index] == " ", width > indent + 1 { found = index }
            // A word that is wider than the terminal stays whole.
            if width > columns, found != nil { return found }
        }
        return nil
    }
}
