/// What an edit of a text file does to its lines, whatever stands around them.
package struct LineEdit: Equatable, Sendable {
    /// By line, how many more there are; negative: fewer.
    private let counts: [ArraySlice<UInt8>: Int]

    package init(from old: [UInt8], to new: [UInt8]) {
        var counts: [ArraySlice<UInt8>: Int] = [:]
        let newline = UInt8(ascii: "\n")
        for line in old.split(separator: newline) { counts[line, default: 0] -= 1 }
        for line in new.split(separator: newline) { counts[line, default: 0] += 1 }
        self.counts = counts.filter { $0.value != 0 }
    }

    /// No line is added or removed: lines have only changed places, if anything.
    package var isEmpty: Bool { counts.isEmpty }
}
