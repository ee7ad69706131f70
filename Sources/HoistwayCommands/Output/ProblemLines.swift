import HoistwaySettings

extension Problem {
    /// For a terminal: one line, and the hint on a line of its own.
    ///
    /// Names out of a repository of manifests may hold ends of lines, which would make lines that nobody has said.
    var shown: String {
        let first = SafeText.line("\(place): \(severity.rawValue): \(message)")
        if let acknowledged { return "\(first)\n    acknowledged: \(SafeText.line(acknowledged))" }
        return hint.map { "\(first)\n    hint: \(SafeText.line($0))" } ?? first
    }
}
