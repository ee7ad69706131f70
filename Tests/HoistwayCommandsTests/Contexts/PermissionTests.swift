import Foundation
import HoistwayConsole
import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayCommands

struct PermissionTests {
    private func caller(_ role: TokenRole, _ project: String? = nil) throws -> CallerView {
        let project = project.map { ", \"project\": \"\($0)\"" } ?? ""
        let text =
            #"{"name": "ci", "role": "\#(role.rawValue)", "createdAt": "2026-01-01T00:00:00Z", "version": "1"\#(project)}"#
        return try JSONDecoder().decode(CallerView.self, from: Data(text.utf8))
    }

    private func allows(_ verb: String, _ kind: String, _ caller: CallerView, project: String? = nil) throws -> Bool {
        try Permission(verb, kind).refusal(of: caller, project: project) == nil
    }

    @Test func `the table of operations decides which role is needed`() throws {
        for (verb, kind, least) in [
            ("list", "stages", TokenRole.read), ("get", "stage", .read), ("promote", "stage", .promote),
            ("promote", "freight", .promote), ("abort", "promotion", .promote), ("create", "token", .admin),
            ("list", "audit", .admin), ("reload", "configuration", .admin), ("watch", "events", .read),
        ] {
            for role in TokenRole.allCases {
                #expect(try allows(verb, kind, caller(role)) == (role >= least), "\(verb) \(kind) \(role)")
            }
        }
    }

    @Test func `a token for one project may nothing in another, nor what is about all`() throws {
        let own = try caller(.admin, "a")
        #expect(try allows("promote", "stage", own))
        #expect(try allows("promote", "stage", own, project: "a"))
        #expect(try !allows("promote", "stage", own, project: "b"))
        #expect(try !allows("reload", "configuration", own))
        #expect(try allows("promote", "stage", caller(.admin), project: "b"))
    }

    @Test func `words that nobody knows are errors with a guess`() throws {
        let verb = #expect(throws: CommandFailure.self) { try Permission("promot", "stage") }
        #expect(verb?.hint == "did you mean promote?")
        let kind = #expect(throws: CommandFailure.self) { try Permission("promote", "stag") }
        #expect(kind?.hint == "did you mean stage?")
        #expect(kind?.exitStatus == .usage)
    }

    @Test func `versions that differ are named, equal and unknown ones are not`() {
        #expect(VersionNotice.text(client: "1", server: "1") == nil)
        #expect(VersionNotice.text(client: "1", server: nil) == nil)
        #expect(VersionNotice.text(client: "1", server: "2") == "note: the server has version 2, this program 1")
    }
}
