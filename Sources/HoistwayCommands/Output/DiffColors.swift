extension DisplayOptions {
    /// With added and removed lines in colours, where the screen has them.
    func painted(diff text: String) -> String {
        guard Screen.output(color).hasColors else { return text }
        return DiffColors.painted(text)
    }
}

/// Colours of a difference as Git writes it.
enum DiffColors {
    static func painted(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.hasPrefix("+++") || line.hasPrefix("---") || line.hasPrefix("diff --git") {
                return Style.heading.painted(String(line))
            }
            if line.hasPrefix("+") { return Style.good.painted(String(line)) }
            if line.hasPrefix("-") { return Style.bad.painted(String(line)) }
            if line.hasPrefix("@@") { return Style.busy.painted(String(line)) }
            return String(line)
        }.joined(separator: "\n")
    }
}
