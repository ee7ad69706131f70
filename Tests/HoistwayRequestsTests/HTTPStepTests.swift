import HoistwayExpressions
import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Testing

@testable import HoistwayRequests
@testable import HoistwaySteps

/// Every row of the step `http`, against a real server.
struct HTTPStepTests {
    typealias Row = (status: Int, config: [String: String], result: String)

    /// How a step ended, as one word and its message.
    private static func end(_ outcome: StepOutcome) -> String {
        switch outcome.result {
        case .succeeded: "succeeded"
        case .skipped: "skipped"
        case .waiting(_, let pause): "waiting \(pause.inWords)"
        case .pushPending: "push"
        }
    }

    private static func end(_ failure: StepFailure) -> String {
        "\(failure.status)\(failure.isTerminal ? " for good" : "")"
    }

    private static func context(_ mode: PromotionMode = .promote) -> StepContext {
        let record = PromotionRecord(
            id: PromotionID("prod.01hzy3x8p2q6v9w4t7r5s1n0mk.0123456"),
            stage: StageKey(project: "demo", name: "prod"),
            freight: FreightID("f"),
            collection: [:],
            actor: .automatic,
            reason: "",
            steps: [],
            mode: mode,
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
            policy: HTTPPolicy(privateHosts: ["127.0.0.1"].compactMap(HostRule.init))
        ) { secrets in { secrets.reduce($0) { $0.replacing($1, with: "***") } } }
        context.lookups.secret = { $0 == "token" ? ["hook": "s3cret-value"] : nil }
        context.secretsSeen = ["secret('token')"]
        context.alias = "call"
        return context
    }

    private static func run(
        _ config: [String: ConfigValue],
        in context: StepContext = context()
    ) async throws(StepFailure) -> StepOutcome {
        // The default is for servers; a busy machine may need longer.
        let config = ["timeout": ConfigValue.string("5m")].merging(config) { $1 }
        return try await HTTPStep(StepConfiguration(passed: .map(config))).run(in: context)
    }

    private static func server(
        _ status: Int = 200,
        type: String = "application/json",
        _ body: String = #"{"state": "done", "n": 3, "list": [{"id": "a"}], "no": false}"#,
        headers: [String] = []
    ) throws -> ScriptedServer {
        try ScriptedServer { _ in [ScriptedServer.http("\(status) X", type: type, Array(body.utf8), headers: headers)] }
    }

    // MARK: The table

    @Test(arguments: [
        // failureExpression is true, whatever successExpression says.
        Row(200, ["failureExpression": "response.status == 200"], "failed for good"),
        Row(200, ["failureExpression": "true", "successExpression": "true"], "failed for good"),
        Row(200, ["failureExpression": "true", "successExpression": "false"], "failed for good"),
        // Not true, and successExpression is.
        Row(500, ["successExpression": "response.status == 500"], "succeeded"),
        Row(200, ["failureExpression": "false", "successExpression": "true"], "succeeded"),
        // Neither is defined.
        Row(200, [:], "succeeded"), Row(204, [:], "succeeded"), Row(299, [:], "succeeded"),
        Row(404, [:], "waiting 5 m"), Row(503, [:], "waiting 5 m"),
        Row(404, ["successExpression": "", "failureExpression": ""], "waiting 5 m"),
        // Otherwise it is asked again.
        Row(200, ["successExpression": "false"], "waiting 30 s"),
        Row(200, ["failureExpression": "false"], "waiting 30 s"),
        Row(200, ["successExpression": "false", "failureExpression": "false"], "waiting 30 s"),
        Row(500, ["successExpression": "response.status == 200"], "waiting 30 s"),
        Row(200, ["successExpression": "false", "pollInterval": "2m"], "waiting 2 m"),
        Row(200, ["successExpression": "false", "pollInterval": "1s"], "waiting 10 s"),
        // What the expressions see.
        Row(200, ["successExpression": "response.body.state == 'done' && response.body.n == 3"], "succeeded"),
        Row(200, ["successExpression": "response.header('content-type') startsWith 'application/json'"], "succeeded"),
        Row(200, ["successExpression": "response.header('X-Gone') == ''"], "succeeded"),
        Row(200, ["successExpression": "response.headers['Content-Type'][0] == 'application/json'"], "succeeded"),
        Row(200, ["successExpression": "len(filter(response.body.list, .id == 'a')) == 1"], "succeeded"),
        // A runtime error and what is no bool are counted; what does not compile is the end.
        Row(200, ["successExpression": "response.body.state"], "errored"),
        Row(200, ["failureExpression": "1"], "errored"),
        Row(200, ["successExpression": "response.body.gone.deeper == 1"], "errored"),
        Row(200, ["successExpression": "1 +"], "errored for good"),
        Row(200, ["failureExpression": "(("], "errored for good"),
        // successExpression is evaluated first.
        Row(200, ["failureExpression": "true", "successExpression": "response.body.state"], "errored"),
        Row(200, ["failureExpression": "true", "successExpression": "1 +"], "errored for good"),
    ])
    func `an answer and the expressions decide as in Kargo`(_ row: Row) async throws {
        let server = try Self.server(row.status)
        defer { server.stop() }
        var config = row.config.mapValues(ConfigValue.string)
        config["url"] = .string("http://127.0.0.1:\(server.port)/")
        let end: String
        do throws(StepFailure) {
            end = Self.end(try await Self.run(config))
        } catch {
            end = Self.end(error)
        }
        #expect(end == row.result, "\(row)")
    }

    @Test(
        arguments: [
            ("application/json", nil, #"{"a": 1}"#, "response.body.a == 1"),
            ("application/json; charset=utf-8", nil, "[1, 2]", "response.body[1] == 2"),
            ("application/yaml", nil, "a: {b: [1, two]}\n", "response.body.a.b[1] == 'two'"),
            ("text/yaml", nil, "a: 1\n", "response.body.a == 1"),
            ("application/x-yaml", nil, "a: 1\n", "response.body.a == 1"),
            ("text/plain", nil, #"{"a": 1}"#, #"response.body == '{"a": 1}'"#),
            ("application/problem+json", nil, #"{"a": 1}"#, "response.body.a == 1"),
            ("text/html", nil, "<p>", "response.body == {}"), ("application/json", nil, "", "response.body == {}"),
            ("text/plain", nil, "", "response.body == {}"),
            ("text/plain", "application/json", #"{"a": 1}"#, "response.body.a == 1"),
            ("application/json", "text/plain", "plain", "response.body == 'plain'"),
            ("text/plain", "application/yaml", "a: 1\n", "response.body.a == 1"),
        ] as [(String, String?, String, String)]
    )
    func `the body is read as it is announced, or as the step says`(
        _ type: String,
        _ override: String?,
        _ body: String,
        _ expression: String
    ) async throws {
        let server = try Self.server(type: type, body)
        defer { server.stop() }
        var config: [String: ConfigValue] = [
            "url": .string("http://127.0.0.1:\(server.port)/"), "successExpression": .string(expression),
            "failureExpression": .string("!(\(expression))"),
        ]
        if let override { config["responseContentType"] = .string(override) }
        #expect(Self.end(try await Self.run(config)) == "succeeded")
    }

    @Test(arguments: [("application/json", "nonsense"), ("application/yaml", "a: [1\n")])
    func `a body that is not what it is announced as is an error that is counted`(_ type: String, _ body: String)
        async throws
    {
        let server = try Self.server(type: type, body)
        defer { server.stop() }
        do throws(StepFailure) {
            _ = try await Self.run(["url": .string("http://127.0.0.1:\(server.port)/")])
            Issue.record("it succeeded")
        } catch {
            #expect(Self.end(error) == "errored" && error.message.contains("but its body is not"), "\(error)")
        }
    }

    @Test(
        arguments: [
            (nil, "HTTP (503) response met failure criteria"),
            ("response.body.state", #"HTTP (503) response met failure criteria: "done""#),
            ("'a\"b'", #"HTTP (503) response met failure criteria: "a\"b""#),
            // Only a string is a message.
            ("response.body.n", "HTTP (503) response met failure criteria"),
            ("response.body.gone.deeper", "HTTP (503) response met failure criteria"),
            ("1 +", "HTTP (503) response met failure criteria"),
        ] as [(String?, String)]
    )
    func `a failure has Kargo's message, or that of errorExpression`(_ expression: String?, _ message: String)
        async throws
    {
        let server = try Self.server(503)
        defer { server.stop() }
        var config: [String: ConfigValue] = [
            "url": .string("http://127.0.0.1:\(server.port)/"), "failureExpression": .string("true"),
        ]
        if let expression { config["errorExpression"] = .string(expression) }
        await #expect(throws: StepFailure.cannotAct(message, hint: nil)) { try await Self.run(config) }
    }

    @Test func `outputs are evaluated on success, and only then`() async throws {
        let outputs = ConfigValue.list([
            .map(["name": .string("state"), "fromExpression": .string("response.body.state")]),
            .map(["name": .string("status"), "fromExpression": .string("response.status")]),
            .map(["name": .string("ids"), "fromExpression": .string("map(response.body.list, .id)")]),
            .map(["name": .string("none"), "fromExpression": .string("response.body.gone")]),
        ])
        let server = try Self.server()
        defer { server.stop() }
        let url = ConfigValue.string("http://127.0.0.1:\(server.port)/")
        let outcome = try await Self.run(["url": url, "outputs": outputs])
        #expect(
            outcome.output == [
                "state": .string("done"), "status": .number(200), "ids": .list([.string("a")]), "none": .null,
            ]
        )
        let waiting = try await Self.run(["url": url, "outputs": outputs, "successExpression": .string("false")])
        #expect(waiting.output.isEmpty)
        for (bad, end) in [("response.body.gone.deeper", "errored"), ("1 +", "errored for good")] {
            let output = ConfigValue.list([.map(["name": .string("x"), "fromExpression": .string(bad)])])
            do throws(StepFailure) {
                _ = try await Self.run(["url": url, "outputs": output])
                Issue.record("\(bad) succeeded")
            } catch {
                #expect(Self.end(error) == end)
            }
        }
    }

    // MARK: The request

    @Test func `headers and parameters are added, and the body goes along`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        func pair(_ name: String, _ value: String) -> ConfigValue {
            .map(["name": .string(name), "value": .string(value)])
        }
        _ = try await Self.run([
            "url": .string("http://127.0.0.1:\(server.port)/päth?z=1&a=2"), "method": .string("POST"),
            "headers": .list([pair("X-A", "1"), pair("X-A", "2")]),
            "queryParams": .list([pair("a", "b c&d"), pair("q", "ü")]), "body": .string(#"{"x": 1}"#),
        ])
        let received = try #require(server.received.first)
        #expect(received.head.hasPrefix("POST /p%C3%A4th?a=2&a=b+c%26d&q=%C3%BC&z=1 HTTP/1.1\r\n"), "\(received.head)")
        #expect(received.head.contains("X-A: 1\r\n") && received.head.contains("X-A: 2\r\n"))
        #expect(received.body == Array(#"{"x": 1}"#.utf8))
    }

    @Test func `a request sent again has the same key, and one that is asked on purpose another`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let url = ConfigValue.string("http://127.0.0.1:\(server.port)/")
        var again = Self.context()
        again.look = 2
        for context in [Self.context(), Self.context(), again] { _ = try await Self.run(["url": url], in: context) }
        let own = ConfigValue.list([.map(["name": .string("idempotency-key"), "value": .string("mine")])])
        _ = try await Self.run(["url": url, "headers": own])
        let promotion = "prod.01hzy3x8p2q6v9w4t7r5s1n0mk.0123456"
        #expect(
            server.received.map { $0.header("idempotency-key") } == [
                "\(promotion)/call/1", "\(promotion)/call/1", "\(promotion)/call/2", "mine",
            ]
        )
    }

    private struct StandingClock: WallClock {
        var moment: Timestamp

        func now() -> Timestamp { moment }
        func sleep(for duration: Duration) async throws {}
    }

    @Test(arguments: [(12, 1008, 4), (12, 1000, 12), (600, 1000, 300), (0, 1000, 300)])
    func `the next look comes when the step's time limit is over, at the latest`(
        timeLimit: Int,
        now: Int,
        pause: Int
    ) async throws {
        let server = try Self.server(500)
        defer { server.stop() }
        var context = Self.context()
        context.isApart = true
        context.clock = StandingClock(moment: Timestamp(seconds: Int64(now)))
        var step = StepTemplate(
            uses: "http",
            alias: "call",
            config: .map(["url": .string("http://127.0.0.1:\(server.port)/"), "timeout": .string("5m")]),
            place: SourcePlace(file: "stage.yaml", line: 1)
        )
        step.timeout = .seconds(timeLimit)
        var former = StepRecord(alias: "call", uses: "http", status: .running, startedAt: Timestamp(seconds: 1000))
        former.looks = 1
        context.promotion.stepRecords = [former]
        var run = StepRun(steps: [step], context: context)
        guard case .willAct = await run.next() else {
            Issue.record("the intent is not stored")
            return
        }
        guard case .waiting(_, let after) = await run.next() else {
            Issue.record("it does not wait")
            return
        }
        #expect(after == .seconds(pause))
    }

    @Test func `after a crash a request is sent again, unless http.repeat is never`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let url = ConfigValue.string("http://127.0.0.1:\(server.port)/")
        var context = Self.context()
        context.wasBegun = true
        let outcome = try await Self.run(["url": url, "method": .string("POST")], in: context)
        #expect(outcome.message == "HTTP (200); sent again, since the program ended while it was sent before")
        context.http?.policy.isRepeated = false
        do throws(StepFailure) {
            _ = try await Self.run(["url": url, "method": .string("POST")], in: context)
            Issue.record("it was sent")
        } catch {
            #expect(Self.end(error) == "errored for good")
        }
        // What only reads is sent again in any case.
        _ = try await Self.run(["url": url], in: context)
        #expect(server.received.count == 2)
    }

    @Test func `a body that cannot be read from its file is the end`() async throws {
        do throws(StepFailure) {
            _ = try await Self.run(["url": .string("http://127.0.0.1:1/"), "bodyFromFile": .string("./gone.json")])
            Issue.record("it succeeded")
        } catch {
            #expect(Self.end(error) == "errored for good")
        }
    }

    @Test(arguments: ["ftp://x/", "nonsense", "http://", "http://user:s3cret-value@127.0.0.1/", "http://a b/", "//x"])
    func `what is no URL for a request is the end, and is not repeated`(_ url: String) async throws {
        do throws(StepFailure) {
            _ = try await Self.run(["url": .string(url)])
            Issue.record("it succeeded")
        } catch {
            #expect(Self.end(error) == "errored for good" && !error.description.contains("s3cret-value"), "\(error)")
        }
    }

    @Test func `an error of the transport is counted, and a refusal by policy is a no`() async throws {
        let port = try LoopbackPort.free()
        do throws(StepFailure) {
            _ = try await Self.run(["url": .string("http://127.0.0.1:\(port)/")])
            Issue.record("it succeeded")
        } catch {
            #expect(Self.end(error) == "errored", "\(error)")
        }
        do throws(StepFailure) {
            _ = try await Self.run(["url": .string("http://169.254.169.254/latest/meta-data")])
            Issue.record("it succeeded")
        } catch {
            #expect(Self.end(error) == "failed for good" && error.message.contains("metadata address"), "\(error)")
        }
    }

    // MARK: Secrets

    @Test func `a secret goes only to the hosts that are listed for it`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        var context = Self.context()
        context.secretsUsed = ["secret('token')"]
        let config: [String: ConfigValue] = [
            "url": .string("http://127.0.0.1:\(server.port)/"),
            "headers": .list([.map(["name": .string("Authorization"), "value": .string("Bearer s3cret-value")])]),
        ]
        do throws(StepFailure) {
            _ = try await Self.run(config, in: context)
            Issue.record("it succeeded")
        } catch {
            #expect(Self.end(error) == "failed for good" && !error.description.contains("s3cret-value"), "\(error)")
        }
        #expect(server.accepted == 0)
        context.http?.policy.secrets = ["token": ["127.0.0.1"].compactMap(HostRule.init)]
        #expect(Self.end(try await Self.run(config, in: context)) == "succeeded")
        #expect(server.received.first?.header("authorization") == "Bearer s3cret-value")
    }

    @Test func `a secret that the server sends back stands nowhere`() async throws {
        let server = try Self.server(200, #"{"echo": "it was s3cret-value", "s3cret-value": 1}"#)
        defer { server.stop() }
        let url = ConfigValue.string("http://127.0.0.1:\(server.port)/")
        let output = ConfigValue.list([.map(["name": .string("x"), "fromExpression": .string("response.body")])])
        let outcome = try await Self.run(["url": url, "outputs": output])
        #expect(outcome.output["x"] == .map(["echo": .string("it was ***"), "***": .number(1)]))
        for config in [
            ["failureExpression": "true", "errorExpression": "response.body.echo"],
            ["successExpression": "response.body.echo + 1"],
        ] {
            do throws(StepFailure) {
                _ = try await Self.run(config.mapValues(ConfigValue.string).merging(["url": url]) { one, _ in one })
                Issue.record("it succeeded")
            } catch {
                #expect(!error.description.contains("s3cret-value"), "\(error)")
            }
        }
    }

    /// Whether a text is hidden can be seen by later steps.
    @Test func `what a promotion has not used is not hidden in what it gets`() async throws {
        let server = try Self.server(200, #"{"echo": "s3cret-value", "part": "for s3cret"}"#)
        defer { server.stop() }
        let url = ConfigValue.string("http://127.0.0.1:\(server.port)/")
        let output = ConfigValue.list([.map(["name": .string("x"), "fromExpression": .string("response.body")])])
        var other = Self.context()
        other.secretsSeen = ["secret('else')"]
        let outcome = try await Self.run(["url": url, "outputs": output], in: other)
        #expect(outcome.output["x"] == .map(["echo": .string("s3cret-value"), "part": .string("for s3cret")]))
        let own = try await Self.run(["url": url, "outputs": output])
        #expect(own.output["x"] == .map(["echo": .string("***"), "part": .string("for s3cret")]))
    }

    @Test func `what an earlier run of the promotion has sent is hidden too`() async throws {
        let server = try Self.server(200, #"{"echo": "s3cret-value"}"#)
        defer { server.stop() }
        var context = Self.context()
        context.isApart = true
        let output = ConfigValue.map(["name": .string("x"), "fromExpression": .string("response.body.echo")])
        let step = StepTemplate(
            uses: "http",
            alias: "call",
            config: .map([
                "url": .string("http://127.0.0.1:\(server.port)/"), "timeout": .string("5m"),
                "outputs": .list([output]),
            ]),
            place: SourcePlace(file: "stage.yaml", line: 1)
        )
        let before = StepResult(alias: "before", secrets: ["secret('token')"])
        var run = StepRun(steps: [step], context: context, results: [before])
        guard case .willAct = await run.next(), case .hasActed = await run.next() else {
            Issue.record("it has not acted: \(run.records)")
            return
        }
        #expect(run.outputs["call"]?["x"] == .string("***"))
    }

    // MARK: Without acting

    @Test func `nothing is sent in observe mode and in a dry run`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let config = ["url": ConfigValue.string("http://127.0.0.1:\(server.port)/s3cret-value")]
        var dry = Self.context()
        dry.http?.isPreview = true
        for context in [Self.context(.observe), dry] {
            let step = HTTPStep(StepConfiguration(passed: .map(config)))
            #expect(step.preview(in: context) == "would send GET to 127.0.0.1:\(server.port)")
            await #expect(throws: StepFailure.self) { try await step.run(in: context) }
        }
        #expect(server.accepted == 0)
    }

    @Test func `a program that sends no requests does not claim to have sent one`() async throws {
        var context = Self.context()
        context.http = nil
        let config = ["url": ConfigValue.string("http://127.0.0.1:1/")]
        await #expect(throws: StepFailure.self) { try await Self.run(config, in: context) }
    }

    @Test func `the schema refuses what Kargo refuses`() {
        for (config, problem) in [
            ([:], "url is missing"), (["url": .string("")], "url is empty"),
            (["url": .string("http://x"), "method": .string("get")], "it cannot be 'get'"),
            (["url": .string("http://x"), "body": .map(["a": .number(1)])], "expected text, found a mapping"),
            (["url": .string("http://x"), "body": .string("a"), "bodyFromFile": .string("b")], "cannot both be given"),
            (["url": .string("http://x"), "timeout": .string("soon")], "expected a duration"),
            (["url": .string("http://x"), "responseContentType": .string("text/html")], "it cannot be 'text/html'"),
            (["url": .string("http://x"), "headers": .list([.map(["name": .string("a")])])], "value is missing"),
            (
                ["url": .string("http://x"), "outputs": .list([.map(["name": .string("a")])])],
                "fromExpression is missing"
            ),
            (["url": .string("http://x"), "urls": .string("x")], "unknown key 'urls'"),
        ] as [([String: ConfigValue], String)] {
            let found = HTTPStep.schema.problems(with: .map(config)).map(\.message)
            #expect(found.count == 1 && found[0].contains(problem), "\(config): \(found)")
        }
    }
}

/// The steps that change the own state.
struct StateStepTests {
    private static func context(_ mode: PromotionMode) -> StepContext {
        let record = PromotionRecord(
            id: PromotionID("p"),
            stage: StageKey(project: "demo", name: "prod"),
            freight: FreightID("f"),
            collection: [:],
            actor: .automatic,
            reason: "",
            steps: [],
            mode: mode,
            createdAt: Timestamp(seconds: 1)
        )
        return StepContext(
            stage: record.stage,
            promotion: record,
            freight: nil,
            collection: [],
            subscriptions: [],
            remotes: InMemoryGitRemotes([]),
            workspace: InMemoryWorkspace()
        )
    }

    private static let metadata = ConfigValue.map([
        "updates": .list([
            .map([
                "kind": .string("Stage"), "name": .string("prod"),
                "values": .map(["n": .number(1), "none": .null, "empty": .string("")]),
            ]),
            .map(["kind": .string("Freight"), "name": .string("otter"), "values": .map(["a": .list([.bool(true)])])]),
        ])
    ])

    @Test func `set-metadata gives the changes of the state, with every value as it is written`() async throws {
        #expect(SetMetadataStep.schema.problems(with: Self.metadata).isEmpty)
        let step = SetMetadataStep(StepConfiguration(passed: Self.metadata))
        let outcome = try await step.run(in: Self.context(.promote))
        #expect(
            outcome.stateChanges == [
                .setMetadata(.stage, name: "prod", values: ["n": .number(1), "none": .null, "empty": .string("")]),
                .setMetadata(.freight, name: "otter", values: ["a": .list([.bool(true)])]),
            ]
        )
        let observed = try await step.run(in: Self.context(.observe))
        #expect(
            observed.stateChanges.isEmpty && observed.message == "would set metadata of Stage prod and Freight otter"
        )
    }

    @Test func `set-freight-alias gives one change, and refuses what is no alias`() async throws {
        let config = ConfigValue.map(["name": .string("otter"), "alias": .string("release-7")])
        let outcome = try await SetFreightAliasStep(StepConfiguration(passed: config)).run(in: Self.context(.promote))
        #expect(outcome.stateChanges == [.setFreightAlias(name: "otter", alias: "release-7")])
        let bad = ConfigValue.map(["name": .string("otter"), "alias": .string("a b")])
        await #expect(throws: StepFailure.self) {
            try await SetFreightAliasStep(StepConfiguration(passed: bad)).run(in: Self.context(.promote))
        }
    }

    @Test func `their schemas refuse what Kargo refuses`() {
        func update(_ kind: String, _ values: ConfigValue) -> ConfigValue {
            .map(["updates": .list([.map(["kind": .string(kind), "name": .string("x"), "values": values])])])
        }
        for (config, problem) in [
            (.map([:]), "updates is missing"), (.map(["updates": .list([])]), "at least 1 item is needed"),
            (update("Warehouse", .map(["a": .null])), "it cannot be 'Warehouse'"),
            (update("Stage", .map([:])), "it has no key"), (update("Stage", .string("x")), "expected a mapping"),
        ] as [(ConfigValue, String)] {
            let found = SetMetadataStep.schema.problems(with: config).map(\.message)
            #expect(found.count == 1 && found[0].contains(problem), "\(config): \(found)")
        }
        #expect(SetFreightAliasStep.schema.problems(with: .map([:])).count == 2)
    }
}
