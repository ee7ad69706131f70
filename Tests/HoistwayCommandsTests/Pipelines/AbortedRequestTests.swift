import Foundation
import HoistwayTestServers
import Synchronization
import Testing

/// A promotion whose end is asked for around its request to the outside.
struct AbortedRequestTests {
    private static func asking(_ port: Int, success: String) -> String {
        Manifest.pipeline(
            steps: """
                - uses: http
                  as: first
                  config:
                    url: http://127.0.0.1:\(port)/first
                    method: POST
                    timeout: 5m
                    successExpression: response.body.state == '\(success)'
                    failureExpression: "false"
                - uses: http
                  config: {url: "http://127.0.0.1:\(port)/second", method: POST}
                """
        )
    }

    private static func rig(_ port: Int, success: String = "done") async throws -> RuleRig {
        try await RuleRig(
            files: { _ in ["README": "empty\n"] },
            stages: { _ in [asking(port, success: success)] },
            configure: { $0.more.append("http: {privateHosts: [127.0.0.1]}") }
        )
    }

    private static let done = ScriptedServer.http("200 OK", type: "application/json", Array(#"{"state": "done"}"#.utf8))

    @Test func `aborted while its request is under way, it ends when that is answered, and sends no other`()
        async throws
    {
        let isReleased = Mutex(false)
        let desk = try ScriptedServer { _ in
            while !isReleased.withLock({ $0 }) { usleep(2000) }
            return [Self.done]
        }
        defer {
            isReleased.withLock { $0 = true }
            desk.stop()
        }
        let rig = try await Self.rig(desk.port)
        try await rig.run {
            #expect(try await rig.source.announce("app", "1.1.0", to: rig.served) == 202)
            try await eventually("the request") { desk.received.count == 1 }
            let id = try #require(try await rig.promotions().first).id
            let asked = try await rig.served.command("abort", id)
            #expect(asked.status == 0 && asked.text.contains("an open push or request is completed first"), "\(asked)")
            #expect(try await rig.promotions().first?.phase == "Running")
            isReleased.withLock { $0 = true }
            let promotion = try await rig.served.lastPromotion(of: "test")
            #expect(promotion.phase == "Aborted")
            let shown = try await rig.served.command("get", "promotions", id)
            let line = shown.text.split(separator: "\n").first { $0.contains(" first ") || $0.contains("first  ") }
            #expect(line?.contains("Succeeded") == true, "\(shown.text)")
            #expect(desk.received.count == 1)
        }
    }

    @Test func `aborted while it waits for an answer that it likes, it ends at once, and asks no more`() async throws {
        let desk = try ScriptedServer { _ in [Self.done] }
        defer { desk.stop() }
        let rig = try await Self.rig(desk.port, success: "never")
        try await rig.run {
            #expect(try await rig.source.announce("app", "1.1.0", to: rig.served) == 202)
            try await eventually("the wait") {
                try await rig.promotions().first?.message.contains("met neither success nor failure criteria") ?? false
            }
            let id = try #require(try await rig.promotions().first).id
            let aborted = try await rig.served.command("abort", id)
            #expect(aborted.status == 0 && aborted.text.contains("Aborted"), "\(aborted)")
            let asked = desk.received.count
            // Another promotion goes by; the first one is not heard of again.
            #expect(try await rig.source.announce("app", "1.2.0", to: rig.served) == 202)
            try await eventually("the next promotion's request") { desk.received.count > asked }
            let keys = desk.received.dropFirst(asked).compactMap { $0.header("Idempotency-Key") }
            #expect(keys.allSatisfy { !$0.contains(id) }, "\(keys)")
        }
    }
}
