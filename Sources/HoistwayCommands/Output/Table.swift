/// Rows under a heading, each column as wide as its widest cell.
struct Table {
    private let heading: [String]
    private var rows: [[String]] = []

    init(_ heading: String...) {
        self.heading = heading
    }

    /// As many cells as the heading has.
    mutating func add(_ cells: String...) {
        precondition(cells.count == heading.count, "a row has a cell for each column")
        rows.append(cells.map { $0.isEmpty ? "-" : SafeText.line($0) })
    }

    /// Without blanks at the ends of lines; `empty` where there are no rows.
    func text(ifEmpty empty: String) -> String {
        guard !rows.isEmpty else { return empty }
        let widths = heading.indices.map { column in
            ([heading] + rows).map { $0[column].count }.max() ?? 0
        }
        return ([heading] + rows).map { row in
            let padded = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            let line = padded.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}
