import Foundation
import HoistwayConsole
import HoistwayModel
import Testing

@testable import HoistwayCommands

struct ErrorDocumentTests {
    @Test(arguments: [
        (["get", "stages", "-o", "json"], true), (["get", "stages", "-ojson"], true),
        (["get", "--output", "json", "stages"], true), (["get", "stages", "--output=json"], true),
        (["get", "stages"], false), (["get", "stages", "-o", "yaml"], false),
        (["promote", "--", "-o", "json"], false),
    ])
    func `the command line says how failures are written`(_ arguments: [String], _ isJSON: Bool) {
        #expect((ErrorForm(arguments) == .json) == isJSON)
    }

    @Test func `the console's problem stays as it was, with the exit code`() throws {
        let body = """
            {"type": "urn:hoistway:problem:ambiguous-name", "title": "several things have this name", "status": 409,
             "detail": "two stages", "code": "ambiguous-name", "hint": "name one", "requestId": "r1"}
            """
        let problem = try JSONDecoder().decode(ProblemBody.self, from: Data(body.utf8))
        let failure = CommandFailure.answered(status: 409, problem: problem, message: "two stages", hint: "name one")
        let value = try MachineText.value(ofJSON: ErrorDocument(failure, failure.exitStatus).text)
        #expect(value["code"]?.string == "ambiguous-name" && value["requestId"]?.string == "r1")
        #expect(value["status"] == .number(409) && value["exitCode"] == .number(2))
        #expect(value["type"]?.string == "urn:hoistway:problem:ambiguous-name" && value["hint"]?.string == "name one")
    }

    @Test func `a failure that no server has told has a text and an exit code`() throws {
        let failure = CommandFailure.unreachable(server: "http://a", detail: "closed")
        let value = try MachineText.value(ofJSON: ErrorDocument(failure, failure.exitStatus).text)
        #expect(value["detail"]?.string == "http://a did not answer: closed" && value["exitCode"] == .number(6))
        #expect(value["status"] == nil && value["hint"] != nil)
    }
}
