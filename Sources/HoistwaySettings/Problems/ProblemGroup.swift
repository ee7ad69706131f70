import HoistwayModel

/// Problems that say the same of different things, together: hundreds of one kind would hide the others.
package struct ProblemGroup: Sendable, Equatable {
    /// In the order in which they were told; all of one severity.
    package private(set) var problems: [Problem]

    /// How many of a group are shown unless all are asked for.
    package static let shown = 3

    /// The first ones, and how many more there are.
    package var first: [Problem] { Array(problems.prefix(Self.shown)) }
    package var rest: Int { problems.count - first.count }
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

    /// Two messages are of one kind where they have equally many words, most of which are the same: what differs is the
    /// names in them.
    private static func areAlike(_ left: [Substring], _ right: [Substring]) -> Bool {
        guard left.count == right.count else { return false }
        let same = zip(left, right).count { $0 == $1 }
        return 3 * same >= 2 * left.count
    }
}
