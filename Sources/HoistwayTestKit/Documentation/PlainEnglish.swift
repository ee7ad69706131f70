/// The rules for words in pages and help texts, so that a reader with B1 English understands them.
///
/// They are a minimum: a text that follows them may still be hard to read.
package enum PlainEnglish {
    /// The limit of words in a sentence.
    ///
    /// A span of code counts as one word.
    package static let mostWords = 25

    /// The faults of a text without code blocks, in order.
    package static func faults(in text: String) -> [String] {
        // A list of names is no sentence, however long it is.
        if text.hasPrefix("`"), text.replacing(/`[^`]*`/, with: "").allSatisfy({ $0.isWhitespace || $0 == "," }) {
            return []
        }
        return sentences(in: withoutMarkup(text)).flatMap { sentence in
            let words = words(of: sentence)
            let long = words.count > mostWords ? ["\(words.count) words: \(sentence)"] : []
            let lowered = words.map { $0.lowercased() }
            return long
                + avoided.filter { $0.isIn(lowered) }.map { "“\($0.pattern)”, better \($0.better): \(sentence)" }
        }
    }

    // MARK: Reading

    /// The text with links as their labels and spans of code as one word.
    private static func withoutMarkup(_ text: String) -> String {
        // Most texts have no markup, and a regular expression is slow in a debug build.
        var text = text
        if text.contains("](") {
            text = text.replacing(/!\[[^\]]*\]\([^)]*\)/, with: "").replacing(/\]\([^)]*\)/, with: "]")
        }
        if text.contains("`") { text = text.replacing(/`+[^`]*`+/, with: "x") }
        if text.contains("<") { text = text.replacing(/<[^>]+>/, with: "") }
        return text.replacing("e.g.", with: "eg").replacing("i.e.", with: "ie")
    }

    /// A sentence ends with `.`, `!`, `?` or `:` before white space; closing quotes and brackets may be between them.
    private static func sentences(in text: String) -> [String] {
        var result: [String] = []
        var sentence = ""
        var hasEnded = false
        for character in text {
            if hasEnded, character.isWhitespace {
                result.append(sentence)
                sentence = ""
                hasEnded = false
                continue
            }
            sentence.append(character)
            hasEnded = ".!?:".contains(character) || hasEnded && "\"”)*_]".contains(character)
        }
        return (result + [sentence]).filter { !$0.isEmpty }
    }

    /// A word begins with an ASCII letter or digit; `1.2`, `a/b` and `don't` are one word.
    private static func words(of sentence: String) -> [Substring] {
        sentence.split { !($0.isASCII && ($0.isLetter || $0.isNumber) || "'’./_-".contains($0)) }.compactMap { part in
            let word = part.drop { !($0.isLetter || $0.isNumber) }
            guard let end = word.lastIndex(where: { $0.isLetter || $0.isNumber }) else { return nil }
            return word[...end]
        }
    }
}
