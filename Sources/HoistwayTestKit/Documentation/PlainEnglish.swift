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
            let words = sentence.words
            let long = words.count > mostWords ? ["\(words.count) words: \(sentence.text)"] : []
            return long
                + phrases(in: words).map { "“\($0.pattern)”, better \($0.better): \(sentence.text)" }
        }
    }

    /// Each once, in the order of ``avoided``.
    private static func phrases(in words: [String]) -> [AvoidedPhrase] {
        let found = words.indices.reduce(into: Set<Int>()) { found, index in
            for number in numbersByFirstWord[words[index]] ?? []
            where avoided[number].begins(at: index, in: words) {
                found.insert(number)
            }
        }
        return found.sorted().map { avoided[$0] }
    }

    /// Which of ``avoided`` begin with a word.
    private static let numbersByFirstWord: [String: [Int]] = avoided.indices.reduce(into: [:]) { numbers, index in
        for word in avoided[index].firstWords { numbers[word, default: []].append(index) }
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

    private struct Sentence {
        var text: String
        /// In lower case.
        ///
        /// A word begins with a letter or a digit of ASCII; `1.2`, `a/b` and `don't` are one word.
        var words: [String]
    }

    /// A sentence ends with `.`, `!`, `?` or `:` before white space; quotes and brackets may close between them.
    ///
    /// By bytes: the sources have megabytes of comments, and a debug build takes microseconds for a `Character`.
    private static func sentences(in text: String) -> [Sentence] {
        let bytes = Array((text.utf8.allSatisfy { $0 < 0x80 } ? text : withPlainQuotes(text)).utf8)
        var result: [Sentence] = []
        var start = 0
        var words: [String] = []
        var word: Range<Int>?
        var hasEnded = false
        func endWord() {
            guard let range = word else { return }
            let end = bytes[range].lastIndex(where: isWordEnd) ?? range.lowerBound
            words.append(String(decoding: bytes[range.lowerBound...end], as: UTF8.self).lowercased())
            word = nil
        }
        func endSentence(at end: Int) {
            endWord()
            if start < end {
                let text = String(decoding: bytes[start..<end], as: UTF8.self)
                result.append(Sentence(text: text, words: words))
            }
            words = []
        }
        for (index, byte) in bytes.enumerated() {
            if hasEnded, byte == 0x20 || byte == 0x0A {
                endSentence(at: index)
                start = index + 1
                hasEnded = false
                continue
            }
            hasEnded = isSentenceEnd(byte) || hasEnded && isClosing(byte)
            if let range = word, isInWord(byte) {
                word = range.lowerBound..<index + 1
            } else {
                endWord()
                if isWordEnd(byte) { word = index..<index + 1 }
            }
        }
        endSentence(at: bytes.count)
        return result
    }

    private static func withPlainQuotes(_ text: String) -> String {
        text.replacing("’", with: "'").replacing("”", with: "\"")
    }

    private static func isSentenceEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: ":")
    }

    private static func isClosing(_ byte: UInt8) -> Bool { "\")*_]".utf8.contains(byte) }

    private static func isInWord(_ byte: UInt8) -> Bool { isWordEnd(byte) || "'./_-".utf8.contains(byte) }

    /// A letter or a digit.
    private static func isWordEnd(_ byte: UInt8) -> Bool {
        byte >= 0x61 && byte <= 0x7A || byte >= 0x41 && byte <= 0x5A || byte >= 0x30 && byte <= 0x39
    }
}
