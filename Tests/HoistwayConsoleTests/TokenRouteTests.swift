import HoistwayCrypto
import HoistwayPorts
import NIOHTTP1
import Testing

@testable import HoistwayConsole

struct TokenRouteTests {
    @Test func `a token is shown once, works at once, and ends when it is deleted`() async throws {
        try await RunningConsole.with { console async throws in
            let made = try await console.post("tokens", #"{"name": "ci", "role": "promote"}"#, as: "admin")
            #expect(made.status == 201)
            let token = try #require(made.body.split(separator: "\"").first { $0.utf8.count == 43 })
            let kept = try #require(try await console.store.tokens().first { $0.name == "ci" })
            #expect(kept.hash == SHA256.hash(String(token)))

            let listed = try await console.get("tokens", as: "admin")
            #expect(listed.body.contains(#""name" : "ci""#))
            #expect(!listed.body.contains(token) && !listed.body.contains("hash"))
            #expect(try await console.post("tokens", #"{"name": "ci", "role": "read"}"#, as: "admin").status == 409)

            #expect(try await console.send(.DELETE, "tokens/ci", as: "admin").status == 200)
            #expect(try await console.store.tokens().allSatisfy { $0.name != "ci" })
            #expect(console.store.auditNow.map(\.action) == ["token create", "token delete"])
            #expect(console.store.auditNow.allSatisfy { $0.actor == "admin" && !$0.detail.contains(token) })
        }
    }

    @Test func `an administrator of one project makes and sees only that project's tokens`() async throws {
        try await RunningConsole.with { console async throws in
            let own = try await console.post("tokens", #"{"name": "mine", "role": "read"}"#, as: "admin-a")
            #expect(own.body.contains(#""project" : "a""#))
            let other = #"{"name": "theirs", "role": "read", "project": "b"}"#
            #expect(try await console.post("tokens", other, as: "admin-a").status == 403)
            #expect(try await console.send(.DELETE, "tokens/read-b", as: "admin-a").status == 404)
            #expect(try await console.send(.DELETE, "tokens/admin", as: "admin-a").status == 404)
            #expect(try await !console.get("tokens", as: "admin-a").body.contains(#""name" : "read-b""#))
        }
    }

    @Test func `the last token that may do everything stays`() async throws {
        try await RunningConsole.with { console async throws in
            #expect(try await console.send(.DELETE, "tokens/admin", as: "admin").status == 409)
            #expect(try await console.send(.DELETE, "tokens/admin-a", as: "admin").status == 200)
        }
    }

    @Test(arguments: ["", "a b", "../x", "ü", String(repeating: "x", count: 65)])
    func `a name that could do harm in a path or a log is refused`(_ name: String) async throws {
        try await RunningConsole.with { console async throws in
            let body = #"{"name": "\#(name)", "role": "read"}"#
            #expect(try await console.post("tokens", body, as: "admin").status == 400)
        }
    }
}
