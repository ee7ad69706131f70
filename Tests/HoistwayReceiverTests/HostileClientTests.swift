import HoistwayModel
import HoistwayPorts
import HoistwayReceiver
import NIOCore
import Testing

struct HostileClientTests {
    private let head =
        "POST /hook/app HTTP/1.1\r\nhost: a\r\nx-test-signature: good\r\ncontent-type: application/json\r\n"

    @Test(arguments: [(1000, "202"), (1001, "413")])
    func `a body of the bound is taken, one byte more is not`(_ count: Int, _ code: String) async throws {
        try await withReceiver(FakeInbox(.stores)) { port, _, _ in
            let answer = try await exchange(port, post(String(repeating: "x", count: count)))
            #expect(status(answer) == code)
        }
    }

    @Test func `a size that is only announced is refused without waiting for the body`() async throws {
        try await withReceiver(FakeInbox(.stores)) { port, _, _ in
            let client = try await TestClient.connect(to: port)
            try await client.send(head + "content-length: 1001\r\n\r\n")
            #expect(await client.read(answers: 1).map(status) == ["413"])
            await client.close()
        }
    }

    @Test(arguments: [
        ("99999999999999999999999999", "413"), ("-1", "400"), ("+5", "400"), ("0x10", "400"), ("5 5", "400"),
    ])
    func `lengths that lie are refused`(_ length: String, _ code: String) async throws {
        try await withReceiver(FakeInbox(.stores)) { port, _, _ in
            let answer = try await exchange(port, head + "content-length: \(length)\r\n\r\n12345")
            #expect(["400", code].contains(status(answer)))
        }
    }

    @Test(arguments: [(999, "202"), (1001, "413")])
    func `chunks without a length are counted while they come`(_ count: Int, _ code: String) async throws {
        let inbox = FakeInbox(.stores)
        try await withReceiver(inbox) { port, _, _ in
            let chunk = "1\r\nx\r\n"
            let body = String(repeating: chunk, count: count) + "0\r\n\r\n"
            let request = head + "transfer-encoding: chunked\r\nconnection: close\r\n\r\n" + body
            try await expect(code, from: request, at: port)
        }
        #expect(inbox.deliveries.map(\.body.count) == (code == "202" ? [count] : []))
    }

    @Test(arguments: [
        "content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "content-length: 2\r\ncontent-length: 2\r\n\r\n{}",
        "content-length: 2\r\ncontent-length: 3\r\n\r\n{} ",
        "content-length: 2, 2\r\n\r\n{}",
        "transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding: identity\r\n\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "x-folded: a\r\n b\r\ncontent-length: 2\r\n\r\n{}",
        "x-nul: a\u{0}b\r\ncontent-length: 2\r\n\r\n{}",
        "content-length : 2\r\n\r\n{}",
        // S13
        "transfer-encoding:\r\n\r\n", "transfer-encoding: \r\ncontent-length: 2\r\n\r\n{}",
        "content-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
        "Content-Type: application/x-www-form-urlencoded\r\ncontent-length: 2\r\n\r\n{}",
        "host: a\r\ncontent-length: 2\r\n\r\n{}", "HOST: b\r\ncontent-length: 2\r\n\r\n{}",
        "content-length:\r\n\r\n", "content-length: 2\n\r\n{}", "x-cr: a\rb\r\ncontent-length: 2\r\n\r\n{}",
        "content_length: 2\r\nx-lf: a\nb: c\r\ncontent-length: 2\r\n\r\n{}",
    ])
    func `a length told twice, or headers that two parsers read differently, are refused`(_ rest: String) async throws {
        let inbox = FakeInbox(.stores)
        try await withReceiver(inbox) { port, _, _ in
            try await expect("400", from: head + rest, at: port)
        }
        #expect(inbox.deliveries.isEmpty)
    }

    // S13
    @Test(arguments: [
        "localhost:1@evil", "user@localhost", "localhost:", "a b", "a,b", "a/b", "[::1", "::1", "localhost:99999",
        "localhost:+1", "", "[zz]", "a?b", "a#b", "ä",
    ])
    func `a host that is no host is refused`(_ host: String) async throws {
        let inbox = FakeInbox(.stores)
        try await withReceiver(inbox) { port, _, _ in
            let request = post("{}").replacing("host: localhost\r\n", with: "host: \(host)\r\n")
            // A port may be left out behind its colon.
            try await expect(host == "localhost:" ? "202" : "400", from: request, at: port)
        }
    }

    // S13
    @Test(arguments: [
        "http://localhost/hook/app", "http://evil/hook/app", "localhost:80", "*", "hook/app", "//", "/hook/app#x",
        "/hook/\u{7f}app", "/hook/äpp",
    ])
    func `a target that is no path is refused`(_ target: String) async throws {
        let inbox = FakeInbox(.stores)
        try await withReceiver(inbox) { port, _, _ in
            try await expect(target == "//" ? "404" : "400", from: post("{}", path: target), at: port)
        }
        #expect(inbox.deliveries.isEmpty)
    }

    // S13
    @Test func `without a host only the old version is served`() async throws {
        try await withReceiver(FakeInbox(.stores)) { port, _, _ in
            let request = post("{}").replacing("host: localhost\r\n", with: "")
            try await expect("400", from: request, at: port)
            try await expect("202", from: request.replacing("HTTP/1.1", with: "HTTP/1.0"), at: port)
            try await expect("400", from: post("{}").replacing("HTTP/1.1", with: "HTTP/2.0"), at: port)
        }
    }

    // Gogs looks by HEAD whether somebody listens.
    @Test func `HEAD is answered without a body, on a path that is there and on one that is not`() async throws {
        let inbox = FakeInbox(.stores)
        try await withReceiver(inbox) { port, server, _ in
            for (path, code) in [("/hook/app", "200"), ("/hook/none", "404"), ("http://x/hook/app", "400")] {
                let answer = try await exchange(port, "HEAD \(path) HTTP/1.1\r\nhost: localhost\r\n\r\n")
                #expect(status(answer) == code)
                #expect(answer.hasSuffix("\r\n\r\n"))
                #expect(code != "200" || answer.contains("allow: HEAD, POST\r\n"))
            }
            try await expect("405", from: "GET /hook/app HTTP/1.1\r\nhost: localhost\r\n\r\n", at: port)
            #expect(server.refusals(of: "app").map(\.code) == ["wrong_method"])
        }
        #expect(inbox.deliveries.isEmpty)
    }

    // I11
    @Test func `a hook path that no receiver has is kept as a refusal, without the path, and others are not`()
        async throws
    {
        try await withReceiver(FakeInbox(.stores)) { port, server, _ in
            for path in ["/hook/app-misspelt", "/hook/", "/hook/app/x", "/wp-login.php", "/", "/hook.php"] {
                try await expect("404", from: post("{}", path: path), at: port)
            }
            let refusals = server.refusals(of: nil)
            #expect(refusals.map(\.receiver) == ["none", "none", "none"])
            #expect(refusals.allSatisfy { $0.code == "not_found" && $0.bytes == 2 && $0.peer == "127.0.0.1" })
            #expect(!"\(refusals)".contains("misspelt"))
            server.replaceRoutes([])
            #expect(server.refusals(of: "none").count == 3)
        }
    }

    @Test(arguments: ["nonsense\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}", "POST /hook/app HTTP/9.9\r\n\r\n"])
    func `what is no HTTP is answered 400 and cut off`(_ bytes: String) async throws {
        try await withReceiver(FakeInbox(.stores)) { port, _, _ in
            try await expect("400", from: bytes, at: port)
        }
    }

    @Test func `headers beyond the bound are answered 431, whether one or many`() async throws {
        try await withReceiver(FakeInbox(.stores)) { port, _, _ in
            let one = post("{}", headers: ["x-long: " + String(repeating: "a", count: 17_000)])
            try await expect("431", from: one, at: port)
            let many = post("{}", headers: (0..<17).map { "x-\($0): " + String(repeating: "a", count: 1000) })
            try await expect("431", from: many, at: port)
            let short = post("{}", headers: (0..<101).map { "x-\($0): a" })
            try await expect("431", from: short, at: port)
            let path = post("{}", path: "/" + String(repeating: "a", count: 17_000))
            try await expect("431", from: path, at: port)
        }
    }

    @Test func `slow clients are cut off, in the headers and in the body`() async throws {
        var limits = ReceiverLimits.patient
        limits.headerTime = .seconds(3)
        limits.bodyTime = .milliseconds(200)
        try await withReceiver(FakeInbox(.stores), limits: limits) { port, _, _ in
            let silent = try await TestClient.connect(to: port)
            #expect(await silent.readToEnd() == "")
            try await expect("408", from: "POST /hook", at: port)
            try await expect("408", from: head + "content-length: 9\r\n\r\n{", at: port)
        }
    }

    @Test func `bytes that trickle do not extend the time for headers`() async throws {
        var limits = ReceiverLimits.patient
        limits.headerTime = .milliseconds(200)
        try await withReceiver(FakeInbox(.stores), limits: limits) { port, _, _ in
            let client = try await TestClient.connect(to: port)
            let trickle = Task {
                // Ends by the failing write once the server has closed.
                while true { try await client.send("P") }
            }
            _ = await client.readToEnd()
            await #expect(throws: (any Error).self) { try await trickle.value }
        }
    }

    @Test func `a connection kept alive has the same time for its next headers`() async throws {
        var limits = ReceiverLimits.patient
        limits.headerTime = .seconds(3)
        try await withReceiver(FakeInbox(.stores), limits: limits) { port, _, _ in
            let end = ContinuousClock.now + .seconds(120)
            var last = ""
            // On a busy machine this client itself may be too late.
            repeat {
                let client = try await TestClient.connect(to: port)
                guard (try? await client.send(post("{}", closing: false))) != nil else { continue }
                guard await client.read(answers: 1).map(status) == ["202"] else { continue }
                try? await client.send("POST")
                last = await client.readToEnd()
            } while last.isEmpty && ContinuousClock.now < end
            #expect(status(last) == "408")
        }
    }

    @Test func `an idle connection is closed in the end`() async throws {
        var limits = ReceiverLimits.patient
        limits.idleTime = .milliseconds(100)
        try await withReceiver(FakeInbox(.stores), limits: limits) { port, _, _ in
            let client = try await TestClient.connect(to: port)
            try await client.send(post("{}", closing: false))
            let all = await client.readToEnd()
            #expect(TestClient.split(all).count == 1)
        }
    }

    @Test func `who asks and asks and reads no answer is cut off, and holds little until then`() async throws {
        var limits = ReceiverLimits.patient
        limits.idleTime = .seconds(3)
        limits.headerTime = .seconds(3)
        try await withReceiver(FakeInbox(.stores), limits: limits) { port, server, _ in
            let client = try await TestClient.connect(to: port) { channel in
                try channel.syncOptions?.setOption(.autoRead, value: false)
            }
            let requests = String(repeating: head + "x-test-signature: bad\r\ncontent-length: 0\r\n\r\n", count: 1000)
            // Its end comes by a write that fails; a server that answers without end would take gigabytes.
            var sent = 0
            await #expect(throws: (any Error).self) {
                while sent < 1 << 30 {
                    try await client.send(requests)
                    sent += requests.utf8.count
                }
            }
            #expect(sent < 64 << 20, "\(sent) bytes were taken")
            try await expect("401", from: post("{}", signature: "bad"), at: port)
        }
    }

    @Test func `a client that reads late gets all its answers, in order`() async throws {
        let inbox = FakeInbox(.stores)
        try await withReceiver(inbox) { port, _, _ in
            let client = try await TestClient.connect(to: port) { channel in
                try channel.syncOptions?.setOption(.autoRead, value: false)
            }
            let count = 6000
            var requests = ""
            for number in 0..<count {
                requests += post("{}", signature: number % 7 == 3 ? "good" : "bad", closing: false)
            }
            let sending = Task { [requests] in try await client.send(requests) }
            try await Task.sleep(for: .milliseconds(300))
            try await client.channel.setOption(.autoRead, value: true).get()
            let answers = await client.read(answers: count).map(status)
            #expect(answers == (0..<count).map { $0 % 7 == 3 ? "202" : "401" })
            try await sending.value
            await client.close()
        }
    }

    @Test func `a client that closes its side at once gets the answers to all that it sent`() async throws {
        let inbox = FakeInbox(.stores)
        try await withReceiver(inbox) { port, _, _ in
            let client = try await TestClient.connect(to: port)
            try await client.send((0..<3).map { post("{\"n\": \($0)}", closing: false) }.joined())
            try await client.channel.close(mode: .output)
            #expect(TestClient.split(await client.readToEnd()).map(status) == ["202", "202", "202"])
        }
        #expect(inbox.deliveries.count == 3)
    }

    @Test func `bodies in flight have a bound, and give it back`() async throws {
        var limits = ReceiverLimits.patient
        limits.bodyBytesInFlight = 1500
        let inbox = FakeInbox(.waits)
        try await withReceiver(inbox, limits: limits) { port, _, _ in
            let body = String(repeating: "x", count: 1000)
            let client = try await TestClient.connect(to: port)
            try await client.send(post(body, closing: false))
            let first = try #require(await inbox.nextSubmission())
            let refused = try await exchange(port, post(body))
            #expect(status(refused) == "503")
            #expect(refused.contains("retry-after: "))
            first.answer(.stored(DeliveryID(1)))
            #expect(await client.read(answers: 1).map(status) == ["202"])
            try await client.send(post(body, closing: false))
            try #require(await inbox.nextSubmission()).answer(.stored(DeliveryID(2)))
            #expect(await client.read(answers: 1).map(status) == ["202"])
            await client.close()
        }
    }

    /// A sender that writes its whole body before it reads would see a broken connection in place of the answer.
    @Test func `a sender that is told to come again may send its whole body, and reads the answer`() async throws {
        var limits = ReceiverLimits.patient
        limits.bodyBytesInFlight = 1500
        limits.lingerBytes = 1000
        limits.lingerTime = .seconds(60)
        let inbox = FakeInbox(.waits)
        try await withReceiver(inbox, limits: limits, routes: [Self.roomy]) { port, _, _ in
            let first = try await TestClient.connect(to: port)
            try await first.send(post(String(repeating: "x", count: 1000), closing: false))
            let stored = try #require(await inbox.nextSubmission())
            let client = try await TestClient.connect(to: port)
            // More than the buffers of both sides hold: it is sent only if it is read.
            try await client.send(post(String(repeating: "x", count: 24 << 20), closing: false))
            let answer = await client.readToEnd()
            #expect(status(answer) == "503")
            #expect(answer.contains("retry-after: "))
            stored.answer(.stored(DeliveryID(1)))
            await first.close()
        }
    }

    @Test func `what is dropped after a 503 has a bound`() async throws {
        var limits = ReceiverLimits.patient
        limits.bodyBytesInFlight = 1500
        limits.lingerBytes = 1000
        limits.drainBytes = 1 << 20
        limits.lingerTime = .seconds(60)
        try await withReceiver(FakeInbox(.stores), limits: limits, routes: [Self.roomy]) { port, _, _ in
            let client = try await TestClient.connect(to: port)
            await #expect(throws: (any Error).self) {
                try await client.send(post(String(repeating: "x", count: 24 << 20), closing: false))
            }
            await client.close()
        }
    }

    private static var roomy: ReceiverRoute {
        ReceiverRoute(
            name: "app",
            path: "/hook/app",
            verifier: TestVerifier(),
            maxBodyBytes: 25 << 20,
            idHeaders: ["x-test-id"]
        )
    }

    @Test func `more connections than allowed are closed at once`() async throws {
        var limits = ReceiverLimits.patient
        limits.connections = 1
        try await withReceiver(FakeInbox(.stores), limits: limits) { port, _, _ in
            let first = try await TestClient.connect(to: port)
            try await first.send(post("{}", closing: false))
            #expect(await first.read(answers: 1).map(status) == ["202"])
            let second = try await TestClient.connect(to: port)
            #expect(await second.readToEnd() == "")
            await first.close()
        }
    }

    @Test func `a client that goes away while its delivery is stored harms nobody`() async throws {
        let inbox = FakeInbox(.waits)
        try await withReceiver(inbox) { port, _, _ in
            let client = try await TestClient.connect(to: port)
            try await client.send(post("{}", closing: false))
            let submission = try #require(await inbox.nextSubmission())
            await client.close()
            submission.answer(.stored(DeliveryID(1)))
            try await expect("401", from: post("{}", signature: "bad"), at: port)
        }
    }
}
