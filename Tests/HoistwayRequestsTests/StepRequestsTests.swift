import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayRequests

/// Requests of the step `http` on real connections.
struct StepRequestsTests {
    private static let ok = [ScriptedServer.http("200 OK", type: "text/plain", Array("fine".utf8))]

    /// Gives the same addresses for every name, and counts.
    private final class FixedResolver: AddressResolver {
        private let found: [ResolvedAddress]
        private let asked = Mutex(0)
        var count: Int { asked.withLock { $0 } }

        init(_ found: [ResolvedAddress]) { self.found = found }

        func addresses(of host: String) async throws -> [ResolvedAddress] {
            asked.withLock { $0 += 1 }
            return found
        }
    }

    private static func address(_ bytes: [UInt8]) throws -> ResolvedAddress {
        let text = bytes.map(String.init).joined(separator: ".")
        return ResolvedAddress(address: try #require(NetworkAddress(bytes: bytes)), text: text)
    }

    private static func request(
        _ url: String,
        method: String = "GET",
        allowed: [String] = ["127.0.0.1"],
        _ change: (inout StepHTTPRequest) -> Void = { _ in }
    ) throws -> StepHTTPRequest {
        var request = StepHTTPRequest(
            method: method,
            address: try #require(WebAddress(url)),
            timeout: .seconds(30),
            policy: HTTPPolicy(privateHosts: allowed.compactMap(HostRule.init))
        )
        change(&request)
        return request
    }

    private static func failure(_ request: StepHTTPRequest, _ client: StepRequests? = nil) async -> StepHTTPFailure? {
        do throws(StepHTTPFailure) {
            _ = try await (client ?? StepRequests(version: "1")).send(request)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a request carries its method, path, headers and body, and brings the answer`() async throws {
        let server = try ScriptedServer { _ in
            [ScriptedServer.http("201 Created", type: "text/plain", Array("made".utf8), headers: ["X-A: 1", "X-A: 2"])]
        }
        defer { server.stop() }
        let request = try Self.request("http://127.0.0.1:\(server.port)/a%20b?c=d", method: "PUT") {
            $0.headers = [HeaderLine("X-One", "1"), HeaderLine("X-One", "2"), HeaderLine("Host", "evil.test")]
            $0.body = Array("hello".utf8)
        }
        let answer = try await StepRequests(version: "1.2").send(request)
        #expect(answer.status == 201 && answer.body == Array("made".utf8))
        #expect(answer.headers.filter { $0.name == "X-A" }.map(\.value) == ["1", "2"])
        let received = try #require(server.received.first)
        #expect(received.head.hasPrefix("PUT /a%20b?c=d HTTP/1.1\r\n"))
        #expect(received.body == Array("hello".utf8))
        #expect(received.head.contains("X-One: 1\r\n") && received.head.contains("X-One: 2\r\n"))
        // The host is that of the URL, as in Go.
        #expect(received.header("host") == "127.0.0.1:\(server.port)")
        #expect(received.header("user-agent") == "hoistway/1.2")
    }

    @Test(arguments: ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "0"])
    func `loopback is refused in every spelling, and nothing is connected to`(_ host: String) async throws {
        let server = try ScriptedServer { _ in Self.ok }
        defer { server.stop() }
        let failure = await Self.failure(try Self.request("http://\(host):\(server.port)/", allowed: []))
        guard case .refused(.address(host, _))? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(server.accepted == 0)
    }

    @Test func `a host that is not listed is refused before its name is looked up`() async throws {
        let resolver = FixedResolver([])
        let client = StepRequests(version: "1", resolver: resolver)
        let failure = await Self.failure(
            try Self.request("https://other.test/") { $0.policy.hosts = [HostRule("api.test")].compactMap(\.self) },
            client
        )
        #expect(failure == .refused(.host("other.test")) && resolver.count == 0)
    }

    @Test func `the connection goes to the address that was judged, and to no other`() async throws {
        let server = try ScriptedServer { _ in Self.ok }
        defer { server.stop() }
        // A name that no resolver knows: only the judged address can have been used.
        let resolver = FixedResolver([try Self.address([127, 0, 0, 1])])
        let client = StepRequests(version: "1", resolver: resolver)
        let url = "http://app.invalid:\(server.port)/"
        let answer = try await client.send(try Self.request(url, allowed: ["app.invalid"]))
        #expect(answer.status == 200 && resolver.count == 1)
        #expect(server.received.first?.header("host") == "app.invalid:\(server.port)")
    }

    @Test func `one private address among public ones spoils the name`() async throws {
        let resolver = FixedResolver([try Self.address([93, 184, 216, 34]), try Self.address([10, 0, 0, 1])])
        let failure = await Self.failure(
            try Self.request("http://app.invalid/", allowed: []),
            StepRequests(version: "1", resolver: resolver)
        )
        #expect(failure == .refused(.address(host: "app.invalid", .isPrivate)))
    }

    @Test func `a name that nobody knows is said to be unknown`() async throws {
        let client = StepRequests(version: "1", resolver: FixedResolver([]))
        let failure = await Self.failure(try Self.request("http://gone.invalid/"), client)
        #expect(failure?.message.contains("the host name gone.invalid is not known") == true)
    }

    @Test func `where the first address refuses, the next one is tried`() async throws {
        let server = try ScriptedServer { _ in Self.ok }
        defer { server.stop() }
        // Nobody listens on the port of the second loopback address.
        let resolver = FixedResolver([try Self.address([127, 0, 0, 2]), try Self.address([127, 0, 0, 1])])
        let client = StepRequests(version: "1", resolver: resolver)
        let answer = try await client.send(
            try Self.request("http://app.invalid:\(server.port)/", allowed: ["app.invalid"])
        )
        #expect(answer.status == 200)
    }

    @Test func `redirects within the host are followed as Go follows them`() async throws {
        let server = try ScriptedServer { head in
            head.contains(" /start")
                ? [ScriptedServer.http("303 See Other", type: "text/plain", [], headers: ["Location: /end?x=1"])]
                : Self.ok
        }
        defer { server.stop() }
        let request = try Self.request("http://127.0.0.1:\(server.port)/start", method: "POST") {
            $0.body = Array("x".utf8)
        }
        #expect(try await StepRequests(version: "1").send(request).status == 200)
        #expect(
            server.received.map { String($0.head.prefix { $0 != "\r\n" }) } == [
                "POST /start HTTP/1.1", "GET /end?x=1 HTTP/1.1",
            ]
        )
        #expect(server.received.last?.body == [])
    }

    @Test func `a redirect that keeps the method keeps the body`() async throws {
        let server = try ScriptedServer { head in
            head.contains(" /start")
                ? [ScriptedServer.http("307 Temporary Redirect", type: "text/plain", [], headers: ["Location: end"])]
                : Self.ok
        }
        defer { server.stop() }
        let request = try Self.request("http://127.0.0.1:\(server.port)/start", method: "POST") {
            $0.body = Array("x".utf8)
        }
        _ = try await StepRequests(version: "1").send(request)
        #expect(server.received.last?.head.hasPrefix("POST /end ") == true)
        #expect(server.received.last?.body == Array("x".utf8))
    }

    @Test func `no redirect to another host or port is followed`() async throws {
        let other = try ScriptedServer { _ in Self.ok }
        defer { other.stop() }
        for target in ["http://localhost:\(other.port)/", "http://127.0.0.1:\(other.port)/", "//evil.test/"] {
            let server = try ScriptedServer { _ in
                [ScriptedServer.http("302 Found", type: "text/plain", [], headers: ["Location: \(target)"])]
            }
            defer { server.stop() }
            let failure = await Self.failure(
                try Self.request("http://127.0.0.1:\(server.port)/", allowed: ["127.0.0.1", "localhost"])
            )
            guard case .elsewhere? = failure else {
                Issue.record("\(target): \(String(describing: failure))")
                continue
            }
        }
        #expect(other.accepted == 0)
    }

    @Test func `redirects in a circle end`() async throws {
        let server = try ScriptedServer { _ in
            [ScriptedServer.http("302 Found", type: "text/plain", [], headers: ["Location: /"])]
        }
        defer { server.stop() }
        let failure = await Self.failure(try Self.request("http://127.0.0.1:\(server.port)/"))
        #expect(failure?.message.contains("redirects more than 10 times") == true)
        #expect(server.received.count == 11)
    }

    @Test func `an answer of 2 MiB is read, and one of a byte more is not`() async throws {
        for (size, isRead) in [(2 << 20, true), ((2 << 20) + 1, false)] {
            let server = try ScriptedServer { _ in
                [
                    .send(Array("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n".utf8)),
                    .flood([UInt8](repeating: 120, count: size), times: 1),
                ]
            }
            defer { server.stop() }
            let request = try Self.request("http://127.0.0.1:\(server.port)/")
            if isRead {
                #expect(try await StepRequests(version: "1").send(request).body.count == size)
            } else {
                #expect(await Self.failure(request) == .tooLarge(host: "127.0.0.1:\(server.port)", limit: 2 << 20))
            }
        }
    }

    @Test func `a server that never ends is given up in time`() async throws {
        for steps in [
            [ScriptedServer.Step.hang],
            [
                .send(Array("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".utf8)), .trickle([120]),
            ],
        ] {
            let server = try ScriptedServer { _ in steps }
            defer { server.stop() }
            let request = try Self.request("http://127.0.0.1:\(server.port)/") { $0.timeout = .milliseconds(300) }
            let failure = await Self.failure(request)
            #expect(failure?.message.contains("no whole answer within") == true, "\(String(describing: failure))")
        }
    }

    @Test func `a closed port and an answer that is no HTTP are told in plain words, without path and query`()
        async throws
    {
        let server = try ScriptedServer { _ in [.send(Array("nonsense\r\n\r\n".utf8)), .close] }
        let url = "http://127.0.0.1:\(server.port)/token-in-path?key=token-in-query"
        let noHTTP = await Self.failure(try Self.request(url))
        #expect(noHTTP?.message.contains("not HTTP") == true, "\(String(describing: noHTTP))")
        server.stop()
        let closed = try LoopbackPort.free()
        let refused = await Self.failure(try Self.request("http://127.0.0.1:\(closed)/token-in-path"))
        #expect(refused?.message.contains("refused the connection") == true, "\(String(describing: refused))")
        for failure in [noHTTP, refused] { #expect(failure?.description.contains("token-in") == false) }
    }

    @Test func `a header cannot bring another one along`() async throws {
        for header in [HeaderLine("X-A", "1\r\nX-B: 2"), HeaderLine("X A", "1"), HeaderLine("X:A", "1")] {
            let failure = await Self.failure(try Self.request("http://127.0.0.1:1/") { $0.headers = [header] })
            guard case .unsendable? = failure else {
                Issue.record("\(String(describing: failure))")
                continue
            }
        }
    }

    @Test func `certificates are verified unless the step says otherwise`() async throws {
        let folder = try TemporaryFolder()
        var options = GitHTTPServer.Options()
        options.usesTLS = true
        let server = try await GitHTTPServer.start(root: folder.path, options: options)
        defer { server.stop() }
        let failure = await Self.failure(try Self.request(server.url(for: "x")))
        #expect(failure?.message.contains("is not trusted") == true, "\(String(describing: failure))")
        let request = try Self.request(server.url(for: "x")) { $0.skipsVerification = true }
        #expect(try await StepRequests(version: "1").send(request).status >= 400)
    }

    @Test func `a proxy gets the whole URL, and must be allowed itself`() async throws {
        let proxy = try ScriptedServer { _ in Self.ok }
        defer { proxy.stop() }
        let through = WebAddress("http://127.0.0.1:\(proxy.port)")
        let request = try Self.request("http://app.invalid/x") { $0.proxy = through }
        #expect(try await StepRequests(version: "1").send(request).status == 200)
        #expect(proxy.received.first?.head.hasPrefix("GET http://app.invalid/x HTTP/1.1\r\n") == true)
        let refused = await Self.failure(try Self.request("http://app.invalid/x", allowed: []) { $0.proxy = through })
        #expect(refused == .refused(.address(host: "127.0.0.1", .loopback)))
        // What is an address of this machine for the proxy is none that a step may ask it for.
        for host in ["localhost", "127.0.0.2", "169.254.169.254"] {
            let failure = await Self.failure(try Self.request("http://\(host)/x") { $0.proxy = through })
            guard case .refused(.address(host, _))? = failure else {
                Issue.record("\(host): \(String(describing: failure))")
                continue
            }
        }
    }
}
