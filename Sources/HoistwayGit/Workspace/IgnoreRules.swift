/// Lines as in a `.gitignore`: <https://git-scm.com/docs/gitignore>.
///
/// The last one that matches decides.
struct IgnoreRules: Sendable {
    /// Lines beyond this number are refused by whoever makes rules of them.
    static let maxLines = 10_000

    private struct Rule {
        var isNegated: Bool
        var isForDirectories: Bool
        /// Patterns for names from the root down; `**` stands for any number of names.
        var parts: [[Character]]
    }

    private let rules: [Rule]

    init(lines: [String]) {
        rules = lines.prefix(Self.maxLines).compactMap(Self.rule)
    }

    var isEmpty: Bool { rules.isEmpty }

    /// Whether this place itself matches; what lies in an ignored folder is never asked for.
    func ignores(_ names: [String], isDirectory: Bool) -> Bool {
        let path = names.map(Array.init)
        for rule in rules.reversed() where isDirectory || !rule.isForDirectories {
            if Self.matches(path[...], rule.parts[...]) { return !rule.isNegated }
        }
        return false
    }

    private static func rule(_ line: String) -> Rule? {
        var text = line[...]
        if text.last == "\r" { text = text.dropLast() }
        while text.last == " ", !text.hasSuffix("\\ ") { text = text.dropLast() }
        guard !text.isEmpty, !text.hasPrefix("#") else { return nil }
        let isNegated = text.hasPrefix("!")
        if isNegated { text = text.dropFirst() }
        let isForDirectories = text.hasSuffix("/")
        while text.hasSuffix("/") { text = text.dropLast() }
        // A slash at the start or in the middle ties a pattern to the root.
        let isAnchored = text.contains("/")
        var parts = text.split(separator: "/").map(Array.init)
        guard !parts.isEmpty else { return nil }
        if !isAnchored { parts.insert(Array("**"), at: 0) }
        return Rule(isNegated: isNegated, isForDirectories: isForDirectories, parts: parts)
    }

    /// Column by column, so that many `**` take no exponential time.
    private static func matches(_ path: ArraySlice<[Character]>, _ parts: ArraySlice<[Character]>) -> Bool {
        // reached[i]: the patterns so far can match the first i names.
        var reached = [true] + path.map { _ in false }
        for (number, part) in parts.enumerated() {
            var next = reached.map { _ in false }
            if part == ["*", "*"] {
                // `**` at the end means what is inside, not the folder itself.
                let isLast = number == parts.count - 1
                var isOpen = false
                for index in reached.indices {
                    next[index] = isOpen || (reached[index] && !isLast)
                    isOpen = isOpen || reached[index]
                }
            } else {
                for (index, name) in path.enumerated() where reached[index] {
                    next[index + 1] = matchesName(name, part)
                }
            }
            reached = next
        }
        return reached.last ?? false
    }

    /// Matches one name with `*`, `?`, `[…]` and `\`; goes back to the last star only, so in quadratic time at most.
    private static func matchesName(_ name: [Character], _ pattern: [Character]) -> Bool {
        var position = 0
        var index = 0
        var star: (pattern: Int, name: Int)?
        while position < name.count {
            if index < pattern.count, pattern[index] == "*" {
                star = (index, position)
                index += 1
            } else if let next = step(name[position], pattern, index) {
                position += 1
                index = next
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                position = last.name + 1
                index = last.pattern + 1
            } else {
                return false
            }
        }
        return pattern[index...].allSatisfy { $0 == "*" }
    }

    /// Where the pattern goes on after it matched one character.
    private static func step(_ character: Character, _ pattern: [Character], _ index: Int) -> Int? {
        guard index < pattern.count else { return nil }
        switch pattern[index] {
        case "?": return index + 1
        case "\\" where index + 1 < pattern.count: return pattern[index + 1] == character ? index + 2 : nil
        case "[":
            guard let set = CharacterRange.read(pattern, from: index) else { return nil }
            return set.contains(character) ? set.end : nil
        default: return pattern[index] == character ? index + 1 : nil
        }
    }
}

/// A bracket expression such as `[a-z]` or `[!0-9]`.
private struct CharacterRange {
    var isNegated: Bool
    var ranges: [ClosedRange<Character>]
    /// The place after the closing bracket.
    var end: Int

    func contains(_ character: Character) -> Bool {
        ranges.contains { $0.contains(character) } != isNegated
    }

    static func read(_ pattern: [Character], from start: Int) -> CharacterRange? {
        var index = start + 1
        var set = CharacterRange(isNegated: false, ranges: [], end: 0)
        if index < pattern.count, pattern[index] == "!" || pattern[index] == "^" {
            set.isNegated = true
            index += 1
        }
        let first = index
        while index < pattern.count, pattern[index] != "]" || index == first {
            if pattern[index] == "\\", index + 1 < pattern.count { index += 1 }
            let low = pattern[index]
            var high = low
            if index + 2 < pattern.count, pattern[index + 1] == "-", pattern[index + 2] != "]" {
                high = pattern[index + 2]
                index += 2
            }
            if low <= high { set.ranges.append(low...high) }
            index += 1
        }
        guard index < pattern.count else { return nil }
        set.end = index + 1
        return set
    }
}
