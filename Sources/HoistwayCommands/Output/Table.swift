/// Rows under a heading, each column as wide as its widest cell.
///
/// On a terminal the columns that may be clipped make room until a row fits a line.
struct Table {
    struct Column: ExpressibleByStringLiteral {
        var title: String
        /// The column may be clipped to so many letters; `nil`: it is never clipped, as long as the first column fits.
        var least: Int?
        /// Shown with `-o wide` only.
        var isWide = false
        /// Without `-o wide` the column is left out where each of its cells says this.
        var usual: String?
        /// Its words have colours.
        var isPainted = false

        init(stringLiteral title: String) {
            self.title = title
        }

        init(_ title: String, least: Int? = nil, isWide: Bool = false, usual: String? = nil, isPainted: Bool = false) {
            self.title = title
            self.least = least
            self.isWide = isWide
            self.usual = usual
            self.isPainted = isPainted
        }
    }

    /// How a table is shown.
    struct Form {
        var screen = Screen.plain
        var isWide = false
        var hasHeading = true
    }

    /// Which columns are shown, and how wide each is.
    struct Layout: Equatable {
        fileprivate var columns: [Int]
        fileprivate var widths: [Int]
        /// The screen is so narrow that columns were cut which are never clipped otherwise.
        fileprivate var isTight: Bool
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    init(_ columns: Column...) {
        self.columns = columns
    }

    /// As many cells as there are columns.
    mutating func add(_ cells: String...) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells.map { $0.isEmpty ? "-" : SafeText.line($0) })
    }

    var isEmpty: Bool { rows.isEmpty }

    /// Equal for equal rows.
    var fingerprint: String { rows.map { $0.joined(separator: "\u{1}") }.joined(separator: "\u{2}") }

    /// Without blanks at the ends of lines; `empty` where there are no rows.
    func text(ifEmpty empty: String, _ form: Form = Form()) -> String {
        guard !rows.isEmpty else { return empty }
        let layout = layout(form)
        return ((form.hasHeading ? [heading(layout, form)] : []) + lines(layout, form)).joined(separator: "\n")
    }

    func layout(_ form: Form) -> Layout {
        let shown = columns.indices.filter { column in
            if form.isWide { return true }
            guard !columns[column].isWide else { return false }
            guard let usual = columns[column].usual else { return true }
            return !rows.allSatisfy { $0[column] == usual }
        }
        var widths = shown.map { column in
            ([columns[column].title] + rows.map { $0[column] }).map { DisplayWidth.of($0) }.max() ?? 0
        }
        let whole = widths
        if let columns = form.screen.columns, !form.isWide { fit(&widths, of: shown, into: columns) }
        let isTight = shown.indices.contains { columns[shown[$0]].least == nil && widths[$0] < whole[$0] }
        return Layout(columns: shown, widths: widths, isTight: isTight)
    }

    func heading(_ layout: Layout, _ form: Form) -> String {
        let line = line(layout.columns.map { columns[$0].title }, layout, form, isHeading: true)
        return form.screen.hasColors ? Style.heading.painted(line) : line
    }

    /// One for each row.
    func lines(_ layout: Layout, _ form: Form) -> [String] {
        rows.map { row in line(layout.columns.map { row[$0] }, layout, form, isHeading: false) }
    }

    private func line(_ cells: [String], _ layout: Layout, _ form: Form, isHeading: Bool) -> String {
        let isClipped = form.screen.columns != nil && !form.isWide
        var line = ""
        var used = 0
        for (place, cell) in cells.enumerated() {
            var width = layout.widths[place]
            let isLast = place == cells.count - 1
            // A row that came after its layout may say more than the rows before it: the last cell takes what is left,
            // and names and states stay whole.
            if isLast, let columns = form.screen.columns { width = max(1, columns - used) }
            let isCut = isLast || layout.isTight || columns[layout.columns[place]].least != nil
            let shown = isClipped && isCut ? DisplayWidth.clipped(cell, to: width) : cell
            used += max(width, DisplayWidth.of(shown)) + 2
            let style =
                !isHeading && form.screen.hasColors && columns[layout.columns[place]].isPainted ? Style(of: cell) : nil
            line += style?.painted(shown) ?? shown
            guard !isLast else { continue }
            line += String(repeating: " ", count: max(0, width - DisplayWidth.of(shown)) + 2)
        }
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    /// Takes the room from the widest column that may be clipped, and where that is not enough, from every column but
    /// the first.
    private func fit(_ widths: inout [Int], of shown: [Int], into columns: Int) {
        var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - columns
        func take(_ least: (Int) -> Int?) {
            while excess > 0 {
                let candidates = shown.indices.filter { place in least(place).map { widths[place] > $0 } ?? false }
                guard let widest = candidates.max(by: { (widths[$0], $0) < (widths[$1], $1) }) else { return }
                widths[widest] -= 1
                excess -= 1
            }
        }
        take { self.columns[shown[$0]].least }
        take { $0 == 0 ? nil : 4 }
        take { _ in 1 }
    }
}
