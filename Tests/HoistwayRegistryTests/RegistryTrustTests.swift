import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import Testing

@testable import HoistwayRegistry

/// S10: where requests about a registry may go, and where its credentials may go.
struct RegistryTrustTests {
    private static func address(_ text: String) throws -> WebAddress { try #require(WebAddress(text), "\(text)") }

    @Test(arguments: [
        // The registry itself: same host, port and scheme.
        ("registry.example.com", "https://registry.example.com/", "https://registry.example.com/token", true),
        ("registry.example.com", "https://registry.example.com/", "https://registry.example.com:443/token", true),
        (
            "registry.example.com:5000", "https://registry.example.com:5000/", "https://registry.example.com:5000/t",
            true
        ),
        ("localhost:5000", "http://localhost:5000/", "http://localhost:5000/token", true),
        // Another host, another port, another scheme.
        ("registry.example.com", "https://registry.example.com/", "https://auth.example.com/token", false),
        ("registry.example.com", "https://registry.example.com/", "https://registry.example.com:8443/token", false),
        (
            "registry.example.com:5000", "https://registry.example.com:5000/", "https://registry.example.com/token",
            false
        ),
        ("registry.example.com", "https://registry.example.com/", "http://registry.example.com/token", false),
        ("registry.example.com", "https://registry.example.com/", "https://registry.example.com.evil.test/t", false),
        ("registry.example.com", "https://registry.example.com/", "https://evilregistry.example.com/token", false),
        ("localhost:5000", "http://localhost:5000/", "http://127.0.0.1:5000/token", false),
        ("localhost:5000", "http://localhost:5000/", "http://localhost:5001/token", false),
        ("localhost:5000", "http://localhost:5000/", "https://auth.example.com/token", false),
        // Those that publish theirs.
        ("docker.io", "https://registry-1.docker.io/", "https://auth.docker.io/token", true),
        ("docker.io", "https://registry-1.docker.io/", "http://auth.docker.io/token", false),
        ("docker.io", "https://registry-1.docker.io/", "https://auth.docker.io:8443/token", false),
        ("docker.io", "https://registry-1.docker.io/", "https://auth.docker.io.evil.test/token", false),
        ("registry.gitlab.com", "https://registry.gitlab.com/", "https://gitlab.com/jwt/auth", true),
        ("registry.example.com", "https://registry.example.com/", "https://auth.docker.io/token", false),
        // Named ones.
        ("named.example.com", "https://named.example.com/", "https://auth.example.com/token", true),
        ("named.example.com", "https://named.example.com/", "https://auth.example.com:8443/token", false),
        ("named.example.com", "https://named.example.com/", "https://other.example.com:8443/token", true),
        ("named.example.com", "https://named.example.com/", "https://other.example.com/token", false),
        ("named.example.com", "https://named.example.com/", "http://auth.example.com/token", false),
        ("plain.example.com:5000", "http://plain.example.com:5000/", "http://auth.example.com/token", true),
        ("plain.example.com:5000", "http://plain.example.com:5000/", "https://auth.example.com/token", true),
    ])
    func `a token server is the registry itself, or is named`(
        _ host: String,
        _ registry: String,
        _ realm: String,
        _ expected: Bool
    ) throws {
        let options = RegistryOptions(tokenServers: [
            "named.example.com": ["auth.example.com", "other.example.com:8443"],
            "plain.example.com:5000": ["auth.example.com"],
        ])
        let trust = RegistryTrust(host: host, options: options)
        #expect(try trust.isTokenServer(Self.address(realm), for: Self.address(registry)) == expected)
    }

    @Test(arguments: [
        ("http://r.test/v2/", "http://r.test/elsewhere", true, true),
        ("http://r.test/v2/", "https://r.test/v2/", true, true),
        ("http://r.test:5000/v2/", "https://r.test/v2/", false, true),
        ("http://r.test/v2/", "https://r.test:8443/v2/", false, false),
        ("http://r.test/v2/", "http://r.test:8080/v2/", false, false),
        ("https://r.test/v2/", "http://r.test/v2/", false, false),
        ("https://r.test/v2/", "https://r.test:8443/v2/", false, false),
        ("https://r.test/v2/", "https://blobs.example.com/x", false, true),
        ("https://r.test/v2/", "https://blobs.example.com:9000/x", false, false),
        ("https://r.test/v2/", "https://minio.test:9000/x", false, true),
        ("https://r.test/v2/", "http://minio.test:9000/x", false, false),
        ("https://r.test/v2/", "https://127.0.0.1/x", false, false),
        ("https://r.test/v2/", "https://169.254.169.254/latest", false, false),
        ("https://r.test/v2/", "https://[fe80::1]/x", false, false),
        ("https://r.test/v2/", "https://[::1]/x", false, false),
        ("https://r.test/v2/", "https://10.0.0.1/x", false, false),
        ("https://r.test/v2/", "https://192.168.1.1/x", false, false),
        ("https://r.test/v2/", "https://[fd00::1]/x", false, false),
        ("https://r.test/v2/", "https://[::ffff:10.0.0.1]/x", false, false),
        ("https://r.test/v2/", "https://1.1.1.1/x", false, true),
    ])
    func `a redirect leads to the same host, and that of a blob to a store`(
        _ from: String,
        _ to: String,
        _ isFollowed: Bool,
        _ isFollowedForBlobs: Bool
    ) throws {
        let trust = RegistryTrust(host: "r.test", options: RegistryOptions(blobStores: ["r.test": ["minio.test:9000"]]))
        let (here, there) = (try Self.address(from), try Self.address(to))
        #expect(trust.follows(from: here, to: there, isBlob: false) == isFollowed)
        #expect(trust.follows(from: here, to: there, isBlob: true) == isFollowedForBlobs)
    }

    @Test(arguments: [
        #"Bearer realm="http://auth.example.com/token""#, #"Bearer realm="http://169.254.169.254/latest""#,
        #"Bearer realm="https://auth.example.com/token""#, #"Bearer realm="https://robot@127.0.0.1/token""#,
        #"Bearer realm="file:///etc/passwd""#, #"Bearer service="x""#, #"Bearer realm=""#,
        #"Bearer realm="http://127.0.0.1.example.com/token""#, #"Bearer realm="http://localhost/token""#,
        #"Basic realm="x", Bearer"#,
    ])
    func `a login never goes where nobody has allowed it`(_ challenge: String) async throws {
        let server = try await FakeRegistry.start { _ in
            .init(status: 401, headers: [("WWW-Authenticate", challenge)])
        }
        defer { server.stop() }
        let wanted = RegistryFixture.subscription(server.host, "team/app")
        let client = RegistryFixture.client(logins: [wanted.repoURL: Self.login])
        let failure = await #expect(throws: RegistryFailure.self) {
            try await client.find("1", in: wanted, project: "demo")
        }
        #expect(failure.map { !"\($0)".contains("marked-secret") } ?? false)
    }

    @Test func `another port of the registry's host gets no login, and the error says which line allows it`()
        async throws
    {
        let stranger = try await FakeRegistry.start { _ in .json(#"{"token": "t0k"}"#) }
        defer { stranger.stop() }
        let server = try await FakeRegistry.start { _ in
            .init(status: 401, headers: [("WWW-Authenticate", #"Bearer realm="http://\#(stranger.host)/token""#)])
        }
        defer { server.stop() }
        let wanted = RegistryFixture.subscription(server.host, "team/app")
        let client = RegistryFixture.client(logins: [wanted.repoURL: Self.login])
        let failure = await #expect(throws: RegistryFailure.self) {
            try await client.find("1", in: wanted, project: "demo")
        }
        #expect(failure == .untrusted(host: server.host, tokenServer: stranger.host))
        let line = "registries: [{host: \(server.host), tokenServers: [\(stranger.host)]}]"
        #expect(failure?.hint?.contains(line) ?? false)
        #expect(stranger.requests.isEmpty)
        // With that line it goes there.
        let named = RegistryFixture.client(
            RegistryOptions(tokenServers: [server.host: [stranger.host]]),
            logins: [wanted.repoURL: Self.login]
        )
        await #expect(throws: RegistryFailure.self) { try await named.find("1", in: wanted, project: "demo") }
        #expect(stranger.requests.first?.authorization == "Basic cm9ib3Q6bWFya2VkLXNlY3JldA==")
    }

    @Test func `where both are offered, the login goes to the registry itself unless its token server is allowed`()
        async throws
    {
        let stranger = try await FakeRegistry.start { _ in .json(#"{"token": "t0k"}"#) }
        defer { stranger.stop() }
        let server = try await FakeRegistry.start { request in
            guard request.authorization == nil else {
                return .json(RegistryFixture.manifest, ("Docker-Content-Digest", RegistryFixture.digest))
            }
            let bearer = #"Bearer realm="http://\#(stranger.host)/token""#
            return .init(
                status: 401,
                headers: [("WWW-Authenticate", bearer), ("WWW-Authenticate", #"Basic realm="x""#)]
            )
        }
        defer { server.stop() }
        let wanted = RegistryFixture.subscription(server.host, "team/app")
        let client = RegistryFixture.client(logins: [wanted.repoURL: Self.login])
        #expect(try await client.find("1", in: wanted, project: "demo") == .found(RegistryFixture.digest))
        #expect(stranger.requests.isEmpty)
        #expect(server.requests.last?.authorization?.hasPrefix("Basic ") ?? false)
    }

    @Test func `a blob's redirect to another port is refused, and the error says which line allows it`() async throws {
        let configuration = #"{"created": "2026-11-21T10:00:00Z", "os": "linux", "architecture": "amd64"}"#
        let store = try await FakeRegistry.start { _ in .json(configuration) }
        defer { store.stop() }
        let manifest = """
            {"schemaVersion": 2, "config": {"mediaType": "application/vnd.oci.image.config.v1+json", \
            "digest": "sha256:\(SHA256.hex(configuration))"}}
            """
        let server = try await FakeRegistry.start { request in
            guard request.authorization != nil else {
                return .init(status: 401, headers: [("WWW-Authenticate", #"Basic realm="x""#)])
            }
            guard request.uri.contains("/blobs/") else { return .json(manifest) }
            return .init(status: 307, headers: [("Location", "http://\(store.host)/blob?signature=x")])
        }
        defer { server.stop() }
        let wanted = RegistryFixture.subscription(server.host, "team/app")
        let logins = [wanted.repoURL: Self.login]
        let failure = await #expect(throws: RegistryFailure.self) {
            try await RegistryFixture.client(logins: logins).createdAt(of: "1", in: wanted)
        }
        #expect(failure?.message.contains("redirects to \(store.host), where a request must not go") == true)
        #expect(failure?.retry == .backoff)
        #expect(store.requests.isEmpty)
        let options = RegistryOptions(blobStores: [server.host: [store.host]])
        let time = try await RegistryFixture.client(options, logins: logins).createdAt(of: "1", in: wanted)
        #expect(time == Timestamp(rfc3339: "2026-11-21T10:00:00Z"))
        #expect(store.requests.map(\.authorization) == [nil])
    }

    @Test func `a host that an answer names is reached at public addresses alone, unless it is named`() async throws {
        let inside = try await FakeRegistry.start { _ in .json("{}") }
        defer { inside.stop() }
        let options = RegistryOptions(insecureHosts: ["r.test"])
        // A name as that of any host, whose address is one of this machine.
        let address = try Self.address("http://localhost:\(inside.port)/blob")
        func get(_ options: RegistryOptions) async throws(RegistryFailure) -> Int {
            let repository = try RegistryRepository(
                RegistryFixture.subscription("r.test", "team/app"),
                project: "demo",
                options: options
            )
            let transport = RegistryTransport(options: options)
            return try await transport.send(.GET, address, headers: [:], for: repository, limit: 100).status
        }
        let failure = await #expect(throws: RegistryFailure.self) { try await get(options) }
        #expect(failure?.message.contains("leads to \(address.authority), which has a loopback address") == true)
        #expect(failure?.hint?.contains("registries: [{host: r.test, blobStores: [\(address.authority)]}]") == true)
        #expect(inside.requests.isEmpty)
        var named = options
        named.blobStores = ["r.test": [address.authority]]
        #expect(try await get(named) == 200)
        named = options
        named.namedHosts = [address.authority]
        #expect(try await get(named) == 200)
    }

    private static let login = (username: "robot", password: "marked-secret")
}
