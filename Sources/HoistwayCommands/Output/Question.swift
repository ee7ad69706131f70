/// A question to whoever sits at the terminal.
enum Question {
    /// Whether the answer is `y` or `yes`; no answer is no.
    static func isAgreed(_ question: String) -> Bool {
        Terminal.print(part: question)
        guard let answer = readLine() else {
            // The end of the input leaves the question on a line without an end.
            Terminal.print("")
            return false
        }
        return isYes(answer)
    }

    static func isYes(_ answer: String) -> Bool { ["y", "yes"].contains(answer.lowercased().filter { $0 != " " }) }
}
