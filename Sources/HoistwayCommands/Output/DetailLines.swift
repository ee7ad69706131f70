/// A heading, and below it one line for each fact: its name and its text.
struct DetailLines {
    private(set) var text: PrintedText
    private static let width = 10

    init(_ heading: String) {
        text = PrintedText(SafeText.line(heading))
    }

    /// A fact without a name goes on from the one before it.
    mutating func add(_ name: String, _ fact: String) {
        text.add("  \(DisplayWidth.padded(name, to: Self.width))\(SafeText.line(fact))", indent: 2 + Self.width)
    }
}
