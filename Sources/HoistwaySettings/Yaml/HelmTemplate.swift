/// Distinguishes Helm templates from plain YAML.
enum HelmTemplate {
    /// The line of the first Helm action in a text, counted from 1; YAML comments are ignored.
    static func line(in text: String) -> Int? {
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            guard line.first(where: { $0 != " " && $0 != "\t" }) != "#" else { continue }
            if isIn(line) { return index + 1 }
        }
        return nil
    }

    /// Whether a text holds a Helm action, such as `{{ .Values.x }}`, `{{- if …` or `{{ "{{" }}`.
    static func isIn(_ text: some StringProtocol) -> Bool { Braces.contents(of: text).contains(where: isAction) }

    private static func isAction(_ content: Braces.Content) -> Bool {
        guard !content.hasDollar else { return false }
        var text = content.text
        if text.hasPrefix("-") || text.hasSuffix("-") { return true }
        text = text.drop { $0 == " " }
        guard let first = text.first else { return false }
        if ".$\"`".contains(first) || text.hasPrefix("/*") { return true }
        let word = text.prefix { $0.isLetter || $0.isNumber }
        // Helm's functions are followed by a space; Kargo's by a parenthesis.
        guard let next = text.dropFirst(word.count).first else { return words.contains(String(word)) }
        return (next == " " || next == "|") && words.contains(String(word))
    }

    private static let words: Set<String> = [
        "if", "else", "end", "range", "with", "define", "template", "block", "include", "tpl", "toYaml", "toJson",
        "default", "quote", "squote", "printf", "print", "required", "lookup", "nindent", "indent", "fail", "coalesce",
        "ternary", "list", "dict", "and", "or", "not", "eq", "ne", "trunc", "lower", "upper", "semverCompare", "get",
    ]
}

/// The text between double braces.
enum Braces {
    struct Content {
        /// Without the braces, on one line.
        var text: Substring
        /// `${{`: a Kargo expression.
        var hasDollar: Bool
    }

    /// A quick test that rules out most texts.
    private static func mayHold(_ text: some StringProtocol) -> Bool {
        var before: UInt8?
        for byte in text.utf8 {
            if byte == UInt8(ascii: "{"), before == byte { return true }
            before = byte
        }
        return false
    }

    /// In order; an action that is not closed goes to the text's end.
    ///
    /// Braces inside another pair are not searched for.
    static func contents(of text: some StringProtocol) -> [Content] {
        var contents: [Content] = []
        guard mayHold(text) else { return [] }
        var rest = Substring(text)
        var before: Character?
        while let character = rest.first {
            guard character == "{", rest.dropFirst().first == "{" else {
                before = character
                rest = rest.dropFirst()
                continue
            }
            rest = rest.dropFirst(2)
            var inner = rest
            while !inner.isEmpty, !inner.hasPrefix("}}") { inner = inner.dropFirst() }
            contents.append(Content(text: rest[..<inner.startIndex], hasDollar: before == "$"))
            rest = inner.dropFirst(2)
            before = nil
        }
        return contents
    }
}
