import HoistwayModel
import Testing

@testable import HoistwayCommands

struct HeaderFileTests {
    @Test func `headers are read whatever ends their lines, with blanks and colons in values`() throws {
        let text = "X-GitHub-Event: push\r\nX-Empty:\r\n\nX-Time:  10:41:00  \n"
        #expect(
            try HeaderFile.parse(Array(text.utf8), path: "headers") == [
                HeaderLine("X-GitHub-Event", "push"), HeaderLine("X-Empty", ""), HeaderLine("X-Time", "10:41:00"),
            ]
        )
    }

    @Test(arguments: ["push", ": push", "A: b\nno colon"])
    func `a line that is no header is told with its number`(_ text: String) {
        let error = #expect(throws: CommandFailure.self) {
            try HeaderFile.parse(Array(text.utf8), path: "headers")
        }
        #expect(error?.message.contains("headers cannot be read: line \(text.contains("\n") ? 2 : 1) ") == true)
    }

    @Test func `a file that is not text is refused`() {
        #expect(throws: CommandFailure.unreadable(path: "headers", detail: "it is not UTF-8")) {
            try HeaderFile.parse([0xFF], path: "headers")
        }
    }
}
