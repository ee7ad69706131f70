/// A question to the person at the terminal.
enum Question {
    /// Whether the answer is `y` or `yes`; no answer is no.
    static func isAgreed(_ question: String) -> Bool {
        Terminal.print(part: question)
        guard let answer = readLine() else {
            // Without an answer, nothing has ended the line of the question.
            Terminal.print("")
            return false
        }
        return isYes(answer)
    }

    static func isYes(_ answer: String) -> Bool { ["y", "yes"].contains(answer.lowercased().filter { $0 != " " }) }
}
