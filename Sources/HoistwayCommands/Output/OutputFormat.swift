import ArgumentParser

/// How a command shows what it found.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case text
    /// For programs: exactly what the server answered.
    case json
}
