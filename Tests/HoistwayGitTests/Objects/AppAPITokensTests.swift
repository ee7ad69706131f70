import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Logging
import Testing

@testable import HoistwayGit

/// A GitHub App's tokens for GitHub's API, which the room of hosts asks the book of remotes for.
struct AppAPITokensTests {
    private struct OneApp: CredentialBook {
        var login: Credential.Login

        func credential(_ kind: Credential.Kind, for url: String, project: String) -> Credential? {
            Credential(name: "shop/app", project: "shop", kind: kind, login: login)
        }
    }

    private static func book(_ server: ForgeServer, clock: HeldClock, login: Credential.Login? = nil) async throws
        -> RemoteBook
    {
        let key = try await TestProgram.check("openssl", ["genrsa", "2048"]).output
        let app = Credential.Login.githubApp(clientID: "Iv1.abc", installationID: "42", privateKey: Secret(key))
        return RemoteBook(
            settings: GitSettings(
                cachePath: nil,
                hosts: ["127.0.0.1:1": GitSettings.Host(apiURL: server.apiURL)]
            ),
            credentials: OneApp(login: login ?? app),
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private static func token(
        _ book: RemoteBook,
        _ permissions: [String: String],
        refused: Secret? = nil
    ) async throws(GitFailure) -> String {
        try await book.appToken(
            for: "http://127.0.0.1:1/acme/ops.git",
            project: "shop",
            insecureSkipTLSVerify: false,
            permissions: permissions,
            refused: refused
        ).revealText()
    }

    private static func withServer(_ body: (ForgeServer) async throws -> Void) async throws {
        let folder = try TemporaryFolder("hoistway-app")
        defer { folder.remove() }
        let repository = try await GitRepositoryFixture.bare(at: "\(folder.path)/ops.git")
        var options = ForgeServer.Options()
        options.installation = (id: "42", permissions: ["contents": "write", "pull_requests": "write"])
        let server = try await ForgeServer.start(.github, repository: repository, options: options)
        defer { server.stop() }
        try await body(server)
    }

    @Test func `each purpose has a token of its own, kept until it is old or refused`() async throws {
        try await Self.withServer { server in
            let clock = HeldClock()
            let book = try await Self.book(server, clock: clock)
            let pulls = ["contents": "write", "pull_requests": "write"]
            let first = try await Self.token(book, pulls)
            #expect(try await Self.token(book, pulls) == first)
            #expect(try await Self.token(book, ["contents": "write"]) != first)
            let second = try await Self.token(book, pulls, refused: Secret(first))
            #expect(second != first)
            clock.advance(.seconds(41 * 60))
            #expect(try await Self.token(book, pulls) != second)
            // https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
            let asked = server.log.map { String(decoding: $0.request.body, as: UTF8.self) }
            #expect(server.log.first?.line == "POST /api/v3/app/installations/42/access_tokens")
            #expect(asked.count == 4)
            #expect(asked[0].contains(#""pull_requests":"write""#) && asked[0].contains(#""repositories":["ops"]"#))
            #expect(!asked[1].contains("pull_requests"))
            #expect(server.violations.isEmpty)
            await book.close()
        }
    }

    @Test func `a permission that the installation lacks is named, and is not asked for again within a minute`()
        async throws
    {
        try await Self.withServer { server in
            let book = try await Self.book(server, clock: HeldClock())
            for _ in 0..<2 {
                let failure = await #expect(throws: GitFailure.self) {
                    try await Self.token(book, ["statuses": "write"])
                }
                #expect(failure?.message.contains("to be granted statuses: write") == true)
            }
            #expect(server.log.count == 1)
            #expect(try await Self.token(book, ["contents": "write"]).isEmpty == false)
            await book.close()
        }
    }

    @Test func `a credential that is no App makes no token`() async throws {
        try await Self.withServer { server in
            let login = Credential.Login.password(username: "a", password: Secret("hunter22"))
            let book = try await Self.book(server, clock: HeldClock(), login: login)
            await #expect(throws: GitFailure.self) { try await Self.token(book, ["contents": "write"]) }
            #expect(server.log.isEmpty)
            await book.close()
        }
    }
}
