import HoistwayModel

/// Makes text of payloads harmless on a terminal.
///
/// Names of branches, tags and authors come from outside: one with an escape sequence could repaint the screen, and one
/// with direction marks could show another order than it has.
enum SafeText {
    /// One line: every control or formatting character, ends of lines included, is written as `\u{…}`.
    static func line(_ text: String) -> String {
        written(text) { $0.isHidden }
    }

    /// Several lines: ends of lines and tabs stay.
    ///
    /// By scalars: for a string, CRLF is one letter, and no end of a line. Its first half is written.
    static func lines(_ text: String) -> String {
        written(text) { $0.isHidden && $0 != "\n" && $0 != "\t" }
    }

    private static func written(_ text: String, where isWritten: (Unicode.Scalar) -> Bool) -> String {
        guard text.unicodeScalars.contains(where: isWritten) else { return text }
        var safe = ""
        for scalar in text.unicodeScalars {
            if isWritten(scalar) {
                safe += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }
}
