import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Testing

@testable import HoistwayRequests
@testable import HoistwaySteps

/// The step `http-download`, against a real server.
struct HTTPDownloadStepTests {
    private static let hello = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    private static let id = PromotionID("prod.01hzy3x8p2q6v9w4t7r5s1n0mk.0123456")

    private static func context(hosts: [String] = ["127.0.0.1"]) -> StepContext {
        let record = PromotionRecord(
            id: id,
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
            policy: HTTPPolicy(privateHosts: hosts.compactMap(HostRule.init))
        )
        context.alias = "file"
        return context
    }

    private static func server(_ status: String = "200 OK", _ body: String = "hello") throws -> ScriptedServer {
        try ScriptedServer { _ in [ScriptedServer.http(status, type: "text/plain", Array(body.utf8))] }
    }

    private static func pair(_ name: String, _ value: String) -> ConfigValue {
        .list([.map(["name": .string(name), "value": .string(value)])])
    }

    private static func run(
        _ server: ScriptedServer,
        _ more: [String: ConfigValue] = [:],
        in context: StepContext
    ) async throws(StepFailure) -> StepOutcome {
        let config: [String: ConfigValue] = [
            "url": .string("http://127.0.0.1:\(server.port)/a?b=c"), "outPath": .string("./out/file"),
        ]
        return try await HTTPDownloadStep(StepConfiguration(passed: .map(config.merging(more) { $1 }))).run(in: context)
    }

    @Test(arguments: [nil, hello, hello.uppercased().replacing("SHA256", with: "sha256")] as [String?])
    func `a file is downloaded, and its digest is an output`(_ checksum: String?) async throws {
        let server = try Self.server()
        defer { server.stop() }
        let context = Self.context()
        let config: [String: ConfigValue] = [
            "checksum": checksum.map(ConfigValue.string) ?? .null,
            "headers": Self.pair("Accept", "x/y"), "queryParams": Self.pair("d", "e f"),
        ]
        let outcome = try await Self.run(server, config, in: context)
        #expect(outcome.output == ["digest": .string(Self.hello)])
        #expect(try await context.workspace.read("out/file") == Array("hello".utf8))
        let received = try #require(server.received.first)
        #expect(received.head.hasPrefix("GET /a?b=c&d=e+f HTTP/1.1"))
        #expect(received.header("Accept") == "x/y")
    }

    @Test func `what has another checksum is not written`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let context = Self.context()
        let wrong = "sha256:" + String(repeating: "0", count: 64)
        let failure = await #expect(throws: StepFailure.self) {
            try await Self.run(server, ["checksum": .string(wrong)], in: context)
        }
        #expect(failure?.message.contains("is \(Self.hello), and not that of checksum") == true)
        #expect(try await context.workspace.read("out/file") == nil)
        // What is no digest at all is refused before anything is asked.
        let config = ConfigValue.map([
            "url": .string("https://h.test/a"), "outPath": .string("./a"), "checksum": .string("md5:abc"),
        ])
        let problems = HTTPDownloadStep.schema.problems(with: config)
        #expect(problems.count == 1 && problems[0].path.description.contains("checksum"), "\(problems)")
        #expect(server.received.count == 1)
    }

    @Test func `a file that was made again must be what it was before`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        var context = Self.context()
        context.former = ["digest": .string(Self.hello)]
        _ = try await Self.run(server, in: context)
        context = Self.context()
        context.former = ["digest": .string("sha256:" + String(repeating: "a", count: 64))]
        let failure = await #expect(throws: StepFailure.self) { try await Self.run(server, in: context) }
        #expect(failure?.message.contains("has changed since the promotion began") == true)
        #expect(try await context.workspace.read("out/file") == nil)
    }

    @Test func `a file that is there is replaced only where that is wanted`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let context = Self.context()
        try await context.workspace.write("out/file", Array("old".utf8))
        let failure = await #expect(throws: StepFailure.self) { try await Self.run(server, in: context) }
        #expect(failure?.isTerminal == true)
        #expect(server.received.isEmpty)
        _ = try await Self.run(server, ["allowOverwrite": .bool(true)], in: context)
        #expect(try await context.workspace.read("out/file") == Array("hello".utf8))
    }

    @Test func `an answer that is no success may be asked for again, and a host that is not allowed is not asked`()
        async throws
    {
        let server = try Self.server("404 Not Found", "no such file")
        defer { server.stop() }
        let failure = await #expect(throws: StepFailure.self) { try await Self.run(server, in: Self.context()) }
        #expect(failure?.message == "127.0.0.1:\(server.port)/a answered 404")
        #expect(failure?.isTerminal == false)
        let refused = await #expect(throws: StepFailure.self) {
            try await Self.run(server, in: Self.context(hosts: []))
        }
        #expect(refused?.isTerminal == true)
        var context = Self.context()
        context.secretsUsed = ["secret('token')"]
        let secret = await #expect(throws: StepFailure.self) { try await Self.run(server, in: context) }
        #expect(secret?.isTerminal == true)
        #expect(server.received.count == 1)
    }

    @Test func `a lane does not wait for a download, and takes what was fetched beside it`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let memo = RenderMemos().memo(of: Self.id)
        var lane = Self.context()
        lane.isApart = false
        lane.memo = memo
        let first = await #expect(throws: StepFailure.self) { try await Self.run(server, in: lane) }
        #expect(first == .apart(step: "file"))
        #expect(server.received.isEmpty)
        var apart = Self.context()
        apart.memo = memo
        _ = try await Self.run(server, in: apart)
        let outcome = try await Self.run(server, in: lane)
        #expect(outcome.output == ["digest": .string(Self.hello)])
        #expect(try await lane.workspace.read("out/file") == Array("hello".utf8))
        #expect(server.received.count == 1)
    }

    @Test func `more than the bound is not read`() async throws {
        let server = try Self.server("200 OK", String(repeating: "x", count: 5000))
        defer { server.stop() }
        let address = try #require(WebAddress("http://127.0.0.1:\(server.port)/"))
        let request = StepHTTPRequest(
            method: "GET",
            address: address,
            timeout: .seconds(300),
            policy: HTTPPolicy(privateHosts: ["127.0.0.1"].compactMap(HostRule.init)),
            maxBytes: 4999
        )
        let failure = await #expect(throws: StepHTTPFailure.self) { try await StepRequests(version: "1").send(request) }
        #expect(failure == .tooLarge(host: address.authority, limit: 4999))
    }
}
