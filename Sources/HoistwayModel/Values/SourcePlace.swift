/// The place of a text: a file, a line and the path of keys to it.
package struct SourcePlace: Hashable, Sendable, Codable, CustomStringConvertible {
    package var file: String
    /// Counted from 1; 0 where the line is unknown.
    package var line: Int
    /// Counted from 1, in characters; `nil` where the place is the whole line.
    package var column: Int?
    /// Dotted keys, list positions in brackets: `spec.subscriptions[0].image`.
    ///
    /// Empty for the document itself.
    package var path: String

    package init(file: String, line: Int, column: Int? = nil, path: String = "") {
        self.file = file
        self.line = line
        self.column = column
        self.path = path
    }

    package var description: String {
        let place = line > 0 ? "\(file):\(line)\(column.map { ":\($0)" } ?? "")" : file
        return path.isEmpty ? place : "\(place): \(path)"
    }
}
