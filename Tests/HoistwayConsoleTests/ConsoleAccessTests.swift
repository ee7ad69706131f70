import HoistwayTestServers
import NIOHTTP1
import Testing

@testable import HoistwayConsole

struct ConsoleAccessTests {
    @Test func `without a token, or with one that nobody made, there is only 401 and how to ask`() async throws {
        try await RunningConsole.with { console async throws in
            #expect(try await console.get("no-such-route", as: nil).status == 401)
            for token in [nil, "nobody"] {
                let answer = try await console.get("stages", as: token)
                #expect(answer.status == 401)
                #expect(answer.headers.first(name: "WWW-Authenticate") == "Bearer realm=\"hoistway\"")
                #expect(answer.body.contains("\"detail\" : \"no valid token\""))
            }
        }
    }

    @Test func `a name that is not ours in Host is refused before the token is looked at`() async throws {
        try await RunningConsole.with { console async throws in
            let foreign = try await console.send(.GET, "stages", as: "admin", host: "evil.test")
            #expect(foreign.status == 421)
            #expect(foreign.body.contains("console.publicURL"))
            let ours = try await console.send(.GET, "stages", as: "admin", host: "hoistway.example.com")
            #expect(ours.status == 200)
        }
    }

    // S13
    @Test(arguments: [
        "localhost:1@evil", "evil@localhost", "localhost:x", "localhost:99999", "::1", "localhost/x", "a b",
    ])
    func `a Host that is no host is malformed, whatever it begins with`(_ host: String) async throws {
        try await RunningConsole.with { console async throws in
            let answer = try await console.send(.GET, "stages", as: "admin", host: host)
            #expect(answer.status == 400)
            #expect(answer.body.contains("Host header"))
        }
    }

    // S13
    @Test(arguments: [
        HostileHTTPBehaviour.twoHosts, .hostWithUser, .noHost, .absoluteTarget, .twoContentTypes,
        .emptyTransferEncoding, .chunksInOldVersion, .http2Preface,
    ])
    func `what a proxy may read in another way is refused once, and the connection ends`(
        _ behaviour: HostileHTTPBehaviour
    ) async throws {
        try await RunningConsole.with { console async throws in
            let report = try await HostileHTTPClient(port: console.port).run(behaviour, path: "/api/v1/stages")
            #expect(report.statuses.isEmpty ? behaviour == .http2Preface : report.statuses == ["400"])
            #expect(report.isEnded)
            #expect(try await console.get("stages", as: "read").status == 200)
        }
    }

    @Test func `each change needs the role promote, and administration needs admin`() async throws {
        let promote = [
            ("promote", #"{"stage": "test", "freight": "f"}"#), ("abort", #"{"promotion": "prod.a"}"#),
            ("approve", #"{"stage": "test", "freight": "f"}"#), ("adopt", #"{"stage": "test"}"#),
            ("refresh", #"{"warehouse": "a/main"}"#), ("deliveries/retry", #"{"ids": [1]}"#),
            ("promotions/retry", #"{"failed": true}"#), ("verify", #"{"stage": "test"}"#),
        ]
        try await RunningConsole.with { console async throws in
            for (route, body) in promote {
                #expect(try await console.post(route, body, as: "read").status == 403, "\(route)")
                #expect(try await console.post(route, body, as: "promote").status < 300, "\(route)")
                #expect(try await console.post(route, body, as: "admin").status < 300, "\(route)")
            }
            #expect(console.pipelines.told.count == 2 * promote.count)
            for token in ["read", "promote"] {
                #expect(try await console.post("reload", "", as: token).status == 403)
                #expect(try await console.get("tokens", as: token).status == 403)
                #expect(try await console.get("audit", as: token).status == 403)
                #expect(
                    try await console.post("tokens", #"{"name": "x", "role": "read"}"#, as: token).status == 403
                )
                #expect(try await console.send(.DELETE, "tokens/read", as: token).status == 403)
            }
            #expect(try await console.post("reload", "", as: "admin").status == 200)
        }
    }

    @Test func `answers may not be kept, framed or guessed by a browser`() async throws {
        try await RunningConsole.with { console async throws in
            for (token, kept) in [(nil, "no-store"), ("read", "private, no-cache")] {
                let headers = try await console.get("stages", as: token).headers
                #expect(headers.first(name: "Cache-Control") == kept)
                #expect(headers.first(name: "X-Request-Id")?.isEmpty == false)
                #expect(headers.first(name: "X-Content-Type-Options") == "nosniff")
                #expect(headers.first(name: "Content-Security-Policy")?.contains("default-src 'none'") == true)
            }
        }
    }
}
