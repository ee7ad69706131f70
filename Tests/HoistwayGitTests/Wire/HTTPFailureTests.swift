import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayGit

/// Logins, TLS, redirects, and servers that are gone, refusing, slow or hostile.
struct HTTPFailureTests {
    private static let advertisement = "application/x-git-upload-pack-advertisement"

    private func failure(
        _ url: String,
        _ options: GitTransportOptions = GitTransportOptions()
    ) async throws -> GitFailure? {
        let transport = try makeTransport(url: url, options: options)
        defer { Task { await transport.close() } }
        return await #expect(throws: GitFailure.self) { try await transport.refs(prefixes: []) }
    }

    private func failure(_ step: ScriptedServer.Step) async throws -> GitFailure? {
        let server = try ScriptedServer { _ in [step] }
        defer { server.stop() }
        return try await failure(server.url)
    }

    @Test(arguments: [GitTransportOptions.Kind.native, .program])
    func `a server that always says a little more is left in the end`(kind: GitTransportOptions.Kind) async throws {
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n"
            + "Transfer-Encoding: chunked\r\n\r\ne\r\n000eversion 2\n\r\n"
        let server = try ScriptedServer { _ in
            [.send(Array(head.utf8)), .trickle(Array("7\r\n0007a=b\r\n".utf8))]
        }
        defer { server.stop() }
        var options = GitTransportOptions()
        options.kind = kind
        options.refsTimeout = .milliseconds(400)
        guard case .unreachable(_, let detail) = try await failure(server.url, options) else {
            Issue.record("it is no failure to reach it")
            return
        }
        #expect(detail.contains("had not finished after"))
    }

    @Test func `credentials are sent at once, a refused token is minted again once`() async throws {
        let seed = try await SeededRepository.make()
        var serverOptions = GitHTTPServer.Options()
        serverOptions.login = ("ada", "right-password")
        let server = try await GitHTTPServer.start(root: seed.folder.path, options: serverOptions)
        defer { server.stop() }
        let url = server.url(for: "app.git")

        #expect(
            try await failure(url)
                == .unauthorized(
                    url: url,
                    detail: "it asks for a login, and the project has no Secret for this repository"
                )
        )
        var options = GitTransportOptions()
        options.logins = { _ in .init(username: "ada", password: Secret("wrong-password")) }
        let refused = try await failure(url, options)
        #expect(refused?.message.contains("wrong-password") == false)
        guard case .unauthorized = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }

        let asked = Mutex<[Bool]>([])
        options.logins = { refused in
            asked.withLock { $0.append(refused != nil) }
            return .init(username: "ada", password: Secret(refused == nil ? "expired-token" : "right-password"))
        }
        for kind in [GitTransportOptions.Kind.native, .program] {
            asked.withLock { $0 = [] }
            options.kind = kind
            let transport = try makeTransport(url: url, options: options)
            #expect(try await transport.refs(prefixes: []).snapshot.refs.count == 3)
            await transport.close()
            #expect(asked.withLock { $0.prefix(2) } == [false, true])
        }
    }

    @Test(arguments: [
        ("503 Service Unavailable", "Retry-After: 120\r\n", Retry.after(.seconds(120))),
        ("502 Bad Gateway", "Retry-After: 7\r\n", .after(.seconds(7))),
        ("429 Too Many Requests", "Retry-After: 120\r\n", .after(.seconds(120))),
        // Nobody outside can make it rest for longer than an hour.
        ("503 Service Unavailable", "Retry-After: 999999\r\n", .after(.seconds(3600))),
        ("503 Service Unavailable", "Retry-After: soon\r\n", .backoff),
        ("503 Service Unavailable", "", .backoff),
        ("429 Too Many Requests", "", .backoff),
    ])
    func `a server that asks for a pause gets it`(_ status: String, _ field: String, _ retry: Retry) async throws {
        let head = "HTTP/1.1 \(status)\r\n\(field)Content-Length: 0\r\nConnection: close\r\n\r\n"
        let failure = try await failure(.send(Array(head.utf8)))
        #expect(failure?.retry == retry, "\(String(describing: failure))")
    }

    @Test func `credentials do not travel in clear text to another machine`() async throws {
        var options = GitTransportOptions()
        options.logins = { _ in .init(username: "ada", password: Secret("secret")) }
        for kind in [GitTransportOptions.Kind.native, .program] {
            options.kind = kind
            // An address for documentation: nobody is contacted.
            let failure = try await failure("http://192.0.2.1/app.git", options)
            guard case .invalidURL(_, let reason) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(reason.contains("plain http"))
        }
    }

    @Test func `a certificate must be known`() async throws {
        let seed = try await SeededRepository.make()
        var serverOptions = GitHTTPServer.Options()
        serverOptions.usesTLS = true
        let server = try await GitHTTPServer.start(root: seed.folder.path, options: serverOptions)
        defer { server.stop() }
        let url = server.url(for: "app.git")
        guard case .unreachable(_, let detail) = try await failure(url) else {
            Issue.record("an unknown certificate was taken")
            return
        }
        #expect(detail.contains("certificate"))
        var options = GitTransportOptions()
        options.caFile = server.caFile
        for kind in [GitTransportOptions.Kind.native, .program] {
            options.kind = kind
            let transport = try makeTransport(url: url, options: options)
            #expect(try await transport.refs(prefixes: []).snapshot.refs.count == 3)
            await transport.close()
        }
        options = GitTransportOptions()
        options.insecureSkipTLSVerify = true
        let careless = try makeTransport(url: url, options: options)
        #expect(try await careless.refs(prefixes: []).snapshot.refs.count == 3)
        await careless.close()
    }

    @Test func `a renamed repository is followed within its host, for good`() async throws {
        let seed = try await SeededRepository.make()
        var serverOptions = GitHTTPServer.Options()
        serverOptions.extraDirectives = """
            location /old.git/ { rewrite ^/old.git/(.*)$ /app.git/$1 permanent; }
            location /away.git/ { return 302 http://localhost:1/app.git/info/refs?service=git-upload-pack; }
            location /login.git/ { return 302 /login; }
            """
        let server = try await GitHTTPServer.start(root: seed.folder.path, options: serverOptions)
        defer { server.stop() }
        let transport = try makeTransport(url: server.url(for: "old.git"), options: GitTransportOptions())
        #expect(try await transport.refs(prefixes: []).snapshot.refs.count == 3)
        await transport.close()
        for name in ["away.git", "login.git"] {
            guard case .notARepository(_, let detail) = try await failure(server.url(for: name)) else {
                Issue.record("\(name) was followed")
                return
            }
            #expect(detail.contains("redirects"))
        }
    }

    @Test func `what a status means is known`() async throws {
        let limited = try await failure(
            ScriptedServer.http("429 Too Many", type: "text/plain", [], headers: ["Retry-After: 7"])
        )
        #expect(limited?.retry == .after(.seconds(7)))
        let broken = try await failure(ScriptedServer.http("502 Bad", type: "text/html", Array("<html>".utf8)))
        #expect(broken?.retry == .backoff)
        guard case .serverError(_, 502, _) = broken else {
            Issue.record("\(String(describing: broken))")
            return
        }
        guard case .notFound = try await failure(ScriptedServer.http("404 No", type: "text/plain", [])) else {
            Issue.record("404 is not found")
            return
        }
        let page = try await failure(ScriptedServer.http("200 OK", type: "text/html", Array("<html>".utf8)))
        guard case .notARepository = page else {
            Issue.record("\(String(describing: page))")
            return
        }
    }

    @Test(arguments: [
        "", "0", "zzzz", "0004", "ffff", "001e# service=git-upload-pack\n", "000eversion 2\n",
        "000fversion 2\n0000",
        "0009nope\n0000", "001e# service=git-upload-pack\n0000\u{0}\u{0}",
    ])
    func `nonsense from a server is a failure, never a crash`(_ body: String) async throws {
        #expect(try await failure(ScriptedServer.http("200 OK", type: Self.advertisement, Array(body.utf8))) != nil)
    }

    @Test func `a server that sends without end is stopped`() async throws {
        let line = "003f\(String(repeating: "a", count: 40)) refs/heads/branch\n"
        let head = "HTTP/1.1 200 OK\r\nContent-Type: \(Self.advertisement)\r\n\r\n"
        let many = Array(String(repeating: line, count: 4096).utf8)
        let server = try ScriptedServer { _ in [.send(Array(head.utf8)), .flood(many, times: 100_000)] }
        defer { server.stop() }
        var options = GitTransportOptions()
        options.maxRefBytes = 1 << 20
        guard case .tooLarge = try await failure(server.url, options) else {
            Issue.record("an endless answer was taken")
            return
        }
    }

    @Test func `a silent server is given up`() async throws {
        let server = try ScriptedServer { _ in [.hang] }
        defer { server.stop() }
        var options = GitTransportOptions()
        options.idleTimeout = .milliseconds(200)
        guard case .timedOut = try await failure(server.url, options) else {
            Issue.record("silence was not noticed")
            return
        }
    }

    @Test func `a server that is gone, or that breaks off, is unreachable`() async throws {
        let port = try LoopbackPort.free()
        guard case .unreachable = try await failure("http://127.0.0.1:\(port)/app.git") else {
            Issue.record("nobody listens there")
            return
        }
        let head = "HTTP/1.1 200 OK\r\nContent-Type: \(Self.advertisement)\r\nContent-Length: 1000\r\n\r\n000e"
        let server = try ScriptedServer { _ in [.send(Array(head.utf8))] }
        let url = server.url
        let waiting = Task { try await failure(url) }
        while server.accepted == 0 { await Task.yield() }
        server.stop()
        let broken = try await waiting.value
        #expect(broken?.retry == .backoff)
    }

    @Test func `a pack larger than allowed is not taken`() async throws {
        let seed = try await SeededRepository.make()
        try await seed.repository.commit(["big": String(repeating: "0123456789abcdef", count: 100)])
        let tip = try await seed.id("main")
        var options = GitTransportOptions()
        options.maxPackBytes = 100
        for kind in [TransportKind.http, .file] {
            try await kind.withTransport(root: seed.folder.path, options: options) { transport in
                let failure = await #expect(throws: GitFailure.self) {
                    try await transport.pack(FetchRequest(wants: [tip]))
                }
                guard case .tooLarge = failure else {
                    Issue.record("\(String(describing: failure))")
                    return
                }
            }
        }
    }
}
