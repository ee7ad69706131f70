import HoistwayModel
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
}
