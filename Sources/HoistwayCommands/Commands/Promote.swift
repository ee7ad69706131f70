import ArgumentParser
import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `hoistway promote`: freight to a stage, by hand.
struct Promote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Promote freight to a stage.")

    /// Pause between two looks at a promotion that is waited for.
    private static let pause = Duration.milliseconds(250)

    @Argument(help: "`name` where only one project has it, else `project/name`; none with --downstream-from.")
    var stage: String?

    @Argument(help: "Id, beginning of one, or alias; none with --warehouse.")
    var freight: String?

    @Option(help: "Promote the freight of this warehouse that automatic promotion would choose.")
    var warehouse: String?

    @Option(help: "Promote to every stage that takes the freight from this one.")
    var downstreamFrom: String?

    @Option(
        help: """
            Accept that this difference exceeds the stage's limits; the preview, or the refused promotion, names its digest. \
            Once for each branch.
            """
    )
    var accept: [String] = []

    @Flag(help: "Show what the promotion would do, and promote nothing.")
    var dryRun = false

    @Option(help: "Promote what this preview has shown, and nothing else.")
    var preview: String?

    @Flag(help: "Wait until it is over; exit with 1 unless it succeeded.")
    var wait = false

    @OptionGroup var options: ClientOptions

    func validate() throws {
        if downstreamFrom != nil {
            guard stage != nil, freight == nil, warehouse == nil, accept.isEmpty, preview == nil, !dryRun else {
                throw ValidationError("with --downstream-from, name the freight and nothing else")
            }
            return
        }
        if dryRun || preview != nil {
            guard warehouse == nil else {
                throw ValidationError("--dry-run and --preview go with a stage and freight, not with --warehouse")
            }
        }
        if dryRun {
            guard accept.isEmpty, preview == nil, !wait else {
                throw ValidationError("--dry-run promotes nothing: --accept, --preview and --wait do not go with it")
            }
        }
        guard stage != nil, (freight == nil) != (warehouse == nil) else {
            throw ValidationError("name a stage, and freight or --warehouse")
        }
    }

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            if let downstreamFrom {
                // The only argument is the freight there.
                return try await promoteAll(client, from: downstreamFrom, freight: stage ?? "")
            }
            if dryRun, let stage, let freight {
                return try await PreviewCall(client: client, options: options).show(stage: stage, freight: freight)
            }
            warnOfTree()
            var answer = try await client.ask(
                .createPromotion,
                try await client.stage(stage ?? ""),
                body: [
                    "freight": freight.map { .string($0) }, "warehouse": warehouse.map { .string($0) },
                    "accept": accept.isEmpty ? nil : .list(accept.map { .string($0) }),
                    "preview": preview.map { .string($0) },
                ],
                as: PromotionView.self
            )
            if wait { answer = try await end(of: answer, client) }
            try options.show(answer, as: \.detail)
            guard !wait || answer.value.phase == .succeeded else { throw ExitStatus.failed }
        }
    }

    /// The next version takes digests only, where there are any.
    private func warnOfTree() {
        guard accept.contains(where: { ObjectID($0) != nil }) else { return }
        Terminal.printError(
            "warning: --accept takes the digest of a difference, which `promote --dry-run` and the refused promotion name. A tree id is "
                + "right only where these name no digest, since too many files differ; elsewhere this version takes it for the last "
                + "time"
        )
    }

    private func promoteAll(_ client: ConsoleClient, from upstream: String, freight: String) async throws {
        let started = try await client.ask(
            .createDownstreamPromotions,
            try await client.stage(upstream),
            body: ["freight": .string(freight)],
            as: Items<PromotionView>.self
        )
        guard wait else {
            try options.show(started) { PromotionView.sheet($0.items, $1) }
            return
        }
        var hasFailed = false
        for one in started.value.items {
            let answer = try await end(of: try await look(at: one, client), client)
            try options.show(answer, as: \.detail)
            if answer.value.phase != .succeeded { hasFailed = true }
        }
        if hasFailed { throw ExitStatus.failed }
    }

    private func end(of first: Answer<PromotionView>, _ client: ConsoleClient) async throws -> Answer<PromotionView> {
        var answer = first
        var told = ""
        var toldPulls: Set<String> = []
        while !answer.value.phase.isTerminal {
            let view = answer.value
            for pull in view.openPulls where toldPulls.insert(pull.url).inserted {
                Terminal.printError(SafeText.line("\(view.id): pull request #\(pull.number) is open: \(pull.url)"))
            }
            // What it waits for may need a person, who would wait for ever.
            if let line = view.waitLine, view.message != told {
                Terminal.printError(SafeText.line(line))
                told = view.message
            }
            try await Task.sleep(for: Self.pause)
            answer = try await look(at: answer.value, client)
        }
        return answer
    }

    private func look(at promotion: PromotionView, _ client: ConsoleClient) async throws -> Answer<PromotionView> {
        try await client.ask(
            .getPromotion,
            ["project": promotion.project, "promotion": promotion.id],
            as: PromotionView.self
        )
    }
}
