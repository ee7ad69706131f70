/// Finds the word that a person may have meant.
package enum Spelling {
    /// `did you mean …?`, or `nil` where nothing is near.
    package static func hint(for word: String, among known: [String]) -> String? {
        nearest(to: word, among: known).map { "did you mean \($0)?" }
    }

    /// The known word with the fewest edits, at most a third of its letters.
    package static func nearest(to word: String, among known: [String]) -> String? {
        let target = Array(word.lowercased())
        guard (1...64).contains(target.count) else { return nil }
        let limit = max(1, target.count / 3)
        let scored = known.map { (word: $0, edits: distance(target, Array($0.lowercased()))) }
        let best = scored.filter { $0.edits <= limit }.min { ($0.edits, $0.word) < ($1.edits, $1.word) }
        return best?.word
    }

    /// The known word that differs from this one by at most two letters, or by case only.
    ///
    /// For a short word, such as `vars`, the limit is one letter: with two it is another word.
    static func nearMiss(of word: String, among known: [String]) -> String? {
        let target = Array(word.lowercased())
        guard (1...64).contains(target.count) else { return nil }
        let scored = known.map { (word: $0, edits: distance(target, Array($0.lowercased()))) }
        let best = scored.filter { $0.edits <= min(2, ($0.word.count - 1) / 2) }.min {
            ($0.edits, $0.word) < ($1.edits, $1.word)
        }
        return best?.word
    }

    /// Edits that turn one word into the other: insert, delete, replace, swap neighbours.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let replaced = previous[column] + (letter == other ? 0 : 1)
                var best = min(replaced, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    best = min(best, beforePrevious[column - 1] + 1)
                }
                current.append(best)
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
