import HoistwayModel
import HoistwayPorts
import HoistwayRegistry
import Testing

/// What a real registry does not do when asked to.
struct RegistryProtocolTests {
    static let manifestTypes: Set<String> = [
        "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    ]

    /// Asks a fake for the digest of `app:1`.
    func digest(
        _ options: RegistryOptions = RegistryOptions(),
        login: (username: String, password: String)? = nil,
        times: Int = 1,
        _ script: @escaping FakeRegistry.Script
    ) async throws -> (digest: String?, requests: [FakeRegistry.Request]) {
        let server = try await FakeRegistry.start(script)
        defer { server.stop() }
        let wanted = RegistryFixture.subscription(server.host, "team/app")
        let logins = login.map { [wanted.repoURL: $0] } ?? [:]
        let client = RegistryFixture.client(options, logins: logins)
        var digest: String?
        for _ in 0..<times { digest = try await client.digest(of: "1", in: wanted) }
        return (digest, server.requests)
    }

    func failure(
        _ options: RegistryOptions = RegistryOptions(),
        login: (username: String, password: String)? = nil,
        _ script: @escaping FakeRegistry.Script
    ) async throws -> RegistryFailure? {
        await #expect(throws: RegistryFailure.self) { _ = try await digest(options, login: login, script) }
    }

    @Test func `a digest that is known costs one HEAD that takes all kinds of manifest`() async throws {
        let result = try await digest(times: 2) { _ in
            .json(RegistryFixture.manifest, ("Docker-Content-Digest", RegistryFixture.digest))
        }
        #expect(result.digest == RegistryFixture.digest)
        // The manifest itself is read once, to see whether it is an image.
        #expect(result.requests.map(\.method) == ["HEAD", "GET", "HEAD"])
        #expect(result.requests.first?.uri == "/v2/team/app/manifests/1")
        #expect(result.requests.first.map { Set($0.accepts) } == Self.manifestTypes)
    }

    @Test func `without the header the digest is computed`() async throws {
        let result = try await digest { _ in .json(RegistryFixture.manifest) }
        #expect(result.digest == RegistryFixture.digest)
        #expect(result.requests.map(\.method) == ["HEAD", "GET"])
    }

    @Test func `a digest that is none, or not that of the bytes, is refused`() async throws {
        let short = try await failure { _ in .json("", ("Docker-Content-Digest", "sha256:abc")) }
        expectMalformed(short)
        let server = try await FakeRegistry.start { _ in
            .json("{}", ("Docker-Content-Digest", RegistryFixture.digest))
        }
        defer { server.stop() }
        let wanted = RegistryFixture.subscription(server.host, "team/app")
        let client = RegistryFixture.client()
        let failure = await #expect(throws: RegistryFailure.self) {
            try await client.createdAt(of: "1", in: wanted)
        }
        expectMalformed(failure)
    }

    // T9
    @Test(arguments: [400, 403, 405, 501])
    func `a registry that refuses HEAD is asked with GET`(_ status: Int) async throws {
        let result = try await digest { request in
            request.method == "HEAD" ? .init(status: status) : .json(RegistryFixture.manifest)
        }
        #expect(result.digest == RegistryFixture.digest)
        #expect(result.requests.map(\.method) == ["HEAD", "GET"])
    }

    @Test(arguments: [nil, (username: "robot", password: "marked-secret")])
    func `a token is fetched once and used again`(_ login: (username: String, password: String)?) async throws {
        let result = try await digest(login: login, times: 3) { request in
            if request.uri.hasPrefix("/token") { return .json(#"{"access_token": "t0k", "expires_in": 300}"#) }
            if request.authorization == "Bearer t0k" {
                return .json(RegistryFixture.manifest, ("Docker-Content-Digest", RegistryFixture.digest))
            }
            return Self.challenge(#"Bearer realm="http://127.0.0.1:PORT/token?x=1",service="the registry""#, request)
        }
        #expect(result.digest == RegistryFixture.digest)
        #expect(result.requests.count == 6)
        let token = try #require(result.requests.first { $0.uri.hasPrefix("/token") })
        #expect(token.uri == "/token?x=1&service=the%20registry&scope=repository:team/app:pull")
        #expect(token.authorization == (login == nil ? nil : "Basic cm9ib3Q6bWFya2VkLXNlY3JldA=="))
        let asked = result.requests.filter { !$0.uri.hasPrefix("/token") }
        #expect(asked.map(\.authorization) == [nil] + [String?](repeating: "Bearer t0k", count: 4))
    }

    @Test func `a token that ended is fetched anew`() async throws {
        let tokens = Counter()
        let result = try await digest(times: 2) { request in
            if request.uri.hasPrefix("/token") { return .json(#"{"token": "t\#(tokens.next())"}"#) }
            // Each token is good for one request.
            if let token = request.authorization, tokens.isFresh(token) {
                return .json(RegistryFixture.manifest, ("Docker-Content-Digest", RegistryFixture.digest))
            }
            return Self.challenge(#"Bearer realm="http://127.0.0.1:PORT/token""#, request)
        }
        #expect(result.digest == RegistryFixture.digest)
        #expect(result.requests.filter { $0.uri.hasPrefix("/token") }.count == 3)
    }

    @Test(arguments: [
        ("7", Duration.seconds(7)), ("999999", .seconds(3600)), ("99999999999999999999", .seconds(3600)), ("soon", nil),
        ("-1", nil), ("Sun, 06 Nov 1994 08:49:37 GMT", .zero), ("Fri, 31 Dec 9999 23:59:59 GMT", .seconds(3600)),
    ])
    func `a limit is told with its pause`(_ header: String, _ pause: Duration?) async throws {
        for status in [429, 503] {
            let failure = try await failure { _ in .init(status: status, headers: [("Retry-After", header)]) }
            #expect(failure?.retry == pause.map(Retry.after) ?? .backoff, "\(status)")
        }
    }

    @Test func `statuses become failures that say what to do`() async throws {
        for (status, retry) in [(500, Retry.backoff), (503, .backoff), (403, .backoff), (400, .never), (418, .never)] {
            let failure = try await failure { _ in .init(status: status, body: Array("marked-secret".utf8)) }
            #expect(failure?.retry == retry, "\(status)")
            #expect(failure.map { !"\($0)".contains("marked-secret") } ?? false)
        }
        let absent = try await digest { _ in .init(status: 404) }
        #expect(absent.digest == nil)
    }

    @Test(arguments: [
        "http://evil.example.com/v2/", "http://169.254.169.254/", "//evil.example.com/x", "ftp://127.0.0.1/",
        "relative", "", "https://127.0.0.1/", "https://evil.example.com/v2/team/app/manifests/1", "http://127.0.0.1:1/",
        "http://localhost/",
        "http://user@127.0.0.1/", "http://127.0.0.1\\@evil.example.com/",
    ])
    func `a redirect elsewhere is not followed`(_ location: String) async throws {
        let failure = try await failure { _ in .init(status: 307, headers: [("Location", location)]) }
        expectMalformed(failure)
    }

    @Test func `a redirect at home is followed without the login, and not for ever`() async throws {
        let login = (username: "robot", password: "marked-secret")
        let result = try await digest(login: login) { request in
            if request.uri == "/elsewhere" {
                return .json(RegistryFixture.manifest, ("Docker-Content-Digest", RegistryFixture.digest))
            }
            guard request.authorization != nil else {
                return .init(status: 401, headers: [("WWW-Authenticate", #"Basic realm="x""#)])
            }
            return .init(status: 307, headers: [("Location", "/elsewhere")])
        }
        #expect(result.digest == RegistryFixture.digest)
        #expect(result.requests.last?.uri == "/elsewhere")
        #expect(result.requests.last?.authorization == nil)
        let endless = try await failure { _ in .init(status: 302, headers: [("Location", "/again")]) }
        expectMalformed(endless)
    }

    @Test func `who is redirected to may not ask for the login`() async throws {
        let login = (username: "robot", password: "marked-secret")
        let failure = try await failure(login: login) { request in
            guard request.uri == "/elsewhere" else { return .init(status: 307, headers: [("Location", "/elsewhere")]) }
            // The registry itself has asked for no login.
            let names = request.authorization == nil ? [] : ["it came"]
            return .init(status: names.isEmpty ? 401 : 418, headers: [("WWW-Authenticate", #"Basic realm="x""#)])
        }
        guard case .refused(_, let status, _) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(status == 401)
    }

    @Test func `a registry that is not there, or does not answer, is unreachable`() async throws {
        let wanted = RegistryFixture.subscription("127.0.0.1:1", "team/app")
        let client = RegistryFixture.client()
        let failure = await #expect(throws: RegistryFailure.self) {
            try await client.digest(of: "1", in: wanted)
        }
        guard case .unreachable("127.0.0.1:1", _) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func `an answer without end is cut off`() async throws {
        let big = [UInt8](repeating: 0x20, count: 5 * 1024 * 1024)
        let server = try await FakeRegistry.start({ _ in .init(status: 200, body: big) })
        defer { server.stop() }
        let wanted = RegistryFixture.subscription(server.host, "team/app")
        let client = RegistryFixture.client()
        let failure = await #expect(throws: RegistryFailure.self) {
            try await client.tags(of: wanted)
        }
        expectMalformed(failure)
    }

    /// `PORT` becomes the fake's own.
    private static func challenge(_ text: String, _ request: FakeRegistry.Request) -> FakeRegistry.Answer {
        let challenge = text.replacing("PORT", with: request.port)
        return .init(status: 401, headers: [("WWW-Authenticate", challenge)])
    }
}
