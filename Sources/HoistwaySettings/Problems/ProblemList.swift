import HoistwayModel

/// Collects problems while files are read, so that all are reported together.
///
/// Lives inside one loading; never shared.
final class ProblemList {
    private(set) var all: [Problem] = []
    private(set) var hasErrors = false
    /// The same as `all`, for look-ups: a file that somebody else wrote may have very many.
    private var known: Set<Problem> = []

    func error(_ place: SourcePlace, _ message: String, hint: String? = nil) {
        add(.error, place, message, hint: hint)
    }

    func warning(_ place: SourcePlace, _ message: String, hint: String? = nil) {
        add(.warning, place, message, hint: hint)
    }

    /// Adds problems of another list, in their order.
    func add(_ found: [Problem]) {
        for problem in found { add(problem.severity, problem.place, problem.message, hint: problem.hint) }
    }

    /// Adds a problem; the same one twice (for example through a YAML alias) is reported once.
    func add(_ severity: Problem.Severity, _ place: SourcePlace, _ message: String, hint: String? = nil) {
        let problem = Problem(severity: severity, place: place, message: message, hint: hint)
        guard known.insert(problem).inserted else { return }
        all.append(problem)
        if severity == .error { hasErrors = true }
    }

    /// Files in the order in which they were first read, and lines within them; errors before warnings of one line.
    var sorted: [Problem] {
        var order: [String: Int] = [:]
        for problem in all where order[problem.place.file] == nil { order[problem.place.file] = order.count }
        return all.enumerated().sorted { left, right in
            let leftFile = order[left.element.place.file] ?? 0
            let rightFile = order[right.element.place.file] ?? 0
            return (leftFile, left.element.place.line, left.element.severity.rawValue, left.offset)
                < (rightFile, right.element.place.line, right.element.severity.rawValue, right.offset)
        }.map(\.element)
    }
}
