import Foundation

/// Prints figures when they are known, section by section.
struct FigureTable {
    private(set) var missed: [String] = []
    private static let widths = [46, 22, 30, 9, 12, 7]

    func begin(_ title: String) {
        Self.line("\n\(title)")
        Self.row(["figure", "measured", "baseline", "ratio", "floor/goal", ""], note: "")
        Self.line(String(repeating: "-", count: Self.widths.reduce(0, +) + Self.widths.count))
    }

    mutating func add(_ figure: Figure) {
        if figure.verdict == "MISSED" { missed.append(figure.name) }
        Self.row(
            [
                figure.name, figure.measured, figure.baseline, figure.value.map(Figure.number) ?? "",
                figure.boundText, figure.verdict,
            ],
            note: figure.note
        )
    }

    /// A section that cannot be measured counts as missed.
    mutating func fail(_ text: String) {
        missed.append(text)
        Self.line("FAILED  \(text)")
    }

    func end() {
        Self.line(missed.isEmpty ? "\nno floor was missed" : "\nmissed: " + missed.joined(separator: "; "))
    }

    /// Announces long work on standard error, so that the table stays complete on standard output.
    static func progress(_ text: String) {
        FileHandle.standardError.write(Data("… \(text)\n".utf8))
    }

    static func line(_ text: String) {
        FileHandle.standardOutput.write(Data("\(text)\n".utf8))
    }

    private static func row(_ cells: [String], note: String) {
        let padded = zip(cells, widths).map { cell, width in
            cell + String(repeating: " ", count: max(0, width - cell.count))
        }
        line((padded.joined(separator: " ") + (note.isEmpty ? "" : "  \(note)")).trimmingTail())
    }
}

extension String {
    fileprivate func trimmingTail() -> String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
