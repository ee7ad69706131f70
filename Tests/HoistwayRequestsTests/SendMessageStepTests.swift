import HoistwayCrypto
import HoistwayExpressions
import HoistwayModel
import HoistwayNotify
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Testing

@testable import HoistwayRequests
@testable import HoistwaySteps

private struct StillClock: WallClock {
    func now() -> Timestamp { Timestamp(seconds: 1_800_000_000) }
    func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}

/// The step `send-message`, against a real server.
struct SendMessageStepTests {
    private static let promotion = "prod.01hzy3x8p2q6v9w4t7r5s1n0mk.0123456"
    private static let pathToken = "marked-path-token"

    private static func context(
        _ port: Int,
        format: NotifyTarget.Format = .slack,
        secret: Secret? = nil,
        privateHosts: [String] = ["127.0.0.1"],
        secretHosts: [String: [HostRule]] = [:],
        isRepeated: Bool = true
    ) -> StepContext {
        let record = PromotionRecord(
            id: PromotionID(promotion),
            stage: StageKey(project: "demo", name: "prod"),
            freight: FreightID("f"),
            collection: [:],
            actor: .automatic,
            reason: "",
            steps: [],
            mode: .promote,
            createdAt: Timestamp(seconds: 1)
        )
        var context = StepContext(
            stage: record.stage,
            promotion: record,
            freight: nil,
            collection: [],
            subscriptions: [],
            remotes: InMemoryGitRemotes([]),
            workspace: InMemoryWorkspace()
        )
        context.http = HTTPAccess(
            port: StepRequests(version: "1"),
            policy: HTTPPolicy(
                privateHosts: privateHosts.compactMap(HostRule.init),
                secrets: secretHosts,
                isRepeated: isRepeated
            )
        ) { secrets in { secrets.reduce($0) { $0.replacing($1, with: "***") } } }
        let target = NotifyTarget(
            name: "ops",
            url: Secret("http://127.0.0.1:\(port)/\(pathToken)"),
            format: format,
            secret: secret
        )
        context.http?.channels = ChannelMessenger(
            channels: [MessageChannelKey(project: "demo", name: "ops"): target],
            http: StepRequests(version: "1"),
            clock: StillClock(),
            // As much as a busy machine may need.
            timeout: .seconds(120)
        )
        context.alias = "tell"
        return context
    }

    private static func config(
        _ message: String = "web is out",
        kind: String = "MessageChannel",
        name: String = "ops",
        encoding: String? = nil
    ) -> [String: ConfigValue] {
        var config: [String: ConfigValue] = [
            "channel": .map(["kind": .string(kind), "name": .string(name)]), "message": .string(message),
        ]
        if let encoding { config["encodingType"] = .string(encoding) }
        return config
    }

    private static func run(
        _ config: [String: ConfigValue],
        in context: StepContext
    ) async throws(StepFailure) -> StepOutcome {
        try await SendMessageStep(StepConfiguration(passed: .map(config))).run(in: context)
    }

    private static func server(_ status: String = "200 OK") throws -> ScriptedServer {
        try ScriptedServer { _ in [ScriptedServer.http(status, type: "text/plain", Array("ok".utf8)), .close] }
    }

    private static func body(_ request: ScriptedServer.Received?) -> String {
        String(decoding: request?.body ?? [], as: UTF8.self)
    }

    private static func failure(_ config: [String: ConfigValue], in context: StepContext) async throws -> StepFailure {
        do throws(StepFailure) {
            _ = try await run(config, in: context)
        } catch {
            return error
        }
        struct Sent: Error {}
        throw Sent()
    }

    @Test func `Slack gets text in which nothing is a mark of its own`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let text = "*web* is out\n<!channel> <https://evil.test|approve> & @here"
        let outcome = try await Self.run(Self.config(text), in: Self.context(server.port))
        #expect(outcome.message == "sent to the MessageChannel 'ops'")
        let received = try #require(server.received.first)
        #expect(received.head.hasPrefix("POST /\(Self.pathToken) HTTP/1.1"))
        #expect(
            Self.body(received)
                == #"{"text":"*web* is out\n&lt;!channel&gt; &lt;https://evil.test|approve&gt; &amp; @\#u{200B}here"}"#
        )
        #expect(received.header("idempotency-key") == "\(Self.promotion)/tell/1")
        #expect(received.header("content-type") == "application/json")
    }

    @Test func `a redirect that would lose the message is not followed`() async throws {
        let server = try ScriptedServer { _ in
            [
                ScriptedServer.http("302 Found", type: "text/plain", [], headers: ["Location: /login"]), .close,
            ]
        }
        defer { server.stop() }
        let failure = try await Self.failure(Self.config(), in: Self.context(server.port))
        #expect(failure.message.contains("answered 302, a redirect that would lose the message"), "\(failure)")
        #expect(server.received.count == 1)
    }

    @Test func `a redirect that keeps the message is followed`() async throws {
        let server = try ScriptedServer { request in
            [
                !request.hasPrefix("POST /new ")
                    ? ScriptedServer.http("308 Permanent Redirect", type: "text/plain", [], headers: ["Location: /new"])
                    : ScriptedServer.http("200 OK", type: "text/plain", Array("ok".utf8)), .close,
            ]
        }
        defer { server.stop() }
        _ = try await Self.run(Self.config(), in: Self.context(server.port))
        #expect(server.received.last?.head.hasPrefix("POST /new ") == true)
        #expect(Self.body(server.received.last) == #"{"text":"web is out"}"#)
    }

    @Test func `without an answer nobody knows whether the message has arrived`() async throws {
        let server = try ScriptedServer { _ in [.close] }
        defer { server.stop() }
        let failure = try await Self.failure(Self.config(), in: Self.context(server.port))
        #expect(failure.message.contains("nobody knows whether the message"), "\(failure)")
    }

    @Test func `a text of huge characters is cut by its bytes`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let huge = String(repeating: "e" + String(repeating: "\u{301}", count: 30), count: 2000)
        _ = try await Self.run(Self.config(huge), in: Self.context(server.port))
        #expect(try #require(server.received.first).body.count < 13_000)
    }

    @Test func `another webhook gets our own form, signed`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let secret = Secret("0123456789abcdef")
        _ = try await Self.run(
            Self.config("<b>"),
            in: Self.context(server.port, format: .generic, secret: secret)
        )
        let received = try #require(server.received.first)
        let body = Self.body(received)
        #expect(
            body == #"{"at":"2027-01-15T08:00:00Z","event":"message","freight":"f","id":"\#(Self.promotion)/tell/1","#
                + #""message":"<b>","project":"demo","promotion":"\#(Self.promotion)","stage":"prod"}"#
        )
        let id = try #require(received.header("webhook-id"))
        #expect(!id.contains(".") && id.hasSuffix("/tell/1"))
        let signed = Array("\(id).1800000000.\(body)".utf8)
        let code = Base64.encode(try HMAC.sha256(key: secret.reveal(), message: signed), .standard)
        #expect(received.header("webhook-signature") == "v1,\(code)")
    }

    @Test(arguments: [
        ("json", #"{"blocks": [{"type": "section", "size": 1, "loud": true}], "text": "<x|y>"}"#),
        ("yaml", "blocks:\n- type: section\n  size: 1\n  loud: true\ntext: <x|y>\n"),
    ])
    func `a mapping is sent as it is`(_ encoding: String, _ message: String) async throws {
        let server = try Self.server()
        defer { server.stop() }
        let config = Self.config(message, encoding: encoding)
        _ = try await Self.run(config, in: Self.context(server.port))
        let mapping = #"{"blocks":[{"loud":true,"size":1,"type":"section"}],"text":"<x|y>"}"#
        #expect(Self.body(server.received.first) == mapping)
        _ = try await Self.run(config, in: Self.context(server.port, format: .generic))
        #expect(Self.body(server.received.last).contains(#""message":\#(mapping),"#))
    }

    @Test(arguments: [
        ("json", "{"), ("json", "[1]"), ("json", "text"), ("yaml", "a: [1"), ("yaml", "text"), ("yaml", "- a"),
        ("json", "{}"),
    ])
    func `a message that is not what it says fails before anything is sent`(
        _ encoding: String,
        _ message: String
    ) async throws {
        let server = try Self.server()
        defer { server.stop() }
        let failure = try await Self.failure(
            Self.config(message, encoding: encoding),
            in: Self.context(server.port)
        )
        #expect(failure.isTerminal && failure.message.hasPrefix("the message is not"), "\(failure)")
        #expect(failure.hint?.contains("quote(") == true)
        #expect(server.received.isEmpty)
    }

    @Test func `a long text is cut and says so, a long mapping is refused`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let long = String(repeating: "ä", count: 3001)
        let outcome = try await Self.run(Self.config(long), in: Self.context(server.port))
        #expect(outcome.message.contains("cut behind 3000 characters"))
        #expect(Self.body(server.received.first) == #"{"text":"\#(String(repeating: "ä", count: 3000))…"}"#)
        let failure = try await Self.failure(
            Self.config(#"{"text": "\#(String(repeating: "a", count: 70_000))"}"#, encoding: "json"),
            in: Self.context(server.port)
        )
        #expect(failure.message.contains("64 KiB are the most"))
        #expect(server.received.count == 1)
    }

    @Test(arguments: [
        ("400 Bad", true), ("404 No", true), ("403 No", true), ("301 Away", true), ("429 Slower", false),
        ("408 Slow", false), ("500 No", false), ("503 No", false),
    ])
    func `an answer that is no success fails for good, or is counted`(_ status: String, _ isTerminal: Bool)
        async throws
    {
        let server = try Self.server(status)
        defer { server.stop() }
        let failure = try await Self.failure(Self.config(), in: Self.context(server.port))
        #expect(failure.isTerminal == isTerminal, "\(failure)")
        #expect(failure.message.contains(String(status.prefix(3))))
        #expect(!"\(failure.message)\(failure.hint ?? "")".contains(Self.pathToken))
        #expect(server.received.count == 1)
    }

    @Test func `a server that is not there is counted, and its address is not shown`() async throws {
        let server = try Self.server()
        let port = server.port
        server.stop()
        let failure = try await Self.failure(Self.config(), in: Self.context(port))
        #expect(!failure.isTerminal && failure.message.contains("was not sent"), "\(failure)")
        #expect(!failure.message.contains(Self.pathToken))
    }

    @Test func `hosts, addresses and secrets are judged as for http`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let closed = try await Self.failure(Self.config(), in: Self.context(server.port, privateHosts: []))
        #expect(closed.isTerminal && closed.message.contains("it has a loopback address"), "\(closed)")
        #expect(closed.hint?.contains("privateHosts: [127.0.0.1]") == true)
        var context = Self.context(server.port)
        context.secretsUsed = ["secret('token')"]
        let withheld = try await Self.failure(Self.config(), in: context)
        #expect(withheld.message.contains("secret('token') may not go to '127.0.0.1'"), "\(withheld)")
        #expect(server.received.isEmpty)
        var allowed = Self.context(server.port, secretHosts: ["token": ["127.0.0.1"].compactMap(HostRule.init)])
        allowed.secretsUsed = ["secret('token')"]
        _ = try await Self.run(Self.config(), in: allowed)
        #expect(server.received.count == 1)
    }

    @Test func `a channel of another project, or of all, is not that of the project`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let context = Self.context(server.port)
        for config in [Self.config(kind: "ClusterMessageChannel"), Self.config(name: "other")] {
            let failure = try await Self.failure(config, in: context)
            #expect(failure.isTerminal && failure.message.hasPrefix("there is no "), "\(failure)")
            #expect(failure.hint?.contains("messageChannels: [{name: ") == true)
        }
        #expect(server.received.isEmpty)
    }

    @Test func `after a crash the same message goes with the same key, or not at all`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        var context = Self.context(server.port)
        _ = try await Self.run(Self.config(), in: context)
        context.wasBegun = true
        let outcome = try await Self.run(Self.config(), in: context)
        #expect(outcome.message.hasSuffix("sent again, since the program ended while it was sent before"))
        #expect(Set(server.received.map { $0.header("idempotency-key") }).count == 1)
        var careful = Self.context(server.port, isRepeated: false)
        careful.wasBegun = true
        let failure = try await Self.failure(Self.config(), in: careful)
        #expect(failure.isTerminal && failure.message.contains("nobody knows whether it arrived"))
        #expect(server.received.count == 2)
    }

    @Test func `a preview shows the first line, and none that holds a secret`() throws {
        var context = Self.context(1)
        let step = SendMessageStep(StepConfiguration(passed: .map(Self.config("web is out\nmore"))))
        #expect(step.preview(in: context) == "would send a message to the MessageChannel 'ops': 'web is out'")
        context.secretsUsed = ["secret('token')"]
        #expect(step.preview(in: context) == "would send a message to the MessageChannel 'ops'")
    }

    @Test func `nothing is sent in observe mode and in a dry run`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        var observed = Self.context(server.port)
        observed.promotion.mode = .observe
        var dry = Self.context(server.port)
        dry.http?.isPreview = true
        for context in [observed, dry] {
            let failure = try await Self.failure(Self.config(), in: context)
            #expect(failure.message.contains("does not act in observe mode"))
        }
        #expect(server.received.isEmpty)
    }
}
