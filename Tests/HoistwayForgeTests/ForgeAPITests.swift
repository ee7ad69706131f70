import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayForge

/// What holds for the API of every host, shown at GitHub's.
struct ForgeAPITests {
    @Test func `a wrong token is sent once a minute, whoever asks`() async throws {
        try await ForgeFixture.with(.github) { fixture in
            fixture.server.revoke()
            let forge = try fixture.forge()
            await #expect(throws: ForgeFailure.unauthenticated(host: fixture.asked, detail: "Bad credentials")) {
                try await forge.latest(1)
            }
            let second = await #expect(throws: ForgeFailure.self) { try await forge.latest(2) }
            guard case .notAsked? = second else {
                throw TestServerError.failed("the guard", detail: "\(second as Any)")
            }
            #expect(fixture.server.log.count == 1)
            fixture.clock.advance(.seconds(61))
            await #expect(throws: ForgeFailure.unauthenticated(host: fixture.asked, detail: "Bad credentials")) {
                try await forge.latest(1)
            }
        }
    }

    @Test(
        arguments: [
            // https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
            (429, ["retry-after": "30"], "too many", 30), (403, ["retry-after": "45"], "wait", 45),
            (403, ["x-ratelimit-remaining": "0", "x-ratelimit-reset": "1790000090"], "API rate limit exceeded", 90),
            (403, [:], "You have exceeded a secondary rate limit", 60),
            // https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/
            (429, ["ratelimit-remaining": "0", "ratelimit-reset": "1790000020"], "Retry later", 20),
            (503, ["retry-after": "10"], "maintenance", 10),
        ] as [(Int, [String: String], String, Int)]
    )
    func `a used-up quota keeps all requests of the login back until it is renewed`(
        _ status: Int,
        _ headers: [String: String],
        _ words: String,
        _ seconds: Int
    ) async throws {
        try await ForgeFixture.with(.github) { fixture in
            let forge = try fixture.forge()
            fixture.server.inject(
                .answer(ForgeServerAnswer(status, ["message": .string(words)], headers: headers))
            )
            let limited = ForgeFailure.limited(host: fixture.asked, pause: .seconds(seconds))
            await #expect(throws: limited) { try await forge.latest(1) }
            await #expect(throws: limited) { try await forge.pullRequest(1) }
            #expect(fixture.server.log.count == 1)
            fixture.clock.advance(.seconds(seconds))
            #expect(try await forge.latest(1).isEmpty)
        }
    }

    @Test func `the last request of a quota is answered, and the next one waits`() async throws {
        try await ForgeFixture.with(.github) { fixture in
            let forge = try fixture.forge()
            fixture.server.inject(
                .answer(
                    ForgeServerAnswer(
                        200,
                        [],
                        headers: ["x-ratelimit-remaining": "0", "x-ratelimit-reset": "1790000010"]
                    )
                )
            )
            #expect(try await forge.latest(1).isEmpty)
            await #expect(throws: ForgeFailure.limited(host: fixture.asked, pause: .seconds(10))) {
                try await forge.latest(1)
            }
        }
    }

    @Test func `a login that was refused rests, until somebody asks for it`() async throws {
        try await ForgeFixture.with(.github) { fixture in
            let forge = try fixture.forge()
            fixture.server.inject(.answer(ForgeServerAnswer(401, ["message": "Bad credentials"])))
            await #expect(throws: ForgeFailure.self) { try await forge.latest(1) }
            let url = fixture.server.kind.url
            fixture.book.liftRefusals(of: RepositoryIdentity(url + "-other"))
            let failure = await #expect(throws: ForgeFailure.self) { try await forge.latest(1) }
            guard case .notAsked = failure else { throw failure ?? .notFound(host: "", what: "") }
            fixture.book.liftRefusals(of: RepositoryIdentity(url))
            #expect(try await forge.latest(1).isEmpty)
        }
    }

    @Test func `a refusal that is no quota says what the token lacks`() async throws {
        try await ForgeFixture.with(.github) { fixture in
            fixture.server.inject(.answer(ForgeServerAnswer(403, ["message": "Resource not accessible"])))
            let failure = await #expect(throws: ForgeFailure.self) { try await fixture.forge().latest(1) }
            #expect(failure?.hint?.contains("Pull requests") == true)
        }
    }

    @Test func `a host that fails, and one that cuts the connection, are tried again by whoever wants to`()
        async throws
    {
        try await ForgeFixture.with(.github) { fixture in
            let forge = try fixture.forge()
            fixture.server.inject(.answer(ForgeServerAnswer(502, ["message": "Server Error"])))
            let failed = await #expect(throws: ForgeFailure.self) { try await forge.latest(1) }
            #expect(failed == .serverError(host: fixture.asked, status: 502, detail: "Server Error"))
            #expect(failed?.retry == .backoff)
            fixture.server.inject(.cut, method: "POST")
            let cut = await #expect(throws: ForgeFailure.self) { try await fixture.open() }
            guard case .unreachable? = cut else { throw TestServerError.failed("cutting", detail: "\(cut as Any)") }
            // A request that may have done something is never sent twice.
            #expect(fixture.server.log.filter { $0.request.method == "POST" }.count == 1)
        }
    }

    @Test func `the credential follows no redirect to another host`() async throws {
        try await ForgeFixture.with(.github) { fixture in
            fixture.server.inject(
                .answer(ForgeServerAnswer(307, headers: ["location": "https://evil.example/repos/acme/ops/pulls"]))
            )
            let failure = await #expect(throws: ForgeFailure.self) { try await fixture.forge().latest(1) }
            #expect(failure?.message.contains("redirects to evil.example, where the credential must not go") == true)
        }
    }

    @Test(arguments: ForgeServer.Kind.allCases)
    func `no secret comes back in a failure, whoever repeats it`(_ kind: ForgeServer.Kind) async throws {
        try await ForgeFixture.with(kind) { fixture in
            _ = try await fixture.forge().latest(1)
            let header = try #require(fixture.server.log.first?.request.headers["authorization"])
            let sent = try #require(header.split(separator: " ").last.map(String.init))
            for status in [401, 403, 422, 500] {
                let echo = "sent \(header), so \(sent), of \(ForgeServer.token)"
                fixture.server.inject(.answer(ForgeServerAnswer(status, ["message": .string(echo)])))
                let failure = await #expect(throws: ForgeFailure.self) { try await fixture.forge().latest(1) }
                let told = try #require(failure.map { "\($0)" })
                #expect(told.contains("***"))
                #expect(!told.contains(ForgeServer.token) && !told.contains(sent))
                fixture.clock.advance(.seconds(120))
            }
        }
    }

    @Test(arguments: [
        "null", "[]", "{}", "\"x\"", "[{\"number\":1}]", "[[[[[", "{\"number\":\"1\"}", "\u{0}",
        #"{"number":0,"html_url":"https://h/0","state":"open","head":{"ref":"a","sha":""},"base":{"ref":"b","sha":""}}"#,
        #"{"number":1,"html_url":"https://h/1","state":"odd","head":{"ref":"a","sha":""},"base":{"ref":"b","sha":""}}"#,
    ])
    func `an answer that is not what the API promises is refused`(_ body: String) async throws {
        let server = try await OddAnswer.start(body)
        defer { server.stop() }
        let book = ForgeBook(
            settings: ForgeSettings(hosts: [
                "127.0.0.1:1": ForgeSettings.Host(apiURL: "http://127.0.0.1:\(server.port)")
            ]),
            credentials: OneCredential(login: .password(username: "", password: Secret("token-1234"))),
            clock: ManualClock(),
            appTokens: NoApp()
        )
        let forge = try book.forge(ForgeFixture.url, provider: "github", project: "p", insecureSkipTLSVerify: false)
        let failure = await #expect(throws: ForgeFailure.self) { try await forge.pullRequest(1) }
        guard case .garbage? = failure else { throw TestServerError.failed("reading", detail: "\(failure as Any)") }
    }

    @Test func `the same repository and credential have one forge, until the credential is another one`() throws {
        let first = OneCredential(login: .password(username: "a", password: Secret("one-12345")))
        let book = ForgeBook(settings: ForgeSettings(), credentials: first, clock: ManualClock(), appTokens: NoApp())
        func forge() throws -> ForgeAPI {
            let forge = try book.forge(
                "https://github.com/acme/ops",
                provider: nil,
                project: "shop",
                insecureSkipTLSVerify: false
            )
            return try #require(forge as? GitHubForge).api
        }
        let made = try forge()
        #expect(try forge() === made)
        book.replace(settings: ForgeSettings(), credentials: first)
        #expect(try forge() === made)
        book.replace(
            settings: ForgeSettings(),
            credentials: OneCredential(login: .password(username: "a", password: Secret("two-12345")))
        )
        #expect(try forge() !== made)
    }

    @Test func `without a token nothing is sent, and it is said what is missing`() throws {
        let none = ForgeBook(
            settings: ForgeSettings(),
            credentials: OneCredential(login: nil),
            clock: ManualClock(),
            appTokens: NoApp()
        )
        let failure = #expect(throws: ForgeFailure.self) {
            try none.forge("https://github.com/acme/ops", provider: nil, project: "shop", insecureSkipTLSVerify: false)
        }
        #expect(failure?.message.contains("project shop has no Secret") == true)
        let key = ForgeBook(
            settings: ForgeSettings(),
            credentials: OneCredential(login: .sshKey(Secret("key"))),
            clock: ManualClock(),
            appTokens: NoApp()
        )
        let refused = #expect(throws: ForgeFailure.self) {
            try key.forge("git@github.com:acme/ops.git", provider: nil, project: "shop", insecureSkipTLSVerify: false)
        }
        #expect(refused?.hint == "write repoURL as https, and give it a token")
    }

    @Test
    func `a GitHub App's token is asked for with the permissions of the request, and anew where it was withdrawn`()
        async throws
    {
        let app = CountingApp()
        var options = ForgeServer.Options()
        options.tokens = ["app-token-1": nil, "app-token-2": nil]
        try await ForgeFixture.with(
            .github,
            options: options,
            credential: .githubApp(clientID: "Iv1", installationID: "7", privateKey: Secret("key")),
            appTokens: app
        ) { fixture in
            let pull = try await fixture.open()
            #expect(app.asked.last?.permissions == ["contents": "write", "pull_requests": "write"])
            fixture.server.revoke("app-token-1")
            let head = try #require(pull.head)
            try await fixture.forge().set(CommitStatus(state: .success, context: "x", description: ""), on: head)
            #expect(app.asked.last?.permissions == ["statuses": "write"])
            #expect(app.refused == ["app-token-1"])
        }
    }
}

/// Gives numbered tokens; another one for each that was refused.
private final class CountingApp: AppTokens {
    private let state = Mutex((number: 1, asked: [AppTokenRequest](), refused: [String]()))

    var asked: [AppTokenRequest] { state.withLock { $0.asked } }
    var refused: [String] { state.withLock { $0.refused } }

    func token(_ request: AppTokenRequest, refused: Secret?) async throws(GitFailure) -> Secret {
        state.withLock { state in
            state.asked.append(request)
            if let refused {
                state.refused.append(refused.revealText())
                state.number += 1
            }
            return Secret("app-token-\(state.number)")
        }
    }
}

/// Answers every request with 200 and these bytes.
private enum OddAnswer {
    static func start(_ body: String) async throws -> ScriptedServer {
        let bytes =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
        return try ScriptedServer { _ in [.send(Array(bytes.utf8))] }
    }
}
