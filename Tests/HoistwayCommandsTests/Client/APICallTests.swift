import Foundation
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

struct APICallTests {
    @Test func `fields become a query, or a body`() throws {
        let get = try APICall(
            path: "/api/v1/stages?limit=5",
            method: "GET",
            texts: ["project=a b", "contains=x=y"],
            values: ["n=1"]
        )
        #expect(get.path == "stages?limit=5&project=a%20b&contains=x%3Dy&n=1" && get.body == nil)
        let post = try APICall(
            path: "deliveries/retry",
            method: "POST",
            texts: ["a=1"],
            values: ["ids=[17]", "b=true"]
        )
        let body = String(decoding: post.body ?? [], as: UTF8.self).filter { !$0.isWhitespace }
        #expect(body == #"{"a":"1","b":true,"ids":[17]}"#)
        #expect(post.path == "deliveries/retry")
        #expect(
            try APICall(path: "reload", method: "POST").body.map { String(decoding: $0, as: UTF8.self) }?.contains("{")
                == true
        )
    }

    @Test func `a cursor takes the place of the one before`() throws {
        var call = try APICall(path: "stages?cursor=a&limit=1", method: "GET")
        call.set("cursor", "b")
        #expect(call.path == "stages?limit=1&cursor=b")
    }

    @Test(arguments: ["", "/", "https://evil.example.com/", "//evil", "../x", "a/../b", "a b", "a#b", "a\\b", "a\nb"])
    func `a path that could lead elsewhere is refused`(_ path: String) {
        #expect(throws: CommandFailure.self) { try APICall(path: path, method: "GET") }
    }

    @Test func `what is no field is refused`() {
        #expect(throws: CommandFailure.self) { try APICall(path: "stages", method: "GET", texts: ["project"]) }
        #expect(throws: CommandFailure.self) { try APICall(path: "stages", method: "GET", texts: ["=x"]) }
        #expect(throws: CommandFailure.self) { try APICall(path: "stages", method: "GET", values: ["a=soon"]) }
    }
}
