import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayForge

/// The settings of a Git host hold for its API.
struct ForgeTransportTests {
    /// The fixture's server behind TLS, at `https://127.0.0.1:PORT/acme/ops.git`.
    private static func withTLS(
        _ body: (_ url: String, _ authority: String, ForgeFixture) async throws -> Void
    ) async throws {
        try await ForgeFixture.with(.github) { fixture in
            var options = GitHTTPServer.Options()
            options.usesTLS = true
            options.extraDirectives = "location /api/ { proxy_pass http://127.0.0.1:\(fixture.server.port); }"
            let front = try await GitHTTPServer.start(root: fixture.folder.path, options: options)
            defer { front.stop() }
            try await body(front.url(for: "acme/ops.git"), try #require(front.caFile), fixture)
        }
    }

    private static func latest(
        _ url: String,
        _ settings: ForgeSettings,
        skipsVerification: Bool = false
    ) async throws -> ListedPullRequests {
        let book = ForgeBook(
            settings: settings,
            credentials: OneCredential(login: .password(username: "bot", password: Secret(ForgeServer.token))),
            clock: ManualClock(),
            appTokens: NoApp()
        )
        return try await book.forge(
            url,
            provider: "github",
            project: "shop",
            insecureSkipTLSVerify: skipsVerification
        ).latest(10)
    }

    @Test func `a host's own authority is trusted where caFile names it, and nowhere else`() async throws {
        try await Self.withTLS { url, authority, fixture in
            let pull = try await fixture.open()
            let host = try #require(url.split(separator: "/").dropFirst().first.map(String.init))
            let trusting = ForgeSettings(hosts: [host: ForgeSettings.Host(caFile: authority)])
            #expect(try await Self.latest(url, trusting).map(\.number) == [pull.number])
            #expect(try await Self.latest(url, ForgeSettings(), skipsVerification: true).count == 1)
            let failure = await #expect(throws: ForgeFailure.self) { try await Self.latest(url, ForgeSettings()) }
            #expect(failure?.message.contains("is not trusted: name the file of its authority as caFile") == true)
        }
    }

    @Test func `requests go through the host's proxy`() async throws {
        let proxy = try ScriptedServer { _ in
            [ScriptedServer.http("200 OK", type: "application/json", Array("[]".utf8))]
        }
        defer { proxy.stop() }
        let settings = ForgeSettings(
            hosts: [
                "git.example.test": ForgeSettings.Host(
                    proxy: ForgeSettings.Proxy(host: "127.0.0.1", port: proxy.port)
                )
            ],
            allowInsecureHTTP: true
        )
        #expect(try await Self.latest("http://git.example.test/acme/ops.git", settings).isEmpty)
        let head = try #require(proxy.received.first).head
        #expect(head.hasPrefix("GET http://git.example.test/api/v3/repos/acme/ops/pulls?"))
    }

    @Test func `an answer without an end, and one that is too long, are given up`() async throws {
        let slow = try ScriptedServer { _ in
            [.send(Array("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n[".utf8)), .trickle([0x20])]
        }
        defer { slow.stop() }
        let long = try ScriptedServer { _ in
            [
                .send(Array("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".utf8)),
                .flood(Array("10000\r\n".utf8) + [UInt8](repeating: 0x20, count: 0x10000) + [0x0D, 0x0A], times: 300),
            ]
        }
        defer { long.stop() }
        let late = await #expect(throws: ForgeFailure.self) {
            try await Self.latest(
                "http://127.0.0.1:\(slow.port)/acme/ops",
                ForgeSettings(requestTimeout: .milliseconds(300))
            )
        }
        guard case .unreachable? = late else { throw TestServerError.failed("a slow answer", detail: "\(late as Any)") }
        let large = await #expect(throws: ForgeFailure.self) {
            try await Self.latest("http://127.0.0.1:\(long.port)/acme/ops", ForgeSettings())
        }
        guard case .garbage? = large else { throw TestServerError.failed("a long answer", detail: "\(large as Any)") }
    }
}
