import HoistwayModel
import Testing

@testable import HoistwaySettings

/// C9: problems of one kind are shown together, and none of another kind is hidden by them.
struct ProblemGroupTests {
    private func problem(_ message: String, line: Int, _ severity: Problem.Severity = .error) -> Problem {
        Problem(severity: severity, place: SourcePlace(file: "f\(line % 2)", line: line), message: message)
    }

    @Test func `what differs in names only is one group, in the order of the first`() {
        let many = (1...620).map {
            problem("the step \($0 % 2 == 0 ? "http" : "helm-template") is not supported yet", line: $0)
        }
        let others = [
            problem("a stage needs a name", line: 700), problem("unknown key 'x'", line: 701, .warning),
            problem("unknown key 'y'", line: 702, .warning), problem("unknown key 'x'", line: 703),
        ]
        let groups = ProblemGroup.all(of: many + others)
        #expect(groups.map(\.problems.count) == [620, 1, 2, 1])
        #expect(groups[0].first.map(\.place.line) == [1, 2, 3])
        #expect(groups[0].rest == 617)
        #expect(groups[0].files == 2)
        #expect(groups[2].rest == 0)
        #expect(groups.flatMap(\.problems).count == 624)
    }

    @Test func `each message of a group is shown before one is shown twice, and the names of the rest are listed`() {
        let names = ["A", "A", "A", "B", "A", "C", "D", "A", "E"]
        let group = ProblemGroup.all(
            of: names.enumerated().map { problem("the environment has no '\($1)'", line: $0) }
        )
        #expect(group.map { $0.first.map(\.place.line) } == [[0, 3, 5]])
        #expect(group.map(\.rest) == [6])
        #expect(group.map(\.furtherNames) == [["'D'", "'E'"]])
        let many = ProblemGroup.all(of: (1...90).map { problem("the environment has no '\($0)'", line: $0) })
        #expect(many.map(\.furtherNames.count) == [ProblemGroup.listed])
    }

    @Test func `different sentences of one length are not put together`() {
        let groups = ProblemGroup.all(of: [
            problem("repoURL is missing", line: 1), problem("spec is missing", line: 2),
            problem("the interval is below a second", line: 3), problem("freight of main is requested twice", line: 4),
        ])
        #expect(groups.count == 3)
    }
}
