import HoistwayPorts
import NIOHTTP1
import Testing

@testable import HoistwayConsole

struct CallerRouteTests {
    @Test func `each token learns its own name, role and project`() async throws {
        try await RunningConsole.with { console async throws in
            for token in RunningConsole.tokens {
                let answer = try await console.get("whoami", as: token.name)
                #expect(answer.status == 200)
                #expect(answer.body.contains(#""name" : "\#(token.name)""#))
                #expect(answer.body.contains(#""role" : "\#(token.role.rawValue)""#))
                #expect(answer.body.contains(#""project""#) == (token.project != nil))
                #expect(!answer.body.contains("hash"))
            }
            #expect(try await console.get("whoami", as: nil).status == 401)
            #expect(try await console.send(.POST, "whoami", as: "admin").status == 405)
        }
    }

    @Test func `answers name the version of the server`() async throws {
        try await RunningConsole.with { console async throws in
            for path in ["stages", "openapi.json"] {
                let answer = try await console.get(path, as: "read")
                #expect(answer.headers.first(name: "Hoistway-Version") == "0")
            }
        }
    }
}
