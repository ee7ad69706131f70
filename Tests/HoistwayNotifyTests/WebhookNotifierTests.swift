import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayNotify

private struct StillClock: WallClock {
    func now() -> Timestamp { Timestamp(seconds: 1_800_000_000) }
    func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}

struct WebhookNotifierTests {
    private static func notice(to target: String = "ops") -> Notice {
        let occurrence = Occurrence(.promotionFailed, at: Timestamp(seconds: 0), projects: ["shop"], reason: "no")
        return Notice(id: "notice-1", target: target, occurrence: occurrence)
    }

    /// What sending to a server that answers so ends in; `nil`: taken.
    private static func failure(_ steps: [ScriptedServer.Step]) async throws -> NotifyFailure? {
        let server = try ScriptedServer { _ in steps }
        defer { server.stop() }
        return await failure(url: "http://127.0.0.1:\(server.port)/marked-token")
    }

    private static func failure(url: String) async -> NotifyFailure? {
        let notifier = WebhookNotifier(
            targets: [NotifyTarget(name: "ops", url: Secret(url), format: .generic, secret: nil)],
            publicURL: nil,
            clock: StillClock(),
            version: "test",
            // As much as a busy machine may need.
            timeout: 120
        )
        var found: NotifyFailure?
        do throws(NotifyFailure) { try await notifier.send(notice()) } catch { found = error }
        await notifier.shutdown()
        return found
    }

    private static func answer(_ status: String, _ headers: String...) -> [ScriptedServer.Step] {
        [ScriptedServer.http(status, type: "text/plain", [], headers: headers), .close]
    }

    @Test func `each answer says whether to try again`() async throws {
        #expect(try await Self.failure(Self.answer("204 No Content")) == nil)
        for (status, retry) in [
            ("500 No", Retry.backoff), ("408 Slow", .backoff), ("404 No", .never), ("400 No", .never),
        ] {
            let failure = try #require(try await Self.failure(Self.answer(status)))
            #expect(failure.retry == retry, "\(status)")
        }
        let limited = try await Self.failure(Self.answer("429 Slower", "Retry-After: 7"))
        #expect(limited == .limited(target: "ops", after: .seconds(7)))
    }

    @Test func `a redirect is not followed`() async throws {
        let elsewhere = try ScriptedServer { _ in Self.answer("200 OK") }
        defer { elsewhere.stop() }
        let location = "Location: http://127.0.0.1:\(elsewhere.port)/"
        #expect(
            try await Self.failure(Self.answer("307 Elsewhere", location)) == .refused(target: "ops", status: 307)
        )
        #expect(elsewhere.accepted == 0)
    }

    @Test func `an answer without end is cut off, and counts by its status`() async throws {
        let head = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        let chunk = Array("1000\r\n".utf8) + [UInt8](repeating: 120, count: 4096) + Array("\r\n".utf8)
        // Read to its end, it would be broken off, which is a failure.
        #expect(try await Self.failure([.send(head), .flood(chunk, times: 1_000_000)]) == nil)
    }

    @Test func `nobody there is told without the URL`() async throws {
        let failure = try #require(await Self.failure(url: "http://127.0.0.1:1/marked-token"))
        #expect(failure.retry == .backoff)
        #expect(!failure.description.contains("marked-token") && !"\(failure)".contains("marked-token"))
    }

    @Test func `a target that is configured no more is not tried again`() async throws {
        let notifier = WebhookNotifier(targets: [], publicURL: nil, clock: StillClock(), version: "test")
        await #expect(throws: NotifyFailure.unknownTarget("ops")) { try await notifier.send(Self.notice()) }
        await notifier.shutdown()
    }
}
