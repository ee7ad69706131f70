/// Lines as in a `.gitignore`: <https://git-scm.com/docs/gitignore>.
///
/// The last line that matches decides. Names are bytes, as in Git: `?` matches one byte.
package struct IgnoreRules: Sendable {
    /// More lines than this are refused by the callers.
    package static let maxLines = 10_000

    private struct Rule {
        var isNegated: Bool
        var isForDirectories: Bool
        /// Patterns for names from the root down; `**` matches any number of names.
        var parts: [[UInt8]]
    }

    private static let anyNames = Array("**".utf8)

    private let rules: [Rule]

    package init(lines: [String]) {
        rules = lines.prefix(Self.maxLines).compactMap(Self.rule)
    }

    package var isEmpty: Bool { rules.isEmpty }

    /// Whether the rules ignore this path itself; callers do not check paths inside an ignored folder.
    package func ignores(_ names: [GitPath], isDirectory: Bool) -> Bool {
        verdict(on: names, isDirectory: isDirectory) ?? false
    }

    /// `nil` where no line matches.
    package func verdict(on names: [GitPath], isDirectory: Bool) -> Bool? {
        for rule in rules.reversed() where isDirectory || !rule.isForDirectories {
            if Self.matches(names, rule.parts) { return !rule.isNegated }
        }
        return nil
    }

    /// The line that includes a file of that name again, if the name alone would be ignored before all lines.
    package static func lineThatBringsBack(_ name: GitPath, in lines: [String]) -> String? {
        let shown = IgnoreRules(lines: [name.matchable] + lines)
        guard !shown.ignores([name], isDirectory: false) else { return nil }
        return lines.last { line in
            line.hasPrefix("!") && IgnoreRules(lines: [String(line.dropFirst())]).ignores([name], isDirectory: false)
        }
    }

    private static func rule(_ line: String) -> Rule? {
        var text = Array(line.utf8)[...]
        if text.last == UInt8(ascii: "\r") { text = text.dropLast() }
        while text.last == UInt8(ascii: " "), text.dropLast().last != UInt8(ascii: "\\") { text = text.dropLast() }
        guard !text.isEmpty, text.first != UInt8(ascii: "#") else { return nil }
        let isNegated = text.first == UInt8(ascii: "!")
        if isNegated { text = text.dropFirst() }
        let slash = UInt8(ascii: "/")
        let isForDirectories = text.last == slash
        while text.last == slash { text = text.dropLast() }
        // A slash at the start or in the middle binds a pattern to the root.
        let isAnchored = text.contains(slash)
        var parts = text.split(separator: slash).map(Array.init)
        guard !parts.isEmpty else { return nil }
        if !isAnchored { parts.insert(anyNames, at: 0) }
        return Rule(isNegated: isNegated, isForDirectories: isForDirectories, parts: parts)
    }

    /// Works column by column, so that many `**` do not take exponential time.
    private static func matches(_ path: [GitPath], _ parts: [[UInt8]]) -> Bool {
        // reached[i]: the patterns so far can match the first i names.
        var reached = [true] + path.map { _ in false }
        for (number, part) in parts.enumerated() {
            var next = reached.map { _ in false }
            if part == anyNames {
                // `**` at the end matches the content of the folder, not the folder itself.
                let isLast = number == parts.count - 1
                var isOpen = false
                for index in reached.indices {
                    next[index] = isOpen || (reached[index] && !isLast)
                    isOpen = isOpen || reached[index]
                }
            } else {
                for (index, name) in path.enumerated() where reached[index] {
                    next[index + 1] = matchesName(name.bytes, part)
                }
            }
            reached = next
        }
        return reached.last ?? false
    }

    /// Matches one name with `*`, `?`, `[…]` and `\`; goes back only to the last star, so it takes at most quadratic
    /// time.
    private static func matchesName(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        var position = 0
        var index = 0
        var star: (pattern: Int, name: Int)?
        while position < name.count {
            if index < pattern.count, pattern[index] == UInt8(ascii: "*") {
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
        return pattern[index...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// The pattern's position after a match of one byte.
    private static func step(_ byte: UInt8, _ pattern: [UInt8], _ index: Int) -> Int? {
        guard index < pattern.count else { return nil }
        switch pattern[index] {
        case UInt8(ascii: "?"): return index + 1
        case UInt8(ascii: "\\") where index + 1 < pattern.count: return pattern[index + 1] == byte ? index + 2 : nil
        case UInt8(ascii: "["):
            guard let set = ByteRange.read(pattern, from: index) else { return nil }
            return set.contains(byte) ? set.end : nil
        default: return pattern[index] == byte ? index + 1 : nil
        }
    }
}

/// A bracket expression such as `[a-z]` or `[!0-9]`.
private struct ByteRange {
    var isNegated: Bool
    var ranges: [ClosedRange<UInt8>]
    /// The place after the closing bracket.
    var end: Int

    func contains(_ byte: UInt8) -> Bool {
        ranges.contains { $0.contains(byte) } != isNegated
    }

    static func read(_ pattern: [UInt8], from start: Int) -> ByteRange? {
        var index = start + 1
        var set = ByteRange(isNegated: false, ranges: [], end: 0)
        if index < pattern.count, pattern[index] == UInt8(ascii: "!") || pattern[index] == UInt8(ascii: "^") {
            set.isNegated = true
            index += 1
        }
        let first = index
        let close = UInt8(ascii: "]")
        while index < pattern.count, pattern[index] != close || index == first {
            if pattern[index] == UInt8(ascii: "\\"), index + 1 < pattern.count { index += 1 }
            let low = pattern[index]
            var high = low
            if index + 2 < pattern.count, pattern[index + 1] == UInt8(ascii: "-"), pattern[index + 2] != close {
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
