import HoistwayModel
import HoistwayPorts
import HoistwayReceiver
import NIOCore
import Testing

struct AnswerTests {
    @Test func `an authentic request is stored and then accepted with the delivery's number`() async throws {
        let inbox = FakeInbox(.stores)
        try await withReceiver(inbox) { port, _, _ in
            let request = post(
                "{\"a\":1}",
                headers: ["X-GitHub-Event: push", "x-test-id: id-1", "Authorization: Bearer s3cret", "Cookie: a=b"]
            )
            let answer = try await exchange(port, request)
            #expect(status(answer) == "202")
            #expect(answer.hasSuffix("{\"status\":\"accepted\",\"delivery\":\"1\"}"))
            #expect(answer.contains("date: Thu, 01 Jan 2026 00:00:00 GMT\r\n"))
        }
        let delivery = try #require(inbox.deliveries.first)
        #expect(delivery.receiver == "app")
        #expect(delivery.senderID == "id-1")
        #expect(delivery.body == Array("{\"a\":1}".utf8))
        #expect(delivery.bodySHA256.count == 32)
        #expect(delivery.verdict == "test#0")
        #expect(delivery.isEvidence)
        #expect(!delivery.isReplay)
    }

    @Test func `no header that could prove somebody is stored`() async throws {
        let inbox = FakeInbox(.stores)
        try await withReceiver(inbox) { port, _, _ in
            let secrets = [
                "Authorization: Bearer s3cret", "X-Gitlab-Token: s3cret", "X-Hub-Signature-256: sha256=00",
                "Cookie: s3cret", "webhook-signature: v1,s3cret", "X-Gitea-Signature: s3cret",
                "X-Custom: s3cret", "X-GitHub-Event: push",
            ]
            _ = try await exchange(port, post("{}", headers: secrets))
        }
        let stored = try #require(inbox.deliveries.first).headers
        #expect(Set(stored.map(\.name)) == ["content-type", "x-github-event"])
    }

    @Test(arguments: [
        (
            InboxAnswer.duplicate(of: DeliveryID(7), requeued: true), "200",
            "{\"status\":\"duplicate\",\"delivery\":\"7\"}"
        ),
        (InboxAnswer.unavailable("full"), "503", "{\"error\":\"not available now; send it again\"}"),
    ])
    func `the inbox's answer is the request's answer`(
        _ answer: InboxAnswer,
        _ code: String,
        _ body: String
    ) async throws {
        try await withReceiver(FakeInbox(.answers(answer))) { port, _, _ in
            let reply = try await exchange(port, post("{}"))
            #expect(status(reply) == code)
            #expect(reply.hasSuffix(body))
            #expect(reply.contains("retry-after: ") == (code == "503"))
        }
    }

    @Test(arguments: [
        (post("{}", signature: "bad"), "401"),
        (post("{}", path: "/hook/other"), "404"),
        (post("{}", path: "/"), "404"),
        (post("{}", path: "/hook/app/more"), "404"),
        (post("{}", path: "/hook/app/"), "202"),
        (post("{}", path: "/hook/app?x=1"), "202"),
        (post("{}", contentType: nil), "415"),
        (post("{}", contentType: "text/plain"), "415"),
        (post("{}", contentType: "application/x-www-form-urlencoded"), "415"),
        (post("{}", contentType: "Application/JSON; charset=utf-8"), "202"),
        (post("{}", contentType: "application/vnd.docker.distribution.events.v1+json"), "202"),
        (post("{}", headers: ["content-encoding: gzip"]), "415"),
        (post("{}", headers: ["content-encoding: identity"]), "202"),
        (post(""), "202"),
        ("GET /hook/app HTTP/1.1\r\nhost: a\r\n\r\n", "405"),
        ("PUT /hook/app HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}", "405"),
        ("GET /nowhere HTTP/1.1\r\nhost: a\r\n\r\n", "404"),
    ])
    func `each kind of request has its answer`(_ request: String, _ code: String) async throws {
        try await withReceiver(FakeInbox(.stores)) { port, _, _ in
            try await expect(code, from: request, at: port)
        }
    }

    @Test func `a wrong method is told the right one`() async throws {
        try await withReceiver(FakeInbox(.stores)) { port, _, _ in
            let answer = try await exchange(port, "GET /hook/app HTTP/1.1\r\nhost: a\r\n\r\n")
            #expect(answer.contains("\r\nallow: HEAD, POST\r\n"))
        }
    }

    @Test func `the answer comes only after the commit`() async throws {
        let inbox = FakeInbox(.waits)
        try await withReceiver(inbox) { port, _, _ in
            let client = try await TestClient.connect(to: port)
            try await client.send(post("{}", closing: false))
            let submission = try #require(await inbox.nextSubmission())
            // A second connection is served while the first one waits, so that the loop is not blocked by it.
            try await expect("401", from: post("{}", signature: "bad"), at: port)
            submission.answer(.stored(DeliveryID(42)))
            let answers = await client.read(answers: 1)
            #expect(answers.first?.hasSuffix("\"delivery\":\"42\"}") == true)
            await client.close()
        }
    }

    @Test func `a commit that takes too long is answered 503, and its late answer is dropped`() async throws {
        let inbox = FakeInbox(.waits)
        var limits = ReceiverLimits.patient
        limits.answerTime = .milliseconds(100)
        try await withReceiver(inbox, limits: limits) { port, _, _ in
            let client = try await TestClient.connect(to: port)
            try await client.send(post("{}", closing: false))
            let first = try #require(await inbox.nextSubmission())
            let late = await client.read(answers: 1)
            #expect(late.map(status) == ["503"])
            first.answer(.stored(DeliveryID(1)))
            let end = ContinuousClock.now + .seconds(120)
            var answer = ""
            // On a busy machine these answers may be too late as well.
            repeat {
                try await client.send(post("{}", closing: false))
                let second = try #require(await inbox.nextSubmission())
                second.answer(.stored(DeliveryID(2)))
                answer = await client.read(answers: 1).first ?? ""
            } while status(answer) == "503" && ContinuousClock.now < end
            #expect(answer.contains("\"delivery\":\"2\""))
            await client.close()
        }
    }

    @Test func `routes can be replaced while the server runs`() async throws {
        try await withReceiver(FakeInbox(.stores)) { port, server, _ in
            server.replaceRoutes([ReceiverRoute(name: "new", path: "/hook/new", verifier: TestVerifier())])
            try await expect("404", from: post("{}"), at: port)
            try await expect("202", from: post("{}", path: "/hook/new"), at: port)
        }
    }

    @Test func `a receiver takes so many deliveries a second`() async throws {
        let route = ReceiverRoute(name: "app", path: "/hook/app", verifier: TestVerifier(), maxPerSecond: 2)
        try await withReceiver(FakeInbox(.stores), routes: [route]) { port, _, _ in
            let client = try await TestClient.connect(to: port)
            try await client.send(String(repeating: post("{}", closing: false), count: 5))
            let answers = await client.read(answers: 5)
            #expect(answers.prefix(2).map(status) == ["202", "202"])
            #expect(answers.last.map(status) == "429")
            #expect(answers.last?.contains("retry-after: 1\r\n") == true)
            await client.close()
        }
    }
}
