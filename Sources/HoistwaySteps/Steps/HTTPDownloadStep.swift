import HoistwayCrypto
import HoistwayModel
import HoistwayPorts

/// `http-download`: fetches a file.
///
/// A promotion's files are made again whenever its branch has moved: then the URL must give the same content as before,
/// or the promotion would deliver something else.
struct HTTPDownloadStep: PromotionStep {
    /// Kargo's limit is 100 MiB; here the file stays in memory until the promotion has ended.
    static let maxBytes = 40 << 20
    private static let timeout: Duration = .seconds(300)
    private static let longestTimeout: Duration = .seconds(3600)

    static let schema = StepSchema(
        "http-download",
        .download,
        "Downloads a file with GET. The file may have at most 40 MiB. The step also downloads in observe mode and "
            + "in a dry run. The rules of http for hosts and secrets apply.",
        [
            StepSchema.Field("url", .text, isRequired: true, "The http or https URL of the file."),
            .path("outPath", "The file to write."),
            .flag("allowOverwrite", "Replaces an existing file."),
            StepSchema.Field(
                "checksum",
                .sha256,
                emptyIsAbsent: true,
                "The expected digest: `sha256:` and 64 hexadecimal digits. Kargo does not have this key."
            ),
            StepSchema.Field("headers", HTTPStep.pairs, "Headers. The same name may appear several times."),
            StepSchema.Field("queryParams", HTTPStep.pairs, "Parameters that are added to the URL's query."),
            .flag("insecureSkipTLSVerify", "Does not verify the server's certificate."),
            StepSchema.Field(
                "timeout",
                .duration,
                emptyIsAbsent: true,
                defaultValue: .string("5m"),
                "The longest time for the download. At most 1h. 0s means 1h."
            ),
        ]
    )

    private let config: StepConfiguration
    private let outPath: String

    init(_ config: StepConfiguration) {
        self.config = config
        outPath = config.requiredText("outPath")
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        guard let access = context.http else {
            throw .cannotAct("http-download cannot act: this program sends no requests for steps", hint: nil)
        }
        let wanted = config.text("checksum")?.lowercased()
        let file = StepFile(outPath, in: context)
        try await file.checkNew(allowOverwrite: config.flag("allowOverwrite"))
        let request = try request(access, context)
        let bytes = try await bytes(of: request, access, context)
        let digest = "sha256:\(SHA256.hex(bytes))"
        let host = request.address.authority
        guard wanted == nil || wanted == digest else {
            throw .cannotAct("the digest of the file from \(host) is \(digest), and not that of checksum", hint: nil)
        }
        if case .string(let before)? = context.former["digest"], before != digest {
            throw .cannotAct(
                "the file at \(host) has changed since the promotion began: its digest was \(before), and is \(digest)",
                hint: "promote again to use the present file"
            )
        }
        try await file.write(bytes)
        return StepOutcome(
            .succeeded,
            output: ["digest": .string(digest)],
            message: "downloaded \(bytes.count) bytes of \(host) to \(outPath)"
        )
    }

    func preview(in context: StepContext) -> String? {
        guard let address = try? HTTPStep.address(of: config) else { return nil }
        return "would download from \(address.authority)"
    }

    private func request(_ access: HTTPAccess, _ context: StepContext) throws(StepFailure) -> StepHTTPRequest {
        let written = config.text("timeout").flatMap(GoDuration.parse) ?? Self.timeout
        return StepHTTPRequest(
            method: "GET",
            address: try HTTPStep.address(of: config),
            headers: config.items("headers").map { HeaderLine($0.requiredText("name"), $0.requiredText("value")) },
            timeout: written > .zero ? min(written, Self.longestTimeout) : Self.longestTimeout,
            skipsVerification: config.flag("insecureSkipTLSVerify"),
            policy: access.policy,
            secrets: context.secretsUsed,
            maxBytes: Self.maxBytes
        )
    }

    /// Fetched once, apart from the lane.
    private func bytes(
        of request: StepHTTPRequest,
        _ access: HTTPAccess,
        _ context: StepContext
    ) async throws(StepFailure) -> [UInt8] {
        let work = ApartWork(uses: Self.schema.name, request: .download(request))
        let made = try await work.result(in: context) { _ async throws(StepFailure) in
            let file = ProgramFile(WorkspacePath(outPath).path, try await fetch(request, access, context))
            return RenderedManifests(files: [file], program: "", inputs: [], words: "")
        }
        return made.files.first?.bytes ?? []
    }

    private func fetch(
        _ request: StepHTTPRequest,
        _ access: HTTPAccess,
        _ context: StepContext
    ) async throws(StepFailure) -> [UInt8] {
        let secrets = UsedSecrets(context, access)
        let response: StepHTTPResponse
        do throws(StepHTTPFailure) {
            response = try await access.port.send(request)
        } catch {
            let message = secrets.hide(error.message)
            switch error {
            case .refused: throw .cannotAct(message, hint: error.hint)
            case .tooLarge: throw .broken(message, hint: error.hint)
            default: throw error.isTerminal ? .broken(message, hint: error.hint) : .unmet(message, hint: error.hint)
            }
        }
        guard (200..<300).contains(response.status) else {
            // The query may hold a signature; the path is enough to show what is missing.
            let place = secrets.hide("\(request.address.authority)\(request.address.target.prefix { $0 != "?" })")
            throw .unmet("\(ShownText.bare(place)) answered \(response.status)", hint: nil)
        }
        return response.body
    }
}
