/// An answer for people: facts, and the lines of differences among them.
///
/// A terminal breaks a long fact between words. A line of a difference stays one line, since its first letter and its
/// length have a meaning.
struct PrintedText: Equatable, Sendable {
    private enum Line: Equatable, Sendable {
        /// - Parameter indent: where its text begins; `nil`: the line itself shows it.
        case fact(String, indent: Int?)
        case difference(String)
    }

    private var lines: [Line]

    /// Each fact may have several lines.
    init(_ facts: String...) {
        self.init(facts)
    }

    init(_ facts: [String]) {
        lines = []
        for fact in facts { add(fact) }
    }

    mutating func add(_ fact: String, indent: Int? = nil) {
        lines += Self.parts(of: fact).map { .fact($0, indent: indent) }
    }

    /// - Parameter difference: as Git writes it; every control character in it is written out.
    mutating func add(difference: String) {
        let parts = Self.parts(of: SafeText.lines(difference))
        lines += (parts.last == "" ? parts.dropLast() : parts[...]).map(Line.difference)
    }

    mutating func add(_ other: PrintedText) { lines += other.lines }

    /// For a file or a pipe.
    var plain: String { text(columns: nil, hasColors: false) }

    /// - Parameter columns: `nil`: no fact is broken.
    func text(columns: Int?, hasColors: Bool) -> String {
        lines.map { line in
            switch line {
            case .fact(let fact, let indent): columns.map { Wrapping.fact(fact, indent: indent, columns: $0) } ?? fact
            case .difference(let line): hasColors ? DiffColors.painted(line) : line
            }
        }.joined(separator: "\n")
    }

    private static func parts(of text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
