/// How much of a file's diff a page shows.
package enum DiffDisplay: Sendable, Equatable {
    case shown
    /// Closed until a person opens it.
    case folded
    /// Only the name is shown, with a link to the whole diff as a file.
    case download

    /// A file with more lines is folded.
    package static let maxShownLines = 500
    /// A file with more lines is a download.
    package static let maxFoldedLines = 2_000
    /// A file with more bytes is a download.
    package static let maxFoldedBytes = 1 << 20
    /// The most lines of all files of one page; further files are downloads.
    package static let maxPageLines = 10_000

    package static func of(_ file: DiffFile) -> DiffDisplay {
        if file.lineCount > maxFoldedLines || file.byteCount > maxFoldedBytes { return .download }
        return file.lineCount > maxShownLines ? .folded : .shown
    }

    /// The display of each file, in their order; no page becomes larger than its bound.
    package static func of(_ files: [DiffFile]) -> [DiffDisplay] {
        var left = maxPageLines
        return files.map { file in
            let display = of(file)
            guard display != .download else { return display }
            guard file.lineCount <= left else { return .download }
            left -= file.lineCount
            return display
        }
    }
}
