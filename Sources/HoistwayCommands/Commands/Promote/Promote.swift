import ArgumentParser
import Glibc
import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `hoistway promote`: freight to a stage, by hand.
struct Promote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Promote freight to a stage.",
        discussion: """
            On a terminal the difference is shown first, and you are asked. With --yes, or without a terminal, you are \
            not asked. Ctrl-C during --wait leaves the promotion running.
            """
    )

    @Argument(
        help: "`name` where only one project has it, else `project/name`; none with --downstream-from.",
        completion: .custom(Completions.stages)
    )
    var stage: String?

    @Argument(
        help: "Id, beginning of one, or alias; none with --latest or --warehouse.",
        completion: .custom(Completions.freight)
    )
    var freight: String?

    @Flag(help: "Promote the freight that automatic promotion would choose.")
    var latest = false

    @Option(help: "As --latest, of this warehouse; needed where the stage takes freight of several.")
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

    @Option(help: "With --wait: how long, as 90s or 10m. The exit code is 5 then. Default: no limit.")
    var timeout: String?

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var scope: ProjectOption
    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard timeout == nil || wait else { throw ValidationError("--timeout goes with --wait") }
        if downstreamFrom != nil {
            guard stage != nil, freight == nil, warehouse == nil, !latest, accept.isEmpty, preview == nil, !dryRun
            else {
                throw ValidationError("with --downstream-from, name the freight and nothing else")
            }
            return
        }
        if preview != nil {
            guard warehouse == nil, !latest else {
                throw ValidationError("--preview goes with a stage and freight, not with --latest or --warehouse")
            }
        }
        if dryRun {
            guard accept.isEmpty, preview == nil, !wait else {
                throw ValidationError("--dry-run promotes nothing: --accept, --preview and --wait do not go with it")
            }
        }
        guard stage != nil, (freight == nil) != (warehouse == nil && !latest) else {
            throw ValidationError("name a stage, and freight or --latest")
        }
    }

    func run() async throws {
        let limit = try timeout.map { try WaitLimit.parse($0) }
        try await ConsoleClient.with(options) { client in
            if let downstreamFrom {
                // The only argument is the freight there.
                return try await promoteAll(client, from: downstreamFrom, freight: stage ?? "", limit)
            }
            let path = try await client.stage(stage ?? "", in: scope.name)
            var freight = freight
            if freight == nil, dryRun || asks { freight = try await candidate(path, client) }
            if dryRun, let freight { return try await dryRun(path, freight, client) }
            warnOfTree()
            var (preview, accept) = (preview, accept)
            if asks, preview == nil, accept.isEmpty, let freight {
                let seen = try await approved(path, freight, client)
                preview = seen.uncomparedBranch == nil ? seen.id : nil
                accept = seen.acceptanceNeeded
            }
            let source = freight == nil ? try await sourceWarehouse(path, client) : nil
            var answer = try await client.ask(
                .createPromotion,
                path,
                body: [
                    "freight": freight.map { .string($0) }, "warehouse": source.map { .string($0) },
                    "accept": accept.isEmpty ? nil : .list(accept.map { .string($0) }),
                    "preview": preview.map { .string($0) },
                ],
                as: PromotionView.self
            )
            if wait { answer = try await end(of: answer, client, Self.deadline(after: limit)) }
            try show(answer)
            guard !wait || answer.value.phase == .succeeded else { throw ExitStatus.failed }
        }
    }

    // MARK: Asking

    /// Only people who see the difference and can answer are asked.
    private var asks: Bool {
        !yes && options.display.output.isText && isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
    }

    /// The preview that a person has agreed to.
    private func approved(_ path: [String: String], _ freight: String, _ client: ConsoleClient) async throws
        -> PreviewView
    {
        let view = try await PreviewCall(client: client).ended(path, freight: freight).value
        Terminal.print(options.display.text(of: PreviewText(view: view).difference))
        guard view.state == .succeeded else {
            throw CommandFailure.failed(
                "the promotion would fail, and nothing was promoted",
                hint: "--yes promotes without a look at the difference"
            )
        }
        let question =
            view.acceptanceNeeded.isEmpty
            ? "Promote this to \(view.project)/\(view.stage)? [y/N] "
            : "This exceeds the stage's limits. Promote it to \(view.project)/\(view.stage) all the same? [y/N] "
        guard Question.isAgreed(question) else { throw CommandFailure.nothingToDo("nothing was promoted") }
        return view
    }

    private func dryRun(_ path: [String: String], _ freight: String, _ client: ConsoleClient) async throws {
        let answer = try await PreviewCall(client: client).ended(path, freight: freight)
        try options.show(answer) { PreviewText(view: $0).text }
        guard answer.value.state == .succeeded else { throw ExitStatus.failed }
    }

    // MARK: Choosing

    /// The warehouse of the freight; it has to be named only if the stage takes freight of several.
    private func sourceWarehouse(_ path: [String: String], _ client: ConsoleClient) async throws -> String {
        if let warehouse { return warehouse }
        let view = try await client.ask(.getStage, path, as: StageView.self).value
        let names = view.upstream.map(\.warehouse).sorted()
        guard names.count == 1, let only = names.first else {
            throw CommandFailure.usage(
                "\(view.handle) takes freight of several warehouses",
                hint: "name one: --warehouse \(names.joined(separator: " or --warehouse "))"
            )
        }
        return only
    }

    /// The freight that automatic promotion would choose.
    private func candidate(_ path: [String: String], _ client: ConsoleClient) async throws -> String {
        let source = try await sourceWarehouse(path, client)
        let view = try await client.ask(.getStage, path, as: StageView.self).value
        guard let verdict = view.verdicts.first(where: { $0.warehouse == source }) else {
            throw CommandFailure.usage(
                "\(view.handle) takes no freight of warehouse \(source)",
                hint: "it takes freight of \(Listing.text(view.upstream.map(\.warehouse), limit: 8))"
            )
        }
        guard let freight = verdict.freight, verdict.kind != .notAvailable else {
            throw CommandFailure.nothingToDo(verdict.reason)
        }
        return freight
    }

    /// The next version takes digests only, unless the difference has none.
    private func warnOfTree() {
        guard accept.contains(where: { ObjectID($0) != nil }) else { return }
        Terminal.printError(
            "warning: --accept takes the digest of a difference, which `promote --dry-run` and the refused promotion name. A tree id is "
                + "right only where these name no digest, since too many files differ; elsewhere this version takes it for the last "
                + "time"
        )
    }

    // MARK: Several stages, and the end

    private func promoteAll(
        _ client: ConsoleClient,
        from upstream: String,
        freight: String,
        _ limit: Duration?
    ) async throws {
        let path = try await client.stage(upstream, in: scope.name)
        if asks { try await askForAll(path, freight, client) }
        let started = try await client.ask(
            .createDownstreamPromotions,
            path,
            body: ["freight": .string(freight)],
            as: Items<PromotionView>.self
        )
        guard wait else { return try options.show(started) { PromotionView.sheet($0.items, $1) } }
        let deadline = Self.deadline(after: limit)
        var hasFailed = false
        for one in started.value.items {
            let first = Answer(value: one, json: WrittenJSON.text(one))
            let answer = try await end(of: first, client, deadline)
            try show(answer)
            if answer.value.phase != .succeeded { hasFailed = true }
        }
        if hasFailed { throw ExitStatus.failed }
    }

    /// Names the stages; the difference of each is what `hoistway diff` shows.
    private func askForAll(_ path: [String: String], _ freight: String, _ client: ConsoleClient) async throws {
        let place = ["project": path["project"] ?? "", "freight": freight]
        let query = [("from", path["stage"])]
        let view = try await client.ask(.getAvailability, place, query: query, as: AvailabilityView.self).value
        for stage in view.stages {
            Terminal.print(SafeText.line("\(view.project)/\(stage.place.stage): \(stage.place.reason)"))
        }
        guard Question.isAgreed("Promote \(SafeText.line(view.alias)) to these stages? [y/N] ") else {
            throw CommandFailure.nothingToDo("nothing was promoted")
        }
    }

    /// From now on: the time in which a person reads the difference and answers does not count.
    private static func deadline(after limit: Duration?) -> ContinuousClock.Instant? {
        limit.map { ContinuousClock.now + $0 }
    }

    /// After a wait on a terminal, its steps stand above already.
    private func show(_ answer: Answer<PromotionView>) throws {
        let isShort = wait && options.display.output == .text && isatty(STDOUT_FILENO) == 1
        try options.show(answer) {
            isShort ? PrintedText(SafeText.line("promotion \($0.id): \($0.news)")) : $0.detail
        }
    }

    private func end(
        of first: Answer<PromotionView>,
        _ client: ConsoleClient,
        _ deadline: ContinuousClock.Instant?
    ) async throws -> Answer<PromotionView> {
        let follow = PromotionFollow(client: client, isQuiet: !options.display.output.isText, deadline: deadline)
        return try await follow.end(of: first)
    }
}
