/// A question to whoever sits at the terminal.
enum Question {
    /// Whether the answer is `y` or `yes`; no answer is no.
    static func isAgreed(_ question: String) -> Bool {
        Terminal.prompt(question)
        return isYes(readLine() ?? "")
    }

    static func isYes(_ answer: String) -> Bool { ["y", "yes"].contains(answer.lowercased().filter { $0 != " " }) }
}
