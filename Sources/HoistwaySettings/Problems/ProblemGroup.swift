import HoistwayModel

/// Problems that differ only in names, together: hundreds of one kind would hide the others.
package struct ProblemGroup: Sendable, Equatable {
    /// In the order of the report; all of one severity.
    package private(set) var problems: [Problem]

    /// How many of a group are shown by default.
    package static let shown = 3

    /// The first problem of each message; where they are fewer than may be shown, further places too.
    package var first: [Problem] {
        var messages: Set<String> = []
        let leading = problems.indices.filter { messages.insert(problems[$0].message).inserted }.prefix(Self.shown)
        let following = problems.indices.filter { !leading.contains($0) }.prefix(Self.shown - leading.count)
        return (leading + following).sorted().map { problems[$0] }
    }

    package var rest: Int { problems.count - first.count }

    /// How many names are listed that only the other problems of a group have.
    package static let listed = 8

    /// Words that only the other problems have, such as the names of variables; at most ``listed``.
    package var furtherNames: [String] {
        var known = Set(first.flatMap { $0.message.split(separator: " ") })
        var names: [String] = []
        for problem in problems where names.count < Self.listed {
            for word in problem.message.split(separator: " ") where known.insert(word).inserted {
                names.append(String(word))
            }
        }
        return Array(names.prefix(Self.listed))
    }

    package var files: Int { Set(problems.map(\.place.file)).count }

    /// Groups in the order of their first problems.
    package static func all(of problems: [Problem]) -> [ProblemGroup] {
        var groups: [(words: [Substring], group: ProblemGroup)] = []
        for problem in problems {
            let words = problem.message.split(separator: " ")
            let index = groups.firstIndex { other in
                other.group.problems[0].severity == problem.severity && areAlike(other.words, words)
            }
            if let index {
                groups[index].group.problems.append(problem)
            } else {
                groups.append((words, ProblemGroup(problems: [problem])))
            }
        }
        return groups.map(\.group)
    }

    /// Two messages are of one kind where they have equally many words and most of these are the same: the names in
    /// them differ.
    private static func areAlike(_ left: [Substring], _ right: [Substring]) -> Bool {
        guard left.count == right.count else { return false }
        let same = zip(left, right).count { $0 == $1 }
        return 3 * same >= 2 * left.count
    }
}
