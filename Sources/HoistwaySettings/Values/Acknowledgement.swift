package import HoistwayModel

/// A warning of `check` that a person accepts, and why.
package struct Acknowledgement: Sendable, Equatable {
    /// The warning's message; `*` stands for any text in it.
    package var warning: String
    package var reason: String
    package var place: SourcePlace

    package init(warning: String, reason: String, place: SourcePlace) {
        self.warning = warning
        self.reason = reason
        self.place = place
    }

    /// Whether the acknowledgement is for this message.
    func matches(_ message: String) -> Bool {
        let parts = warning.split(separator: "*", omittingEmptySubsequences: false)
        guard let first = parts.first, let last = parts.last, parts.count > 1 else { return message == warning }
        guard message.hasPrefix(first) else { return false }
        var rest = message.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}

extension [Acknowledgement] {
    /// Marks the acknowledged warnings, and adds a warning for each acknowledgement that matches none.
    ///
    /// After an error, warnings may be missing: then unused acknowledgements are not reported.
    func applied(to problems: [Problem]) -> [Problem] {
        var used: Set<Int> = []
        var marked = problems.map { problem in
            guard problem.severity == .warning,
                let index = firstIndex(where: { $0.matches(problem.message) })
            else { return problem }
            used.insert(index)
            var problem = problem
            problem.acknowledged = self[index].reason
            return problem
        }
        guard !problems.contains(where: { $0.severity == .error }) else { return marked }
        for (index, acknowledgement) in enumerated() where !used.contains(index) {
            marked.append(
                Problem(
                    severity: .warning,
                    place: acknowledgement.place,
                    message: "no warning matches this acknowledgement: \(ShownText.text(acknowledgement.warning))",
                    hint: "take it out, or copy the warning's message as `hoistway check` shows it"
                )
            )
        }
        return marked
    }
}
