import HoistwayModel
import HoistwayPorts
import HoistwaySettings
import Testing

@testable import HoistwayCommands

struct ProblemLinesTests {
    @Test func `a problem is one line and its hint another, whatever names it tells`() {
        let place = SourcePlace(file: "https://git.test/p@1a2b3c4:a.yaml", line: 3, path: "kind")
        let problem = Problem(severity: .error, place: place, message: "a\nok: 1 project\u{1B}[2J", hint: "b\nc")
        #expect(
            problem.shown == "https://git.test/p@1a2b3c4:a.yaml:3: kind: error: a\\u{a}ok: 1 project\\u{1b}[2J\n"
                + "    hint: b\\u{a}c"
        )
    }

    @Test func `what is wrong with manifests in Git is shown with its hint on a line of its own`() {
        let place = SourcePlace(file: "https://git.test/p@1a2b3c4:a.yaml", line: 3, path: "kind")
        let problem = Problem(severity: .error, place: place, message: "a\n  state    current\u{1B}[2J", hint: "b")
        let view = ManifestSourceView(
            source: "git.test/p@main",
            projects: nil,
            state: .missing,
            commit: nil,
            readAt: nil,
            checkedAt: nil,
            refused: nil,
            problems: [problem.description, "second"]
        )
        #expect(
            ManifestSourceView.list([view]) == """
                git.test/p@main
                  state    missing: nothing is decided until it has been read
                  defines  all projects
                  - https://git.test/p@1a2b3c4:a.yaml:3: kind: error: a
                      state    current\\u{1b}[2J
                        hint: b
                  - second
                """
        )
    }
}
