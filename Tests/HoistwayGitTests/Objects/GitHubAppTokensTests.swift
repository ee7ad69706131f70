import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayGit

struct GitHubAppTokensTests {
    /// Mints `token-1`, `token-2` and so on, and remembers what it was asked.
    private final class Forge: Sendable {
        let requests = Mutex<[String]>([])
        let status: String

        init(status: String = "201 Created") {
            self.status = status
        }

        func start() throws -> ScriptedServer {
            try ScriptedServer { request in
                let count = self.requests.withLock { requests in
                    requests.append(request)
                    return requests.count
                }
                let body = #"{"token": "token-\#(count)", "expires_at": "2026-11-21T13:00:00Z"}"#
                return [ScriptedServer.http(self.status, type: "application/json", Array(body.utf8))]
            }
        }
    }

    private static func tokens(
        _ apiURL: String,
        clock: HeldClock = HeldClock(),
        url: String = "https://github.com/acme/app.git"
    ) async throws -> GitHubAppTokens {
        let key = try await TestProgram.check("openssl", ["genrsa", "2048"]).output
        return try GitHubAppTokens(
            app: GitHubApp(clientID: "Iv1.abc", installationID: "42", privateKey: Secret(key)),
            address: GitAddress(url),
            apiURL: apiURL,
            options: GitTransportOptions(),
            clock: clock
        )
    }

    @Test func `a token is minted once, again when it is refused, and again when it is old`() async throws {
        let forge = Forge()
        let server = try forge.start()
        defer { server.stop() }
        let clock = HeldClock()
        let tokens = try await Self.tokens("http://127.0.0.1:\(server.port)", clock: clock)
        let first = try await withThrowingTaskGroup(of: GitTransportOptions.Login.self) { group in
            for _ in 0..<8 { group.addTask { try await tokens.login(refused: nil) } }
            return try await group.reduce(into: [String]()) { $0.append($1.password.revealText()) }
        }
        #expect(Set(first) == ["token-1"])
        let login = try await tokens.login(refused: nil)
        #expect(login.username == "x-access-token")
        let second = try await tokens.login(refused: login)
        #expect(second.password.revealText() == "token-2")
        // Somebody else's late complaint about the first one changes nothing.
        #expect(try await tokens.login(refused: login) == second)
        clock.advance(.seconds(41 * 60))
        #expect(try await tokens.login(refused: nil).password.revealText() == "token-3")
        let asked = forge.requests.withLock { $0 }
        let head = try #require(asked.first)
        #expect(head.hasPrefix("POST /app/installations/42/access_tokens "))
        let lines = head.split(separator: "\r\n")
        let proof = lines.first { $0.lowercased().hasPrefix("authorization: bearer ") }
        #expect(proof?.split(separator: ".").count == 3)
    }

    @Test func `a refusal says what was refused and shows no secret`() async throws {
        let server = try Forge(status: "401 Unauthorized").start()
        defer { server.stop() }
        let tokens = try await Self.tokens("http://127.0.0.1:\(server.port)")
        let failure = await #expect(throws: GitFailure.self) { try await tokens.login(refused: nil) }
        guard case .unauthorized = failure else { return #expect(Bool(false), "\(String(describing: failure))") }
        #expect(failure?.message.contains("token-1") == false)
    }

    @Test func `a token is asked for only where it can be kept secret and used`() async throws {
        await #expect(throws: GitFailure.self) { try await Self.tokens("http://api.example.com") }
        await #expect(throws: GitFailure.self) {
            try await Self.tokens("https://api.example.com", url: "git@github.com:acme/app.git")
        }
    }
}
