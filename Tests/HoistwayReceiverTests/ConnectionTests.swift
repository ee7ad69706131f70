import HoistwayModel
import HoistwayPorts
import HoistwayReceiver
import Logging
import NIOCore
import Synchronization
import Testing

struct ConnectionTests {
    @Test func `pipelined requests are answered one after the other, in order`() async throws {
        let inbox = FakeInbox(.waits)
        try await withReceiver(inbox) { port, _, _ in
            let client = try await TestClient.connect(to: port)
            let requests = (1...3).map { post("\($0)", closing: false) } + [post("4", signature: "bad", closing: true)]
            try await client.send(requests.joined())
            for number in 1...3 {
                let submission = try #require(await inbox.nextSubmission())
                #expect(submission.delivery.body == Array("\(number)".utf8))
                // The next one must not be on its way before this one is answered.
                #expect(inbox.deliveries.count == number)
                submission.answer(.stored(DeliveryID(Int64(number))))
            }
            let answers = TestClient.split(await client.readToEnd())
            #expect(answers.map(status) == ["202", "202", "202", "401"])
        }
    }

    @Test func `a malformed request behind a good one does not spoil its answer`() async throws {
        let inbox = FakeInbox(.waits)
        try await withReceiver(inbox) { port, _, _ in
            let client = try await TestClient.connect(to: port)
            try await client.send(post("{}", closing: false) + "nonsense\r\n\r\n")
            try #require(await inbox.nextSubmission()).answer(.stored(DeliveryID(1)))
            #expect(await TestClient.split(client.readToEnd()).map(status) == ["202", "400"])
        }
    }

    @Test func `a client may ask before it sends a body`() async throws {
        try await withReceiver(FakeInbox(.stores)) { port, _, _ in
            let whole = post("{}", headers: ["expect: 100-continue"])
            let client = try await TestClient.connect(to: port)
            try await client.send(String(whole.dropLast(2)))
            #expect(await client.read(answers: 1).first?.hasPrefix("HTTP/1.1 100 Continue") == true)
            try await client.send("{}")
            #expect(await status(client.readToEnd()) == "202")
        }
    }

    @Test func `a client that closed its side still gets its answer`() async throws {
        let inbox = FakeInbox(.waits)
        try await withReceiver(inbox) { port, _, _ in
            let client = try await TestClient.connect(to: port)
            try await client.send(post("{}", closing: false))
            let submission = try #require(await inbox.nextSubmission())
            try await client.channel.close(mode: .output)
            submission.answer(.stored(DeliveryID(1)))
            #expect(await status(client.readToEnd()) == "202")
        }
    }

    @Test func `HTTP 1 point 0 is served and closed`() async throws {
        try await withReceiver(FakeInbox(.stores)) { port, _, _ in
            let request = post("{}", closing: false).replacing("HTTP/1.1", with: "HTTP/1.0")
            try await expect("202", from: request, at: port)
        }
    }

    @Test func `a shutdown answers what is under way, and turns away what comes later`() async throws {
        let inbox = FakeInbox(.waits)
        try await withReceiver(inbox) { port, _, shutDown in
            let idle = try await TestClient.connect(to: port)
            let busy = try await TestClient.connect(to: port)
            let late = try await TestClient.connect(to: port)
            // All three are known to the server before it shuts down.
            try await late.send("POST /hook/app HTTP/1.1\r\nhost: a\r\n")
            try await busy.send(post("{}", closing: false))
            let submission = try #require(await inbox.nextSubmission())
            await shutDown()
            #expect(await idle.readToEnd() == "")
            await #expect(throws: (any Error).self) { try await TestClient.connect(to: port) }
            try await late.send("\r\n")
            #expect(await status(late.readToEnd()) == "503")
            submission.answer(.stored(DeliveryID(1)))
            let answer = await busy.readToEnd()
            #expect(status(answer) == "202")
            #expect(answer.contains("connection: close"))
        }
    }

    @Test func `a port that is taken is named`() async throws {
        try await withReceiver(FakeInbox(.stores)) { port, _, _ in
            let second = try ReceiverServer(
                settings: ReceiverSettings(host: "127.0.0.1", port: port),
                routes: [],
                inbox: FakeInbox(.stores),
                clock: FixedClock(),
                logger: .quiet
            )
            await #expect(throws: ReceiverFailure.self) { try await second.run() }
        }
    }

    @Test func `a server that listens ahead of its run keeps what comes, and gives its port back`() async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let route = ReceiverRoute(name: "app", path: "/hook/app", verifier: TestVerifier())
        let server = try ReceiverServer(
            settings: ReceiverSettings(host: "127.0.0.1", port: 0),
            routes: [route],
            inbox: FakeInbox(.stores),
            clock: FixedClock(),
            logger: .quiet,
            onListening: { port.yield($0) }
        )
        try await server.listen()
        let number = try #require(await ports.first { _ in true })
        try await expect("202", from: post("{}"), at: number)
        try await server.close()
        await #expect(throws: (any Error).self) { try await TestClient.connect(to: number) }
    }
}
