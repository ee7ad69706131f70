import HoistwayExpressions
import HoistwayModel
import HoistwayPorts

/// `http`: sends a request, and checks the answer by expressions.
struct HTTPStep: PromotionStep {
    /// The default, and the value that Kargo uses in place of anything shorter.
    private static let pollIntervals: (usual: Duration, shortest: Duration) = (.seconds(30), .seconds(10))
    private static let timeout: Duration = .seconds(10)
    /// For a request without a limit of its own.
    private static let longestTimeout: Duration = .seconds(3600)
    /// The pause before a request is repeated after an unsuccessful answer, where no expression checks the answer.
    private static let unjudgedPause: Duration = .seconds(300)
    /// Longest message of an `errorExpression` that is kept, in characters.
    private static let maxMessage = 2000

    static let pairs = StepSchema.FieldType.list(
        .mapping(
            StepSchema.Mapping([
                StepSchema.Field("name", .text, isRequired: true, "The name."),
                StepSchema.Field("value", .text, isRequired: true, "The value."),
            ])
        )
    )

    static let schema = StepSchema(
        "http",
        .effect,
        "Sends an HTTP request and evaluates the response. Values of a Secret are sent only to hosts in "
            + "`http.secrets` of the configuration (default: no host). A host that is not public must "
            + "be listed in `http.privateHosts`.",
        [
            StepSchema.Field(
                "method",
                .choice(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]),
                emptyIsAbsent: true,
                defaultValue: .string("GET"),
                "The method."
            ),
            StepSchema.Field("url", .text, isRequired: true, "The http or https URL of the request."),
            StepSchema.Field("headers", pairs, "Headers. The same name may appear several times."),
            StepSchema.Field("queryParams", pairs, "Parameters that are added to the URL's query."),
            StepSchema.Field("body", .text, emptyIsAbsent: true, "The body. A JSON object needs `quote(…)`."),
            StepSchema.Field("bodyFromFile", .path, emptyIsAbsent: true, "A file with the body."),
            StepSchema.Field(
                "insecureSkipTLSVerify",
                .flag,
                defaultValue: .bool(false),
                "Does not verify the server's certificate."
            ),
            StepSchema.Field(
                "proxy",
                .text,
                emptyIsAbsent: true,
                "The proxy for the request: http://host:port."
            ),
            StepSchema.Field(
                "timeout",
                .duration,
                emptyIsAbsent: true,
                defaultValue: .string("10s"),
                "The longest time for one request and its response. At most 1h. 0s means 1h."
            ),
            StepSchema.Field(
                "pollInterval",
                .duration,
                emptyIsAbsent: true,
                defaultValue: .string("30s"),
                "The pause before the next request while neither expression is true. At least 10s."
            ),
            StepSchema.Field(
                "responseContentType",
                .choice(["application/json", "application/yaml", "text/plain"]),
                emptyIsAbsent: true,
                "The type of the response body. It overrides the Content-Type header."
            ),
            StepSchema.Field(
                "successExpression",
                .expression,
                emptyIsAbsent: true,
                "If true, the step has succeeded."
            ),
            StepSchema.Field("failureExpression", .expression, emptyIsAbsent: true, "If true, the step has failed."),
            StepSchema.Field(
                "errorExpression",
                .expression,
                emptyIsAbsent: true,
                "The error message when failureExpression is true."
            ),
            StepSchema.Field(
                "outputs",
                .list(
                    .mapping(
                        StepSchema.Mapping([
                            StepSchema.Field("name", .text, isRequired: true, "The output's name."),
                            StepSchema.Field("fromExpression", .expression, isRequired: true, "What it is."),
                        ])
                    )
                ),
                "Values of the response that later steps can use."
            ),
        ],
        rules: [.atMostOne(["body", "bodyFromFile"], says: "body and bodyFromFile cannot both be given")]
    )

    private let config: StepConfiguration

    init(_ config: StepConfiguration) {
        self.config = config
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        guard let access = context.http else {
            throw .cannotAct("http cannot act: this program sends no requests for steps", hint: nil)
        }
        let request = try await request(in: context, access)
        let secrets = UsedSecrets(context, access)
        // The caller makes previews itself; nothing is sent in any case.
        guard !access.isPreview, context.promotion.mode == .promote else {
            throw .cannotAct("http does not act in observe mode and in a dry run", hint: nil)
        }
        let isSafe = request.method == "GET" || request.method == "HEAD"
        guard isSafe || !context.wasBegun || access.policy.isRepeated else {
            throw .broken(
                "the program ended while the request was sent, and nobody knows whether it arrived: http.repeat is never",
                hint: "see at \(request.address.authority) whether it did, then promote again"
            )
        }
        let response: StepHTTPResponse
        do throws(StepHTTPFailure) {
            response = try await access.port.send(request)
        } catch {
            let message = secrets.hide(error.message)
            if case .refused = error { throw .cannotAct(message, hint: error.hint) }
            throw error.isTerminal ? .broken(message, hint: error.hint) : .unmet(message, hint: error.hint)
        }
        do throws(StepFailure) {
            var outcome = try judge(
                HTTPAnswer(response, contentType: config.text("responseContentType")),
                context,
                secrets
            )
            if context.wasBegun { outcome.message += "; sent again, since the program ended while it was sent before" }
            return outcome
        } catch {
            throw Self.hiding(error, secrets)
        }
    }

    func preview(in context: StepContext) -> String? {
        guard let address = try? address() else { return nil }
        return "would send \(config.text("method") ?? "GET") to \(address.authority)"
    }

    // MARK: The answer

    private func judge(
        _ answer: HTTPAnswer,
        _ context: StepContext,
        _ secrets: UsedSecrets
    ) throws(StepFailure) -> StepOutcome {
        let scope = context.expressionScope
        let isSuccess = try verdict("successExpression", answer, scope)
        let isFailure = try verdict("failureExpression", answer, scope)
        if isFailure == true {
            let reason = Self.message(try? text("errorExpression", answer, scope), secrets)
            throw .cannotAct("HTTP (\(answer.status)) response met failure criteria\(reason)", hint: nil)
        }
        let isUnjudged = isSuccess == nil && isFailure == nil
        if isSuccess == true || isUnjudged && (200..<300).contains(answer.status) {
            return StepOutcome(
                .succeeded,
                output: try outputs(answer, scope, secrets),
                message: "HTTP (\(answer.status))"
            )
        }
        guard isUnjudged else {
            let pause = config.text("pollInterval").flatMap(GoDuration.parse) ?? Self.pollIntervals.usual
            let message = "HTTP (\(answer.status)) response met neither success nor failure criteria yet"
            return StepOutcome(.waiting(message, after: max(pause, Self.pollIntervals.shortest)))
        }
        let message = "HTTP (\(answer.status)) is no success; the request is sent again until retry.timeout is over"
        return StepOutcome(.waiting(message, after: Self.unjudgedPause))
    }

    /// `nil`: there is no such expression.
    private func verdict(_ key: String, _ answer: HTTPAnswer, _ scope: Scope) throws(StepFailure) -> Bool? {
        guard let source = config.text(key) else { return nil }
        let value = try answer.evaluate(source, key, in: scope)
        guard let verdict = value.boolean else {
            throw .unmet("\(key) does not give true or false", hint: nil)
        }
        return verdict
    }

    private func text(_ key: String, _ answer: HTTPAnswer, _ scope: Scope) throws(StepFailure) -> String? {
        guard let source = config.text(key) else { return nil }
        return try answer.evaluate(source, key, in: scope).text?.string
    }

    private static func message(_ text: String??, _ secrets: UsedSecrets) -> String {
        guard let text, let text, !text.isEmpty else { return "" }
        let shown = secrets.hide(text)
        let line = shown.prefix(maxMessage).unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\n": "\\n"
            case "\u{0}"..<" ", "\u{7F}": "\u{FFFD}"
            default: String(scalar)
            }
        }.joined()
        return ": \"\(line)\(shown.count > maxMessage ? "…" : "")\""
    }

    private func outputs(
        _ answer: HTTPAnswer,
        _ scope: Scope,
        _ secrets: UsedSecrets
    ) throws(StepFailure) -> [String: ConfigValue] {
        var outputs: [String: ConfigValue] = [:]
        var size = 0
        // Larger results are not stored; `StepRun` reports that.
        for output in config.items("outputs") where size <= StepResult.maxBytes {
            let name = output.requiredText("name")
            let key = "the output \(ShownText.quoted(name))"
            let value = try answer.evaluate(output.requiredText("fromExpression"), key, in: scope)
            do throws(ExpressionError) {
                let shown = secrets.hidden(try value.configuration())
                size += ResultBounds.size(shown)
                outputs[name] = shown
            } catch {
                throw .unmet("\(key) cannot be kept: \(error.message)", hint: nil)
            }
        }
        return outputs
    }

    static func hiding(_ failure: StepFailure, _ secrets: UsedSecrets) -> StepFailure {
        switch failure {
        case .unmet(let text, let hint): .unmet(secrets.hide(text), hint: hint.map(secrets.hide))
        case .cannotAct(let text, let hint): .cannotAct(secrets.hide(text), hint: hint.map(secrets.hide))
        case .broken(let text, let hint): .broken(secrets.hide(text), hint: hint.map(secrets.hide))
        default: failure
        }
    }

    // MARK: The request

    private var timeout: Duration {
        let written = config.text("timeout").flatMap(GoDuration.parse) ?? Self.timeout
        return written > .zero ? min(written, Self.longestTimeout) : Self.longestTimeout
    }

    private func request(
        in context: StepContext,
        _ access: HTTPAccess
    ) async throws(StepFailure) -> StepHTTPRequest {
        let pairs = config.items("headers").map { HeaderLine($0.requiredText("name"), $0.requiredText("value")) }
        var headers = pairs
        if !pairs.contains(where: { $0.name.lowercased() == "idempotency-key" }) {
            headers.append(HeaderLine("Idempotency-Key", Self.key(of: context)))
        }
        return StepHTTPRequest(
            method: config.text("method") ?? "GET",
            address: try address(),
            headers: headers,
            body: try await body(in: context),
            timeout: timeout,
            skipsVerification: config.flag("insecureSkipTLSVerify"),
            proxy: try proxy(),
            policy: access.policy,
            secrets: context.secretsUsed
        )
    }

    /// The same key where a request is repeated because it is not known whether it was sent.
    ///
    /// Another one where the step repeats it on purpose.
    static func key(of context: StepContext) -> String {
        let text = "\(context.promotion.id.text)/\(context.alias)/\(context.look)"
        return text.utf8.map { $0 > 0x20 && $0 < 0x7F ? String(Unicode.Scalar($0)) : URLEscape.text($0) }.joined()
    }

    private func address() throws(StepFailure) -> WebAddress {
        try Self.address(of: config)
    }

    static func address(of config: StepConfiguration) throws(StepFailure) -> WebAddress {
        let url = config.requiredText("url")
        guard let complete = URLEscape.complete(url), let address = WebAddress(complete) else {
            throw .broken(
                "url is not an http or https URL with a host, and without a user and a password",
                hint: "a user and a password go into a header: `Authorization: Basic …`"
            )
        }
        let parameters = config.items("queryParams")
        guard !parameters.isEmpty else { return address }
        var query = QueryText(address.query)
        for parameter in parameters { query.add(parameter.requiredText("name"), parameter.requiredText("value")) }
        return address.with(query: query.text)
    }

    private func proxy() throws(StepFailure) -> WebAddress? {
        guard let text = config.text("proxy") else { return nil }
        guard let proxy = WebAddress(text), !proxy.isSecure else {
            throw .broken(
                "proxy is not the URL of a proxy that can be used",
                hint: "write http://host:port; a proxy that is spoken to over TLS, or wants a login, is not supported"
            )
        }
        return proxy
    }

    private func body(in context: StepContext) async throws(StepFailure) -> [UInt8] {
        guard let path = config.text("bodyFromFile") else { return Array((config.text("body") ?? "").utf8) }
        do throws(WorkspaceFailure) {
            if let bytes = try await context.workspace.read(path) { return bytes }
        } catch {
            throw .broken("bodyFromFile: \(error.message)", hint: error.hint)
        }
        throw .broken("bodyFromFile: there is no file \(ShownText.quoted(path))", hint: nil)
    }
}
