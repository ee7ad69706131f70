/// A pattern of a sync window: `*` matches any characters, slashes too; `?` one; `[…]` one of a set; `{a,b}` either.
///
/// Source: `gobwas/glob` without separators, as Argo CD uses it.
enum WindowGlob {
    /// The most patterns that the braces of one pattern may expand to.
    private static let maxAlternatives = 256
    /// Longest pattern and text, in characters.
    private static let maxLength = 1024

    /// An invalid or too large pattern matches nothing.
    static func matches(_ pattern: String, _ text: String) -> Bool {
        guard pattern.utf8.count <= maxLength, text.utf8.count <= maxLength,
            let plain = expanded(Array(pattern))
        else { return false }
        let characters = Array(text)
        return plain.contains { matches($0, characters) }
    }

    /// The patterns without braces; `nil` where a brace is not closed, or there are too many patterns.
    private static func expanded(_ pattern: [Character]) -> [[Character]]? {
        guard let open = pattern.indices.first(where: { pattern[$0] == "{" && !isEscaped($0, pattern) }) else {
            return [pattern]
        }
        var parts: [[Character]] = [[]]
        var depth = 0
        var index = open
        while index < pattern.count {
            let character = pattern[index]
            let isPlain = isEscaped(index, pattern)
            if !isPlain, character == "{" {
                depth += 1
                if depth > 1 { parts[parts.count - 1].append(character) }
            } else if !isPlain, character == "}" {
                depth -= 1
                if depth == 0 { break }
                parts[parts.count - 1].append(character)
            } else if !isPlain, character == ",", depth == 1 {
                parts.append([])
            } else {
                parts[parts.count - 1].append(character)
            }
            index += 1
        }
        guard depth == 0, parts.count <= maxAlternatives else { return nil }
        var all: [[Character]] = []
        for part in parts {
            guard let rest = expanded(Array(pattern[..<open]) + part + Array(pattern[(index + 1)...])) else {
                return nil
            }
            all += rest
            guard all.count <= maxAlternatives else { return nil }
        }
        return all
    }

    private static func isEscaped(_ index: Int, _ pattern: [Character]) -> Bool {
        var slashes = 0
        while index - slashes > 0, pattern[index - slashes - 1] == "\\" { slashes += 1 }
        return slashes % 2 == 1
    }

    /// Goes back to the last star after a mismatch: at most pattern × text comparisons.
    private static func matches(_ pattern: [Character], _ text: [Character]) -> Bool {
        var (place, index) = (0, 0)
        var star: (place: Int, index: Int)?
        while index < text.count {
            if place < pattern.count, pattern[place] == "*" {
                star = (place, index)
                place += 1
            } else if let length = fits(pattern, at: place, text[index]) {
                place += length
                index += 1
            } else if let last = star {
                star = (last.place, last.index + 1)
                (place, index) = (last.place + 1, last.index + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }

    /// The number of pattern characters that match the character; `nil`: there is no match.
    private static func fits(_ pattern: [Character], at place: Int, _ character: Character) -> Int? {
        guard place < pattern.count else { return nil }
        switch pattern[place] {
        case "?": return 1
        case "*": return nil
        case "\\" where place + 1 < pattern.count: return pattern[place + 1] == character ? 2 : nil
        case "[":
            guard let end = pattern[(place + 1)...].dropFirst().firstIndex(of: "]") else { return nil }
            var set = pattern[(place + 1)..<end]
            let isNegated = set.first == "!" || set.first == "^"
            if isNegated { set = set.dropFirst() }
            return isNegated != isIn(set, character) ? end - place + 1 : nil
        default: return pattern[place] == character ? 1 : nil
        }
    }

    private static func isIn(_ set: ArraySlice<Character>, _ character: Character) -> Bool {
        var rest = set
        while let first = rest.popFirst() {
            if rest.first == "-", rest.count > 1 {
                rest = rest.dropFirst()
                let last = rest.removeFirst()
                if first <= last, (first...last).contains(character) { return true }
            } else if first == character {
                return true
            }
        }
        return false
    }
}
