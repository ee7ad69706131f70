/// A merge of two edits of one text, line by line, as Git hosts merge files that both sides have changed.
///
/// Adjacent changed lines are merged only if each side has changed different lines, or both made the same change.
package enum LineMerge {
    /// The most lines by which a side may differ from the base; with more, nothing is merged.
    static let maxEdits = 400

    /// - Parameters:
    ///   - base: the common base.
    ///   - ours: the branch's version.
    ///   - theirs: the version that is merged into it.
    /// - Returns: `nil`: the edits conflict, or are too large to compare.
    package static func merged(base: [UInt8], ours: [UInt8], theirs: [UInt8]) -> [UInt8]? {
        var names = Names()
        let base = names.numbers(of: base)
        let ours = names.numbers(of: ours)
        let theirs = names.numbers(of: theirs)
        guard let toOurs = matches(base, ours), let toTheirs = matches(base, theirs) else { return nil }
        var merged: [Int] = []
        var from = (base: 0, ours: 0, theirs: 0)
        for index in 0...base.count {
            let isEnd = index == base.count
            // Lines that all three versions share separate the changed parts.
            guard let mine = isEnd ? ours.count : toOurs[index], let other = isEnd ? theirs.count : toTheirs[index]
            else { continue }
            guard
                let part = joined(base[from.base..<index], ours[from.ours..<mine], theirs[from.theirs..<other])
            else { return nil }
            merged += part
            guard !isEnd else { break }
            merged.append(base[index])
            from = (index + 1, mine + 1, other + 1)
        }
        return names.text(of: merged)
    }

    private static func joined(_ base: ArraySlice<Int>, _ ours: ArraySlice<Int>, _ theirs: ArraySlice<Int>) -> [Int]? {
        if ours.elementsEqual(base) || ours.elementsEqual(theirs) { return Array(theirs) }
        if theirs.elementsEqual(base) { return Array(ours) }
        guard base.count == ours.count, base.count == theirs.count else { return nil }
        var lines: [Int] = []
        for (line, (mine, other)) in zip(base, zip(ours, theirs)) {
            guard mine == line || other == line || mine == other else { return nil }
            lines.append(mine == line ? other : mine)
        }
        return lines
    }

    /// For each line of `old`, the matching line of `new`; `nil`: more than ``maxEdits`` lines differ.
    ///
    /// The shortest edit, by E. Myers' greedy algorithm: <http://www.xmailserver.org/diff2.pdf>.
    private static func matches(_ old: [Int], _ new: [Int]) -> [Int?]? {
        var matches = [Int?](repeating: nil, count: old.count)
        // For each diagonal: the furthest point that an edit of the present length reaches.
        var furthest = [1: 0]
        var earlier: [[Int: Int]] = []
        func step(_ diagonal: Int, _ edits: Int, _ furthest: [Int: Int]) -> Int {
            let above = furthest[diagonal + 1] ?? -1
            let left = furthest[diagonal - 1] ?? -1
            return diagonal == -edits || (diagonal != edits && left < above) ? diagonal + 1 : diagonal - 1
        }
        for edits in 0...maxEdits {
            earlier.append(furthest)
            for diagonal in stride(from: -edits, through: edits, by: 2)
            where diagonal >= -new.count - 1 && diagonal <= old.count + 1 {
                let previous = step(diagonal, edits, furthest)
                guard let start = furthest[previous] else { continue }
                var x = previous < diagonal ? start + 1 : start
                var y = x - diagonal
                while x < old.count, y >= 0, y < new.count, old[x] == new[y] {
                    x += 1
                    y += 1
                }
                furthest[diagonal] = x
                guard x == old.count, y == new.count else { continue }
                for (edits, furthest) in earlier.enumerated().reversed() {
                    let previous = step(x - y, edits, furthest)
                    let startX = edits == 0 ? 0 : furthest[previous] ?? 0
                    let startY = edits == 0 ? 0 : startX - previous
                    while x > startX, y > startY {
                        x -= 1
                        y -= 1
                        matches[x] = y
                    }
                    (x, y) = (startX, startY)
                }
                return matches
            }
        }
        return nil
    }

    /// Gives equal lines equal numbers.
    private struct Names {
        private var numbers: [ArraySlice<UInt8>: Int] = [:]
        private var lines: [ArraySlice<UInt8>] = []

        mutating func numbers(of text: [UInt8]) -> [Int] {
            // The text after the last line break is a line too: it is empty where the text ends with a line break.
            text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
                if let number = numbers[line] { return number }
                numbers[line] = lines.count
                lines.append(line)
                return lines.count - 1
            }
        }

        func text(of numbers: [Int]) -> [UInt8] {
            Array(numbers.map { lines[$0] }.joined(separator: [UInt8(ascii: "\n")]))
        }
    }
}
