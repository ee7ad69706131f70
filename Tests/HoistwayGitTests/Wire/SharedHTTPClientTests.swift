import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Logging
import Testing

@testable import HoistwayGit

// Repositories of one host share connections, and nothing else.
struct SharedHTTPClientTests {
    private struct NoCredentials: CredentialBook {
        func credential(_ kind: Credential.Kind, for url: String, project: String) -> Credential? { nil }
    }

    private static func packet(_ text: String) -> String {
        let digits = String(text.utf8.count + 4, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits + text
    }

    private static let advertisement =
        packet("# service=git-upload-pack\n") + "0000"
        + ["version 2\n", "ls-refs=unborn\n", "fetch=shallow\n", "object-format=sha1\n"].map(packet).joined() + "0000"

    /// Repositories without branches; whatever is below `/slow` is never answered.
    private static func server() throws -> ScriptedServer {
        try ScriptedServer { request in
            let target = request.split(separator: " ").dropFirst().first ?? ""
            if target.hasPrefix("/slow") { return [.hang] }
            let isPost = request.hasPrefix("POST")
            return [
                ScriptedServer.http(
                    "200 OK",
                    type: "application/x-git-upload-pack-\(isPost ? "result" : "advertisement")",
                    Array((isPost ? "0000" : advertisement).utf8)
                )
            ]
        }
    }

    private static func book() -> RemoteBook {
        RemoteBook(
            settings: GitSettings(cachePath: nil),
            credentials: NoCredentials(),
            clock: HeldClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private static func look(_ name: String, _ book: RemoteBook, _ server: ScriptedServer) async throws {
        let remote = try book.remote(
            "http://127.0.0.1:\(server.port)/\(name).git",
            project: "p",
            insecureSkipTLSVerify: false
        )
        _ = try await remote.refs(prefixes: ["refs/heads/"])
    }

    @Test func `twenty repositories of one host are looked at through one connection`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let book = Self.book()
        for number in 0..<20 { try await Self.look("team/\(number)", book, server) }
        #expect(server.accepted == 1)
        await book.close()
    }

    @Test func `repositories that are never answered hold up no other one of their host`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let book = Self.book()
        // More than a client has connections to one host by default.
        let slow = (0..<40).map { number in Task { try await Self.look("slow/\(number)", book, server) } }
        try await eventually("all of them to wait") { server.accepted >= 40 }
        try await Self.look("team/1", book, server)
        for task in slow { task.cancel() }
        for task in slow { _ = await task.result }
        await book.close()
    }

    @Test func `a transport that was closed takes no other one's connections with it`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        var options = GitTransportOptions()
        options.httpClients = SharedHTTPClients()
        let url = "http://127.0.0.1:\(server.port)/team"
        let first = try makeTransport(url: "\(url)/1.git", options: options)
        let second = try makeTransport(url: "\(url)/2.git", options: options)
        _ = try await first.refs(prefixes: [])
        await first.close()
        await #expect(throws: GitFailure.self) { try await first.refs(prefixes: []) }
        _ = try await second.refs(prefixes: [])
        #expect(server.accepted == 1)
        await second.close()
    }

    @Test func `only what is reached in the same way shares a client`() throws {
        let clients = SharedHTTPClients()
        func client(isSecure: Bool = true, _ change: (inout GitTransportOptions) -> Void = { _ in }) throws
            -> SharedHTTPClient
        {
            var options = GitTransportOptions()
            change(&options)
            return try clients.client(options, url: "https://git.example.com/a.git", isSecure: isSecure)
        }
        let all = [
            try client(), try client(isSecure: false), try client { $0.insecureSkipTLSVerify = true },
            try client { $0.proxy = .init(host: "proxy", port: 1) }, try client { $0.idleTimeout = .seconds(1) },
        ]
        #expect(Set(all.map(ObjectIdentifier.init)).count == all.count)
        #expect(try client() === all[0])
        #expect(try client { $0.maxPackBytes = 1 } === all[0], "it is not the client's")
    }
}
