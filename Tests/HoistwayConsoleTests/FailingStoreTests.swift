import HoistwayPorts
import NIOHTTP1
import Testing

@testable import HoistwayConsole

/// What the console answers while its store fails.
struct FailingStoreTests {
    private static let requests: [(HTTPMethod, String, String?)] = [
        (.GET, "stages", nil), (.GET, "tokens", nil), (.GET, "audit", nil), (.GET, "events?timeout=1", nil),
        (.POST, "tokens", #"{"name": "ci", "role": "read"}"#), (.DELETE, "tokens/read", nil),
        (.POST, "projects/a/stages/test/promotions", #"{"freight": "wavy-a"}"#), (.POST, "sign-in-links", nil),
    ]

    @Test(arguments: requests)
    func `a failing store is a problem with 503, and nothing is done`(
        _ method: HTTPMethod,
        _ path: String,
        _ body: String?
    ) async throws {
        try await RunningConsole.with { console async throws in
            console.store.fail(with: .full(path: "/var/lib/hoistway/state.db"))
            let answer = try await console.send(method, path, as: "admin", body: body)
            #expect(answer.status == 503)
            #expect(answer.headers.first(name: "Content-Type") == "application/problem+json")
            #expect(answer.headers.first(name: "Retry-After") == "5")
            #expect(answer.body.contains(#""code" : "unavailable""#))
            #expect(console.pipelines.told.isEmpty)
            #expect(console.store.auditNow.isEmpty)
        }
    }

    @Test func `a token is made or deleted together with its record`() async throws {
        try await RunningConsole.with { console async throws in
            #expect(try await console.post("tokens", #"{"name": "ci", "role": "read"}"#, as: "admin").status == 201)
            #expect(try await console.send(.DELETE, "tokens/ci", as: "admin").status == 200)
            let trail = console.store.auditNow
            #expect(trail.map(\.action) == ["token create", "token delete"])
            #expect(trail.allSatisfy { $0.object == AuditObject(.token, "ci") && $0.actor == "admin" })
        }
    }
}
