/// Sentences of the reference pages without their links: a terminal and an editor show only text.
enum PlainMarkdown {
    /// `[observe](Glossary.md)` becomes `observe`; code keeps its backticks, and what stands in code stays as it is.
    static func text(_ markdown: String) -> String {
        var plain = ""
        var rest = markdown[...]
        var isCode = false
        while let letter = rest.first {
            if letter == "`" { isCode.toggle() }
            if letter == "[", !isCode, let link = link(rest) {
                plain += link.text
                rest = link.rest
                continue
            }
            plain.append(letter)
            rest = rest.dropFirst()
        }
        return plain
    }

    private static func link(_ text: Substring) -> (text: Substring, rest: Substring)? {
        guard let middle = text.firstRange(of: "]("), let end = text[middle.upperBound...].firstIndex(of: ")") else {
            return nil
        }
        let label = text[text.index(after: text.startIndex)..<middle.lowerBound]
        guard !label.contains("[") else { return nil }
        return (label, text[text.index(after: end)...])
    }
}
