/// Colours of a difference as Git writes it.
enum DiffColors {
    static func painted(_ line: String) -> String {
        if line.hasPrefix("+++") || line.hasPrefix("---") || line.hasPrefix("diff --git") {
            return Style.heading.painted(line)
        }
        if line.hasPrefix("+") { return Style.good.painted(line) }
        if line.hasPrefix("-") { return Style.bad.painted(line) }
        if line.hasPrefix("@@") { return Style.busy.painted(line) }
        return line
    }
}
