/// The messages of some builds of `kubectl` about a failure.
///
/// They write a log line, with the time and the error as a quoted Go string:
/// `E1129 08:12:23.389854       2 run.go:72] "command failed" err="no resource matches …"`.
enum KubectlWords {
    private static let mark = "] \"command failed\" err=\""

    /// The text with only the error in place of such a line.
    static func plain(_ words: String) -> String {
        words.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard line.hasPrefix("E"), line.hasSuffix("\""), let start = line.firstRange(of: mark)?.upperBound,
                start < line.index(before: line.endIndex)
            else { return String(line) }
            return unquoted(line[start..<line.index(before: line.endIndex)])
        }
        .joined(separator: "\n")
    }

    private static func unquoted(_ text: Substring) -> String {
        var result = ""
        var isEscaped = false
        for character in text {
            if isEscaped {
                isEscaped = false
                switch character {
                case "n", "t": result.append(" ")
                case "\"", "\\": result.append(character)
                default: result += "\\\(character)"
                }
            } else if character == "\\" {
                isEscaped = true
            } else {
                result.append(character)
            }
        }
        return result
    }
}
