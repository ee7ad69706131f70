import HoistwayModel

/// Makes text of payloads harmless on a terminal.
///
/// Names of branches, tags and authors come from outside: one with an escape sequence could repaint the screen, and one
/// with direction marks could show another order than it has.
enum SafeText {
    /// One line: every control or formatting character, ends of lines included, is written as `\u{…}`.
    static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: \.isHidden) else { return text }
        var safe = ""
        for scalar in text.unicodeScalars {
            if scalar.isHidden {
                safe += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

    /// Several lines: ends of lines and tabs stay.
    static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map {
                $0.split(separator: "\t", omittingEmptySubsequences: false).map { line(String($0)) }.joined(
                    separator: "\t"
                )
            }
            .joined(separator: "\n")
    }
}
