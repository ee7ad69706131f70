import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayRegistry

/// Repositories of charts over http: what is asked, and what is made of the answers.
struct ChartRepositoryTests {
    private static let index = "entries:\n  web:\n  - {version: 1.2.0, urls: [web-1.2.0.tgz]}\n  - {version: 1.1.0}\n"

    private static func source(_ host: String, path: String = "/stable", isNamed: Bool = true) -> ChartSource {
        ChartSource(repoURL: "http://\(host)\(path)", name: "web", isNamed: isNamed)
    }

    private static func answer(_ text: String, _ headers: (String, String)...) -> FakeRegistry.Answer {
        FakeRegistry.Answer(status: 200, headers: headers, body: Array(text.utf8))
    }

    private static func failure(
        _ server: FakeRegistry,
        client: OCIRegistryClient = RegistryFixture.client()
    ) async -> ChartFailure? {
        do throws(ChartFailure) {
            _ = try await client.versions(of: source(server.host), project: "demo")
            return nil
        } catch {
            return error
        }
    }

    @Test func `an index that has not changed is not sent again`() async throws {
        let server = try await FakeRegistry.start { request in
            if request.conditions == ["\"one\"", "Sat, 28 Nov 2026 10:00:00 GMT"] {
                return FakeRegistry.Answer(status: 304)
            }
            return Self.answer(Self.index, ("etag", "\"one\""), ("last-modified", "Sat, 28 Nov 2026 10:00:00 GMT"))
        }
        defer { server.stop() }
        let client = RegistryFixture.client()
        for path in ["/stable", "/stable", "/stable//"] {
            let listing = try await client.versions(of: Self.source(server.host, path: path), project: "demo")
            #expect(listing.entries.map(\.version) == ["1.2.0", "1.1.0"])
        }
        #expect(server.requests.map(\.uri) == Array(repeating: "/stable/index.yaml", count: 3))
        #expect(server.requests.map(\.conditions.count) == [0, 2, 0])
        // A 304 that nobody has asked for is no answer.
        let liar = try await FakeRegistry.start { _ in FakeRegistry.Answer(status: 304) }
        defer { liar.stop() }
        #expect(await Self.failure(liar)?.message.contains("304") == true)
    }

    @Test func `the query of a repository's URL stays with its index`() async throws {
        let server = try await FakeRegistry.start { _ in Self.answer(Self.index) }
        defer { server.stop() }
        _ = try await RegistryFixture.client()
            .versions(of: Self.source(server.host, path: "/a/?key=1"), project: "demo")
        #expect(server.requests.map(\.uri) == ["/a/index.yaml?key=1"])
    }

    @Test func `a compressed index is read, and one that grows without end is not`() async throws {
        let bodies = [
            "/stable/index.yaml": Gzip.pack(Array(Self.index.utf8)),
            "/bomb/index.yaml": Gzip.pack([UInt8](repeating: UInt8(ascii: "\n"), count: 52 << 20)),
            "/torn/index.yaml": Array(Gzip.pack(Array(Self.index.utf8)).dropLast(12)),
        ]
        let server = try await FakeRegistry.start { request in
            FakeRegistry.Answer(
                status: 200,
                headers: [("content-encoding", "gzip")],
                body: bodies[request.uri] ?? []
            )
        }
        defer { server.stop() }
        let client = RegistryFixture.client()
        let listing = try await client.versions(of: Self.source(server.host), project: "demo")
        #expect(listing.entries.count == 2)
        for (path, reason) in [("/bomb", "when it is unpacked"), ("/torn", "is compressed, and ends in the middle")] {
            let error = await #expect(throws: ChartFailure.self) {
                try await client.versions(of: Self.source(server.host, path: path), project: "demo")
            }
            // Newlines alone are a value that never ends, too.
            #expect(error?.message.contains(reason) == true || error?.message.contains("64 KiB") == true, "\(path)")
        }
    }

    @Test func `the helm login is sent at once, and a refusal names its Secret`() async throws {
        let server = try await FakeRegistry.start { request in
            request.authorization == "Basic \(Base64.encode(Array("ci:hunter2".utf8)))"
                ? Self.answer(Self.index) : FakeRegistry.Answer(status: 401, body: Array("hunter3 is wrong".utf8))
        }
        defer { server.stop() }
        func client(_ password: String) -> OCIRegistryClient {
            OCIRegistryClient(
                credentials: TestCredentials(
                    logins: ["http://\(server.host)/stable": ("ci", password)],
                    kind: .helm
                )
            )
        }
        #expect(await Self.failure(server, client: client("hunter2")) == nil)
        #expect(server.requests.count == 1)
        let failure = try #require(await Self.failure(server, client: client("hunter3")))
        #expect(failure.kind == .unauthorized)
        #expect(failure.message.hasPrefix("chart repository \(server.host) answered 401"))
        #expect(failure.message.contains("it was asked with the login of the Secret demo/registry"))
        #expect(failure.retry == .few)
        let unknown = try #require(await Self.failure(server))
        #expect(unknown.message.contains("without one: no Secret labelled kargo.akuity.io/cred-type: helm is for it"))
        #expect(failure.hint?.contains("cred-type: helm") == true)
        #expect(!"\(failure)".contains("hunter3"))
    }

    @Test func `a pause that is asked for is heeded`() async throws {
        let server = try await FakeRegistry.start { _ in
            FakeRegistry.Answer(status: 429, headers: [("retry-after", "120")])
        }
        defer { server.stop() }
        #expect(await Self.failure(server)?.retry == .after(.seconds(120)))
    }

    @Test func `redirects are followed on the same host, without the login, and lead nowhere else`() async throws {
        let server = try await FakeRegistry.start { request in
            switch request.uri {
            case "/stable/index.yaml": FakeRegistry.Answer(status: 302, headers: [("location", "/new/index.yaml")])
            case "/new/index.yaml" where request.authorization == nil: Self.answer(Self.index)
            case "/away/index.yaml":
                FakeRegistry.Answer(status: 302, headers: [("location", "http://169.254.169.254/latest/meta-data")])
            default: FakeRegistry.Answer(status: 302, headers: [("location", request.uri)])
            }
        }
        defer { server.stop() }
        let client = OCIRegistryClient(
            credentials: TestCredentials(logins: ["http://\(server.host)/stable": ("ci", "pw")], kind: .helm)
        )
        #expect(await Self.failure(server, client: client) == nil)
        for (path, reason) in [("/away", "where a request must not go"), ("/loop", "redirects more than")] {
            let error = await #expect(throws: ChartFailure.self) {
                try await client.versions(of: Self.source(server.host, path: path), project: "demo")
            }
            #expect(error?.message.contains(reason) == true, "\(error.map(\.message) ?? "")")
        }
    }

    @Test func `a body that is longer than it may be ends the reading`() async throws {
        let server = try ScriptedServer { _ in
            [
                .send(Array("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n".utf8)),
                .flood(Array("a: [b, c, d]\n".utf8) + Array(repeating: UInt8(ascii: "\n"), count: 60_000), times: 2000),
            ]
        }
        defer { server.stop() }
        let source = Self.source("127.0.0.1:\(server.port)")
        let error = await #expect(throws: ChartFailure.self) {
            try await RegistryFixture.client().versions(of: source, project: "demo")
        }
        #expect(error?.message.contains("more than \(50 << 20) bytes") == true, "\(error.map(\.message) ?? "")")
        #expect(server.sent < 80 << 20)
    }

    @Test func `a packed chart is taken where its index says, if it has the digest that stands there`() async throws {
        let packed = Array("a chart".utf8)
        let server = try await FakeRegistry.start { request in
            switch request.uri {
            case "/stable/index.yaml":
                Self.answer(
                    """
                    entries:
                      web:
                      - {version: 1.0.0, urls: [files/web-1.0.0.tgz], digest: \(SHA256.hex(packed))}
                      - {version: 1.1.0, urls: [/files/other.tgz], digest: \(SHA256.hex("else"))}
                      - {version: 1.2.0, urls: ["http://10.0.0.1/web.tgz"]}
                      - {version: 1.3.0, urls: ["file:///etc/passwd"]}
                      - {version: 1.4.0}
                      - {version: 1.5.0, urls: [files/web-1.0.0.tgz]}
                      - {version: 1.6.0, urls: ["https://10.0.0.1/web.tgz"]}
                    """
                )
            case "/stable/files/web-1.0.0.tgz", "/files/other.tgz": FakeRegistry.Answer(status: 200, body: packed)
            default: FakeRegistry.Answer(status: 404)
            }
        }
        defer { server.stop() }
        let client = RegistryFixture.client()
        let source = Self.source(server.host)
        #expect(try await client.archive(of: source, version: "1.0.0", limit: 100, project: "demo").bytes == packed)
        let plain = try await client.archive(of: source, version: "1.5.0", limit: 100, project: "demo")
        #expect(plain == PackedChart(bytes: packed, isVerified: false))
        let refused = [
            ("1.1.0", 100, "has another digest"), ("1.2.0", 100, "leads with its index.yaml to 10.0.0.1"),
            ("1.3.0", 100, "gives no http or https URL"), ("1.4.0", 100, "gives no http or https URL"),
            ("1.6.0", 100, "leads with its index.yaml to 10.0.0.1"), ("9.0.0", 100, "has no version 9.0.0 of web"),
            ("1.0.0", 3, "more than 3 bytes"),
        ]
        for (version, limit, reason) in refused {
            let error = await #expect(throws: ChartFailure.self) {
                try await client.archive(of: source, version: version, limit: limit, project: "demo")
            }
            #expect(error?.message.contains(reason) == true, "\(version): \(error.map(\.message) ?? "")")
        }
    }

    @Test func `a host that only a file in Git names is not reached at an address that is not public`() async throws {
        let server = try await FakeRegistry.start { _ in Self.answer(Self.index) }
        defer { server.stop() }
        let client = RegistryFixture.client()
        for url in ["http://\(server.host)/stable", "oci://\(server.host)/charts/web"] {
            let source = ChartSource(repoURL: url, name: "web", isNamed: false)
            let error = await #expect(throws: ChartFailure.self) {
                try await client.versions(of: source, project: "demo")
            }
            #expect(
                error?.message.contains("was not asked: it has a loopback address") == true,
                "\(error.map(\.message) ?? "")"
            )
            #expect(error?.hint?.contains("privateHosts") == true)
            #expect(error?.retry == .never)
        }
        #expect(server.requests.isEmpty)
    }

    @Test func `a registry's tags are versions, and its chart is the layer that Helm pushes`() async throws {
        let packed = Array("a chart".utf8)
        let digest = "sha256:" + SHA256.hex(packed)
        let manifest = """
            {"schemaVersion": 2, "config": {"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": "\(digest)"},
            "layers": [{"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "digest": "\(digest)"}]}
            """
        let server = try await FakeRegistry.start { request in
            switch request.uri.prefix(while: { $0 != "?" }) {
            case "/v2/charts/web/tags/list": .json(#"{"tags": ["1.0.0_build.1", "latest"]}"#)
            case "/v2/charts/web/manifests/1.0.0_build.1":
                .json(manifest, ("content-type", "application/vnd.oci.image.manifest.v1+json"))
            case "/v2/charts/web/manifests/latest": .json(RegistryFixture.manifest)
            case "/v2/charts/web/blobs/\(digest)": FakeRegistry.Answer(status: 200, body: packed)
            default: FakeRegistry.Answer(status: 404)
            }
        }
        defer { server.stop() }
        let client = RegistryFixture.client()
        let source = ChartSource(repoURL: "oci://\(server.host)/charts/web", name: "", isNamed: true)
        let listing = try await client.versions(of: source, project: "demo")
        #expect(listing.entries.map(\.version) == ["1.0.0+build.1", "latest"])
        #expect(
            try await client.archive(of: source, version: "1.0.0+build.1", limit: 100, project: "demo")
                == PackedChart(bytes: packed, isVerified: true)
        )
        for (version, reason) in [("latest", "is no Helm chart"), ("2.0.0", "it has no charts/web:2.0.0")] {
            let error = await #expect(throws: ChartFailure.self) {
                try await client.archive(of: source, version: version, limit: 100, project: "demo")
            }
            #expect(error?.message.contains(reason) == true, "\(error.map(\.message) ?? "")")
        }
    }
}
