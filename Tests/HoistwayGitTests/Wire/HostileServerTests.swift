import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

/// What a server says after its greeting is not believed either.
struct HostileServerTests {
    private static let id = String(repeating: "ab", count: 20)

    private static func packet(_ text: String) -> String {
        let length = String(text.utf8.count + 4, radix: 16)
        return String(repeating: "0", count: 4 - length.count) + length + text
    }

    /// Answers GETs with a sound greeting and POSTs with `answer`.
    private static func server(_ answer: ScriptedServer.Step) throws -> ScriptedServer {
        try ScriptedServer { request in
            guard request.hasPrefix("GET") else { return [answer] }
            if request.contains("git-receive-pack") {
                let refs =
                    packet("# service=git-receive-pack\n") + "0000"
                    + packet("\(id) refs/heads/main\0report-status side-band-64k ofs-delta\n") + "0000"
                return [
                    ScriptedServer.http(
                        "200 OK",
                        type: "application/x-git-receive-pack-advertisement",
                        Array(refs.utf8)
                    )
                ]
            }
            let abilities = packet("version 2\n") + packet("ls-refs\n") + packet("fetch=shallow filter\n") + "0000"
            return [
                ScriptedServer.http(
                    "200 OK",
                    type: "application/x-git-upload-pack-advertisement",
                    Array(abilities.utf8)
                )
            ]
        }
    }

    private static func answer(_ service: String, _ body: String) -> ScriptedServer.Step {
        ScriptedServer.http("200 OK", type: "application/x-git-\(service)-result", Array(body.utf8))
    }

    private func fetchFailure(_ body: String) async throws -> GitFailure? {
        let server = try Self.server(Self.answer("upload-pack", body))
        defer { server.stop() }
        let transport = try makeTransport(url: server.url, options: GitTransportOptions())
        let want = try #require(ObjectID(Self.id))
        let failure = await #expect(throws: GitFailure.self) {
            try await transport.pack(FetchRequest(wants: [want]))
        }
        await transport.close()
        return failure
    }

    private func pushFailure(_ step: ScriptedServer.Step) async throws -> GitFailure? {
        let server = try Self.server(step)
        defer { server.stop() }
        let transport = try makeTransport(url: server.url, options: GitTransportOptions())
        let old = try #require(ObjectID(Self.id))
        let new = try #require(ObjectID(String(repeating: "cd", count: 20)))
        let failure = await #expect(throws: GitFailure.self) {
            try await transport.push([RefUpdate(ref: "refs/heads/main", old: old, new: new)], bytes: [1, 2, 3])
        }
        await transport.close()
        return failure
    }

    @Test(arguments: [
        "", "0000", "zzzz", "000dpackfile\n", "000dpackfile\n0000", "000dpackfile\n0005\u{9}0000",
        "000dpackfile\n0010\u{1}half", "0008nope", "0001000100010000",
    ])
    func `a broken answer to a fetch is a failure`(_ body: String) async throws {
        #expect(try await fetchFailure(body) != nil)
    }

    @Test func `the words of a fatal error are kept, made harmless`() async throws {
        let body =
            Self.packet("packfile\n") + Self.packet("\u{2}preparing\r\n") + Self.packet("\u{3}disk \u{1b}[2Jbroken\n")
            + "0000"
        let failure = try await fetchFailure(body)
        #expect(failure?.message.contains("disk [2Jbroken") == true)
        #expect(failure?.retry == .backoff)
        let absent = try await fetchFailure(Self.packet("ERR upload-pack: not our ref \(Self.id)\n"))
        guard case .missingObject = absent else {
            Issue.record("\(String(describing: absent))")
            return
        }
    }

    @Test(arguments: ["", "0000", "zzzz", "0009\u{1}unpa", "000eunpack ok\n0000"])
    func `a broken report is never a success`(_ body: String) async throws {
        #expect(try await pushFailure(Self.answer("receive-pack", body)) != nil)
    }

    @Test func `a report of another branch is not one of ours`() async throws {
        let report = Self.packet("unpack ok\n") + Self.packet("ok refs/heads/other\n") + "0000"
        let failure = try await pushFailure(Self.answer("receive-pack", Self.packet("\u{1}" + report) + "0000"))
        guard case .protocolViolation = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func `a report without end is not collected`() async throws {
        let piece = Self.packet("\u{1}" + String(repeating: "x", count: 60_000))
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-receive-pack-result\r\n\r\n"
        let endless = head + String(repeating: piece, count: 30)
        guard case .tooLarge = try await pushFailure(.send(Array(endless.utf8))) else {
            Issue.record("a report of 1.8 MB was taken")
            return
        }
    }

    @Test func `a push whose answer is lost is not sent again by itself`() async throws {
        let posts = Counter()
        let server = try ScriptedServer { request in
            if request.hasPrefix("POST") {
                posts.add()
                return [.send(Array("HTTP/1.1 200 OK\r\n".utf8)), .close]
            }
            let refs =
                Self.packet("# service=git-receive-pack\n") + "0000"
                + Self.packet("\(Self.id) refs/heads/main\0report-status side-band-64k\n") + "0000"
            return [
                ScriptedServer.http("200 OK", type: "application/x-git-receive-pack-advertisement", Array(refs.utf8))
            ]
        }
        defer { server.stop() }
        let old = try #require(ObjectID(Self.id))
        let transport = try makeTransport(url: server.url, options: GitTransportOptions())
        let next = try #require(ObjectID(String(repeating: "cd", count: 20)))
        let lost = await #expect(throws: GitFailure.self) {
            try await transport.push([RefUpdate(ref: "refs/heads/main", old: old, new: next)], bytes: [1])
        }
        await transport.close()
        guard case .unreachable = lost else {
            Issue.record("\(String(describing: lost))")
            return
        }
        #expect(posts.count == 1)
    }

    @Test(arguments: [
        ("https://192.0.2.1/app.git", "CONNECT 192.0.2.1:443 "),
        // A proxy may allow CONNECT for 443 alone.
        ("http://192.0.2.1/app.git", "GET http://192.0.2.1/app.git/info/refs"),
    ])
    func `a proxy is used where it is given`(url: String, line: String) async throws {
        let seen = Counter()
        let proxy = try ScriptedServer { request in
            if request.hasPrefix(line) { seen.add() }
            return [ScriptedServer.http("503 No", type: "text/plain", Array("closed today".utf8))]
        }
        defer { proxy.stop() }
        var options = GitTransportOptions()
        options.proxy = .init(host: "127.0.0.1", port: proxy.port)
        let transport = try makeTransport(url: url, options: options)
        let failure = await #expect(throws: GitFailure.self) { try await transport.refs(prefixes: []) }
        await transport.close()
        #expect(failure?.retry == .backoff, "\(String(describing: failure))")
        #expect(seen.count == 1)
    }
}
