import ArgumentParser
import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `hoistway approve`: makes freight available to a stage although upstream has not verified it.
struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make freight available to a stage without upstream verification."
    )

    @Argument(
        help: "`name` where only one project has it, else `project/name`.",
        completion: .custom(Completions.stages)
    )
    var stage: String

    @Argument(help: "Id, beginning of one, or alias.", completion: .custom(Completions.freight))
    var freight: String

    @OptionGroup var scope: ProjectOption
    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            let answer = try await client.ask(
                .approveFreight,
                try await client.stage(stage, in: scope.name),
                body: ["freight": .string(freight)],
                as: FreightView.self
            )
            try options.show(answer) { FreightView.sheet([$0], $1) }
        }
    }
}

/// `hoistway verify`: says whether freight works in a stage.
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say that freight works in a stage, or that it does not.",
        discussion: """
            Verified freight is available to the stages after it. A stage with Applications must be healthy for that. \
            Failed freight is not available there; nothing is rolled back. What was said before is said again without \
            an effect.
            """
    )

    @Argument(
        help: "`name` where only one project has it, else `project/name`.",
        completion: .custom(Completions.stages)
    )
    var stage: String

    @Argument(
        help: "Id, beginning of one, or alias; all that lies in the stage where it is left out.",
        completion: .custom(Completions.freight)
    )
    var freight: String?

    @Flag(help: "It does not work there; goes with --reason.")
    var failed = false

    @Option(help: "Why it failed, for people.")
    var reason: String?

    @OptionGroup var scope: ProjectOption
    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard failed == (reason != nil) else { throw ValidationError("--failed and --reason go together") }
    }

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            let answer = try await client.ask(
                .verifyStage,
                try await client.stage(stage, in: scope.name),
                body: ["freight": freight.map { .string($0) }, "failure": reason.map { .string($0) }],
                as: Items<FreightView>.self
            )
            try options.show(answer) { FreightView.sheet($0.items, $1) }
        }
    }
}

/// `hoistway abort`: ends a promotion.
struct Abort: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "End a promotion that is waiting or running.")

    @Argument(
        help: "Name of the promotion, or a beginning that only one has.",
        completion: .custom(Completions.promotions)
    )
    var promotion: String

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            let path = try await client.promotion(promotion)
            try options.show(try await client.ask(.abortPromotion, path, as: PromotionView.self), as: \.detail)
        }
    }
}

/// `hoistway adopt`: takes over commits that somebody else made on a stage's branches.
struct Adopt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Accept what is on a stage's branches, so that promotions go on from there.",
        discussion:
            "After the state was lost, --from-branches takes the stage's freight from the commits on its branches."
    )

    @Argument(
        help: "`name` where only one project has it, else `project/name`; none with --all.",
        completion: .custom(Completions.stages)
    )
    var stage: String?

    @Flag(help: "Take the stage's freight from the commits on its branches.")
    var fromBranches = false

    @Flag(help: "Every stage that is paused for it.")
    var all = false

    @Flag(help: "Show whose commits would be accepted and which files promotions would write over; change nothing.")
    var dryRun = false

    @OptionGroup var scope: ProjectOption
    @OptionGroup var options: ClientOptions

    func validate() throws {
        try options.display.refuseNames()
        guard (stage == nil) == all else { throw ValidationError("name one stage, or write --all") }
        guard !dryRun || !fromBranches else { throw ValidationError("--dry-run does not go with --from-branches") }
        guard !all || fromBranches else {
            throw ValidationError("--all goes with --from-branches: commits of others are accepted stage by stage")
        }
    }

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            let names = try await stages(client)
            guard !names.isEmpty else {
                throw CommandFailure.nothingToDo("no stage is paused for a state that was lost")
            }
            for name in names {
                let answer = try await client.ask(
                    .adoptStage,
                    try await client.stage(name, in: scope.name),
                    body: ["fromBranches": .bool(fromBranches), "preview": .bool(dryRun)],
                    as: Items<String>.self
                )
                try options.show(answer) {
                    $0.items.isEmpty ? "nothing to adopt" : $0.items.map { SafeText.line($0) }.joined(separator: "\n")
                }
            }
        }
    }

    private func stages(_ client: ConsoleClient) async throws -> [String] {
        if let stage { return [stage] }
        let all = try await client.list(.listStages, of: StageView.self).value.items
        return all.filter { $0.pauses.contains(where: \.canBeRestored) }.map { "\($0.project)/\($0.name)" }
    }
}
