import ArgumentParser
import Foundation
import HoistwayConsole
import Testing

@testable import HoistwayCommands

struct ExitStatusTests {
    @Test(arguments: [
        (200, 0), (201, 0), (400, 2), (401, 4), (403, 4), (404, 1), (409, 3), (421, 1), (500, 1), (503, 1),
    ])
    func `the console's answer decides the exit status`(_ answered: Int, _ exit: Int32) {
        #expect(CommandFailure.answered(status: answered, message: "", hint: nil).exitStatus.rawValue == exit)
    }

    @Test func `the reference page has the exit code of each problem`() throws {
        let page = try String(
            contentsOf: URL(filePath: #filePath).appending(path: "../../../Sources/hoistway/Documentation.docc/API.md")
                .standardized,
            encoding: .utf8
        )
        for code in ProblemCode.allCases {
            let line = "| `\(code.rawValue)` | \(code.status) | \(ExitStatus(code).rawValue) |"
            #expect(page.contains(line), "\(line)")
        }
    }

    @Test func `a time-out and a server that cannot be reached have codes of their own`() {
        #expect(CommandFailure.timedOut("late", hint: nil).exitStatus.rawValue == 5)
        #expect(CommandFailure.unreachable(server: "http://a", detail: "closed").exitStatus.rawValue == 6)
    }

    @Test func `the page of the command line and its help have each exit code`() throws {
        let page = try String(
            contentsOf: URL(filePath: #filePath)
                .appending(path: "../../../Sources/hoistway/Documentation.docc/CommandLine.md").standardized,
            encoding: .utf8
        )
        for status in ExitStatus.allCases { #expect(page.contains("\n| \(status.rawValue) | "), "\(status)") }
        let help = Hoistway.helpMessage(columns: 10_000)
        for status in ExitStatus.allCases where status != .interrupted {
            #expect(help.contains("\(status.rawValue)"), "\(status)")
        }
    }
}
