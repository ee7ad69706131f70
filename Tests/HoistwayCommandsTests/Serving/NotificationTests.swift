import Foundation
import HoistwayCrypto
import HoistwayTestServers
import Synchronization
import Testing

/// Webhooks that the running program sends.
struct NotificationTests {
    private static let secret = "the secret of the notification"

    private static func notification(_ port: Int, _ options: String...) -> String {
        let lines = ["name: ops", "url: http://127.0.0.1:\(port)/hooks/marked-url-token"] + options
        return "notifications:\n  - \(lines.joined(separator: "\n    "))"
    }

    private static func ok() -> [ScriptedServer.Step] {
        [ScriptedServer.http("200 OK", type: "text/plain", Array("ok".utf8))]
    }

    private static func refusing(_ shop: SimpleShop) throws {
        try shop.repository.setHook("pre-receive", "echo 'main is <frozen> & closed' >&2; exit 1")
    }

    /// As a receiver would: HMAC-SHA256 over id, time and body.
    private static func isSigned(_ request: ScriptedServer.Received) throws -> Bool {
        guard let id = request.header("webhook-id"), let time = request.header("webhook-timestamp"),
            let seconds = Int(time), abs(Int(Date().timeIntervalSince1970) - seconds) < 300
        else { return false }
        let text = Array("\(id).\(time).".utf8) + request.body
        let code = try HMAC.sha256(key: Array(secret.utf8), message: text)
        return request.header("webhook-signature") == "v1,\(Data(code).base64EncodedString())"
    }

    @Test func `A refused promotion is told once, signed, with what to do, after an answer of 500`() async throws {
        let tries = Atomic(0)
        let target = try ScriptedServer { _ in
            tries.add(1, ordering: .relaxed).newValue == 1
                ? [ScriptedServer.http("500 No", type: "text/plain", [])] : Self.ok()
        }
        defer { target.stop() }
        let shop = try await SimpleShop(
            more: [
                "log: {level: trace}",
                Self.notification(target.port, "secret: {file: notify-secret}", "events: [promotion-refused]"),
            ]
        )
        defer { shop.stop() }
        try shop.served.folder.write(Self.secret + "\n", to: "notify-secret")
        try Self.refusing(shop)
        try await shop.served.serving {
            #expect(try await shop.source.announce("app", "1.1.0", to: shop.served) == 202)
            let promotion = try await shop.served.lastPromotion(of: "test")
            #expect(promotion.phase == "Failed")
            try await eventually("the notification") { target.received.count == 2 }
            let requests = target.received
            for request in requests { #expect(try Self.isSigned(request)) }
            #expect(requests[0].header("webhook-id") == requests[1].header("webhook-id"))
            let message = try #require(
                try JSONSerialization.jsonObject(with: Data(requests[1].body)) as? [String: Any]
            )
            #expect(message["event"] as? String == "promotion-refused")
            #expect(message["stage"] as? String == "shop/test")
            #expect(message["promotion"] as? String == promotion.id)
            #expect((message["reason"] as? String)?.contains("main is <frozen> & closed") == true)
            #expect((message["next"] as? String)?.contains("hoistway promote shop/test") == true)
            try await eventually("the end of the notice") {
                try await shop.served.health("metrics")
                    .contains(#"hoistway_notifications_total{result="sent",target="ops"} 1"#)
            }
            #expect(target.received.count == 2)
        }
        let log = shop.served.log
        #expect(log.contains("a notification is sent again later") && log.contains("a notification was sent"))
        #expect(!log.contains("marked-url-token") && !log.contains(Self.secret))
    }

    @Test func `Slack gets one text in which the remote's words are only words`() async throws {
        let target = try ScriptedServer { _ in Self.ok() }
        defer { target.stop() }
        let shop = try await SimpleShop(
            more: [Self.notification(target.port, "format: slack")]
        )
        defer { shop.stop() }
        try Self.refusing(shop)
        try await shop.served.serving {
            #expect(try await shop.source.announce("app", "1.1.0", to: shop.served) == 202)
            try await eventually("the notification") { !target.received.isEmpty }
        }
        let body = try #require(target.received.first).body
        let message = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: String])
        #expect(Array(message.keys) == ["text"])
        let text = try #require(message["text"])
        #expect(text.contains("*Promotion to shop/test was refused*"))
        #expect(text.contains("main is &lt;frozen&gt; &amp; closed"))
    }

    @Test func `Killed before it could be told, a failure is told after the next start`() async throws {
        let isUp = Atomic(false)
        let target = try ScriptedServer { _ in isUp.load(ordering: .relaxed) ? Self.ok() : [.hang] }
        defer { target.stop() }
        let shop = try await SimpleShop(more: [Self.notification(target.port)])
        defer { shop.stop() }
        try Self.refusing(shop)
        var promotion = ""
        try await shop.served.explained {
            try await shop.served.start()
            #expect(try await shop.source.announce("app", "1.1.0", to: shop.served) == 202)
            promotion = try await shop.served.lastPromotion(of: "test").id
            shop.served.kill()
            isUp.store(true, ordering: .relaxed)
            try await shop.served.start()
            try await eventually("the notification") {
                target.received.contains { String(decoding: $0.body, as: UTF8.self).contains(promotion) }
            }
        }
    }

    @Test func `A target that never answers slows no promotion`() async throws {
        let target = try ScriptedServer { _ in [.hang] }
        defer { target.stop() }
        let shop = try await SimpleShop(stages: ["test", "prod"], more: [Self.notification(target.port)])
        defer { shop.stop() }
        try Self.refusing(shop)
        try await shop.served.serving {
            #expect(try await shop.source.announce("app", "1.1.0", to: shop.served) == 202)
            #expect(try await shop.served.lastPromotion(of: "test").phase == "Failed")
            try await eventually("the target to hang") { target.accepted > 0 }
            try shop.repository.setHook("pre-receive", "exit 0")
            var minor = 1
            try await eventually("a promotion that begins and ends while one request hangs") {
                let before = target.hanging
                guard before != nil else { return false }
                minor += 1
                #expect(try await shop.source.announce("app", "1.\(minor).0", to: shop.served) == 202)
                let promotion = try await shop.served.lastPromotion(of: "test", freightOf: "1.\(minor).0")
                #expect(promotion.phase == "Succeeded")
                return target.hanging == before
            }
        }
    }

    @Test func `notify test sends one message, and says what is wrong without the URL`() async throws {
        let answers = Mutex<[String]>(["200 OK", "404 Not Found", "302 Found"])
        let target = try ScriptedServer { _ in
            let status = answers.withLock { $0.isEmpty ? "500 No" : $0.removeFirst() }
            return [ScriptedServer.http(status, type: "text/plain", [], headers: ["Location: http://127.0.0.1:1/x"])]
        }
        defer { target.stop() }
        let shop = try await SimpleShop(more: [Self.notification(target.port, "secret: {file: notify-secret}")])
        defer { shop.stop() }
        try shop.served.folder.write(Self.secret, to: "notify-secret")
        let good = try await shop.served.command("notify", "test", "ops")
        #expect(good.status == 0, "\(good.errors)")
        let sent = try #require(target.received.first)
        #expect(try Self.isSigned(sent))
        for status in ["404", "302"] {
            let bad = try await shop.served.command("notify", "test", "ops")
            #expect(bad.status == 1)
            #expect(bad.errors.contains("answered \(status)"), "\(bad.errors)")
            #expect(!bad.errors.contains("marked-url-token"))
        }
        let unknown = try await shop.served.command("notify", "test", "nobody")
        #expect(unknown.status == 2 && unknown.errors.contains("ops"))
        #expect(target.received.count == 3)
    }
}
