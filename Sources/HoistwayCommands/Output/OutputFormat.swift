import ArgumentParser

/// How a command that asks no server shows what it found; ``AnswerForm`` is for the answers of a server.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case text
    /// For programs.
    case json
}
