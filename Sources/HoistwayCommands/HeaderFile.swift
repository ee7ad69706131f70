import HoistwayModel

/// A file of `Name: value` lines.
enum HeaderFile {
    static let maxBytes = 256 * 1024

    /// Empty lines are skipped, blanks around values taken off.
    static func parse(_ bytes: [UInt8], path: String) throws(CommandFailure) -> [HeaderLine] {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .unreadable(path: path, detail: "it is not UTF-8")
        }
        var headers: [HeaderLine] = []
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.drop(while: \.isWhitespace)
            if line.isEmpty { continue }
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else {
                throw .unreadable(path: path, detail: "line \(number + 1) is not `Name: value`")
            }
            let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
            let end = value.lastIndex { !$0.isWhitespace }
            headers.append(HeaderLine(String(line[..<colon]), end.map { String(value[...$0]) } ?? ""))
        }
        return headers
    }
}
