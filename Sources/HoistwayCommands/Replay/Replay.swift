import ArgumentParser
import AsyncHTTPClient
import FoundationEssentials
import HoistwayModel
import HoistwayPorts
import HoistwaySettings
import NIOCore
import NIOHTTP1
import NIOSSL

/// `hoistway replay`: signs a payload for a receiver and sends it, or shows what it would do.
struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign a payload for a receiver and send it to a running server, or show the result of a dry run.",
        discussion: """
            Without --dry-run the payload goes to the configured webhook address as a new delivery, marked so that it \
            is not taken for a duplicate. With --dry-run nothing is sent and nothing is written: it is decided on a \
            copy of the live state, and each branch's diff and tree id are shown.
            """
    )

    @Option(help: "Configuration file. \(ConfigFile.order)")
    var config: String?

    @Option(help: "The receiver to sign for.")
    var receiver: String?

    @Option(help: "File with the sender's headers, one `Name: value` a line, without any that prove it.")
    var headers: String?

    @Option(help: "A delivery that was received before, by its number, instead of a file.")
    var delivery: Int64?

    @Flag(help: "Send nothing and write nothing: show what would happen.")
    var dryRun = false

    @Flag(help: "Send it as the sender would: a duplicate is taken as one.")
    var unmarked = false

    @Option(help: "Where to send it, instead of the configured address: http://127.0.0.1:8420.")
    var to: String?

    @OptionGroup var display: DisplayOptions

    @Argument(help: "File with the body, `-` for standard input.")
    var body: String?

    func run() async throws {
        let composition = Composition(loaded: try await Serve.load(ConfigFile.path(config)))
        let payload = try await payload(composition)
        if dryRun {
            let report = try await DryRun(composition: composition).run(payload)
            try display.show(report) { display.text(of: report.text) }
        } else {
            try await send(payload, composition: composition)
        }
    }

    private func payload(_ composition: Composition) async throws -> ReplayPayload {
        if let delivery { return try await ReplayPayload.recorded(DeliveryID(delivery), composition: composition) }
        guard let body else {
            throw CommandFailure.usage("name a file with the body, or a delivery with --delivery")
        }
        let receivers = composition.settings.webhooks.receivers
        let names = receivers.map(\.name).joined(separator: ", ")
        guard let name = receiver ?? (receivers.count == 1 ? receivers.first?.name : nil) else {
            throw CommandFailure.usage("name the receiver with --receiver: \(names)")
        }
        guard let found = receivers.first(where: { $0.name == name }) else {
            throw CommandFailure.usage("there is no receiver \(name), but \(names)")
        }
        return try ReplayPayload.read(receiver: found, headers: headers, body: body)
    }

    private func send(_ payload: ReplayPayload, composition: Composition) async throws {
        let url = (to ?? Self.address(composition.settings.webhooks)) + payload.receiver.path
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        for line in try payload.signed(isMarked: !unmarked, now: composition.clock.now()) {
            request.headers.add(name: line.name, value: line.value)
        }
        request.body = .bytes(ByteBuffer(bytes: payload.body))
        let answer: HTTPClientResponse
        let text: String
        let client = try to == nil ? Self.client(trusting: composition.settings.webhooks.tls) : HTTPClient.shared
        do {
            answer = try await client.execute(request, timeout: .seconds(10))
            text = String(buffer: try await answer.body.collect(upTo: 64 * 1024))
        } catch {
            await Self.shutDown(client)
            throw CommandFailure.failed(
                "\(url) did not answer: \(ConsoleClient.explain(error))",
                hint:
                    "start it with `hoistway serve`, or name another address with --to, one that its certificate is for"
            )
        }
        await Self.shutDown(client)
        Terminal.print("\(answer.status.code) \(SafeText.line(text))")
        guard (200..<300).contains(answer.status.code) else { throw ExitStatus.failed }
    }

    /// One that takes the configured certificate, whatever names it has: the listener is asked at its own address.
    private static func client(trusting tls: TLSSettings?) throws -> HTTPClient {
        guard let tls else { return .shared }
        var configuration = HTTPClient.Configuration()
        var trust = TLSConfiguration.makeClientConfiguration()
        do {
            // Beside the system's: it may be its own authority, or have one that everybody knows.
            trust.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(tls.certificate))]
        } catch {
            throw CommandFailure.unreadable(path: tls.certificate, detail: "it is no certificate in PEM")
        }
        trust.certificateVerification = .noHostnameVerification
        configuration.tlsConfiguration = trust
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    private static func shutDown(_ client: HTTPClient) async {
        guard client !== HTTPClient.shared else { return }
        // It throws only when it was shut down before.
        try? await client.shutdown()
    }

    private static func address(_ settings: WebhookSettings) -> String {
        let scheme = settings.tls == nil ? "http" : "https"
        let host = ["0.0.0.0", "::"].contains(settings.listen.host) ? "127.0.0.1" : settings.listen.host
        return "\(scheme)://\(ListenAddress(host: host, port: settings.listen.port))"
    }
}

extension DryRun.Report {
    /// For people: events, freight, what would be promoted with its diffs, and what each stage says.
    var text: PrintedText {
        var text = PrintedText("delivery: \(state): \(SafeText.line(reason))")
        for line in trace { text.add("  \(SafeText.line(line))") }
        for view in freight {
            text.add("freight \(view.alias) (\(view.id))")
            for artifact in view.artifacts { text.add("  \(SafeText.line(artifact))") }
        }
        for promotion in promotions {
            text.add("promotion to \(promotion.stage): \(promotion.summary): \(promotion.phase)")
            text.add("  because: \(SafeText.line(promotion.reason))")
            if !promotion.message.isEmpty { text.add("  \(SafeText.line(promotion.message))") }
            for warning in promotion.warnings ?? [] { text.add("  warning: \(SafeText.line(warning))") }
            for line in StepLines(steps: promotion.steps, results: promotion.results).lines { text.add("  " + line) }
            for branch in promotion.branches {
                text.add("  branch \(branch.branch) of \(branch.remote): tree \(branch.tree)")
                text.add("  subject: \(SafeText.line(branch.subject))")
                if let diff = branch.diff, !diff.isEmpty { text.add(difference: diff) }
            }
        }
        for one in stages { text.add("stage \(one.stage): \(SafeText.line(one.decision))") }
        for assumption in assumptions { text.add("assumed: \(assumption)") }
        return text
    }
}
