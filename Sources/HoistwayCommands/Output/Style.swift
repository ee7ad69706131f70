/// Colours of a terminal, by the meaning of a word.
///
/// Colour only repeats what the word says.
enum Style: String, Sendable {
    case good = "32"
    case bad = "31"
    case busy = "33"
    case heading = "1"
    case quiet = "2"

    /// Of a phase, a state, a health or an outcome; `nil`: an ordinary word.
    init?(of word: String) {
        switch word {
        case "Succeeded", "Healthy", "ready", "done", "decided", "current", "Verified": self = .good
        case "Failed", "Errored", "Unhealthy", "failed", "unhealthy", "freightLost", "FreightLost", "stuck", "missing",
            "failing", "broken":
            self = .bad
        case "Running", "Pending", "Promoting", "Progressing", "Unknown", "Paused", "promoting", "pending",
            "progressing", "paused", "awaitsAcceptance", "waiting", "Aborted":
            self = .busy
        default: return nil
        }
    }

    func painted(_ text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }
}
