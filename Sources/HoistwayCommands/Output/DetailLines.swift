/// A heading, and below it one line for each fact: its name and what is said of it.
struct DetailLines {
    private var lines: [String]
    private static let width = 10

    init(_ heading: String) {
        lines = [SafeText.line(heading)]
    }

    /// A fact without a name goes on from the one before it.
    mutating func add(_ name: String, _ text: String) {
        lines.append("  \(DisplayWidth.padded(name, to: Self.width))\(SafeText.line(text))")
    }

    var text: String { lines.joined(separator: "\n") }
}
