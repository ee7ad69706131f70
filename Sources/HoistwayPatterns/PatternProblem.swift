import HoistwayModel

/// Why a pattern cannot be used.
struct PatternProblem: Diagnosable, Equatable {
    let pattern: String
    let problem: String

    package var message: String { "pattern \"\(pattern)\" cannot be used: \(problem)" }
}
