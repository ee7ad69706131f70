import HoistwayReceiver
import Logging
import NIOCore
import Synchronization
import Testing

struct RefusalLogTests {
    /// Keeps what is logged, as text.
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])

        var logger: Logger { Logger(label: "test") { [self] _ in Handler(lines: self) } }
    }

    private struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(lines: Lines) {
            self.lines = lines
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let pairs = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
            lines.all.withLock { $0.append("\(event.message) \(pairs)") }
        }
    }

    @Test func `a refusal names the scheme, the reason and the peer, and nothing that the request brought`()
        async throws
    {
        let lines = Lines()
        let proxies = [AddressRange("127.0.0.0/8")].compactMap { $0 }
        try await withReceiver(FakeInbox(.stores), trustedProxies: proxies, logger: lines.logger) { port, _, _ in
            let headers = ["X-Forwarded-For: 6.6.6.6, 203.0.113.9", "Authorization: Bearer s3cret", "X-Evil: s3cret"]
            try await expect("401", from: post("{\"s3cret\":1}", headers: headers, signature: "s3cret"), at: port)
        }
        let refusals = lines.all.withLock { $0 }.filter { $0.hasPrefix("a request was refused") }
        #expect(
            refusals == [
                "a request was refused peer.address=203.0.113.9 reason.code=mismatch "
                    + "reason=the signature or token is not one that the receiver accepts receiver.name=app "
                    + "receiver.scheme=test"
            ]
        )
        #expect(!lines.all.withLock { $0 }.joined().contains("s3cret"))
    }

    @Test func `a flood of refusals does not flood the log`() async throws {
        let lines = Lines()
        try await withReceiver(FakeInbox(.stores), logger: lines.logger) { port, _, _ in
            let client = try await TestClient.connect(to: port)
            try await client.send(String(repeating: post("{}", signature: "bad", closing: false), count: 300))
            let answers = await client.read(answers: 300)
            #expect(answers.count == 300)
            await client.close()
        }
        let refusals = lines.all.withLock { $0 }.filter { $0.hasPrefix("a request was refused") }
        #expect(refusals.count >= 10 && refusals.count <= 60)
    }
}
