import HoistwaySettings

extension Problem {
    /// For a terminal: one line, and the hint on a line of its own.
    ///
    /// Names in a repository of manifests may hold ends of lines, which could imitate other problems.
    var shown: String {
        let first = SafeText.line("\(place): \(severity.rawValue): \(message)")
        if let acknowledged { return "\(first)\n    acknowledged: \(SafeText.line(acknowledged))" }
        return hint.map { "\(first)\n    hint: \(SafeText.line($0))" } ?? first
    }
}
