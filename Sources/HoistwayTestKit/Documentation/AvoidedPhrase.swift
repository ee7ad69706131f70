/// A phrase that pages and help texts must not use.
package struct AvoidedPhrase: Sendable {
    /// Words in lower case; `is|are` is either of them, `…` is one word to six words of any kind.
    package let pattern: String
    /// A better phrase.
    package let better: String
    private let parts: [[Substring]]

    init(_ pattern: String, better: String) {
        self.pattern = pattern
        self.better = better
        parts = pattern.split(separator: " ").map { $0.split(separator: "|") }
    }

    /// One of these begins the phrase.
    var firstWords: [String] { (parts.first ?? []).map(String.init) }

    /// Whether the phrase is at this place of the words, which are in lower case.
    func begins(at index: Int, in words: [String]) -> Bool { begins(at: index, in: words, part: 0) }

    private func begins(at index: Int, in words: [String], part: Int) -> Bool {
        guard part < parts.count else { return true }
        if parts[part] == ["…"] {
            return (1...6).contains { begins(at: index + $0, in: words, part: part + 1) }
        }
        guard index < words.count, parts[part].contains(where: { $0 == words[index] }) else { return false }
        return begins(at: index + 1, in: words, part: part + 1)
    }
}
