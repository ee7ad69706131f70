import ArgumentParser
import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `hoistway retry`: deliveries or promotions once more.
struct RetryCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try again what failed: deliveries, or promotions.",
        discussion: "`hoistway retry 17` and `hoistway retry --failed` are about deliveries.",
        subcommands: [RetryDeliveries.self, RetryPromotions.self],
        defaultSubcommand: RetryDeliveries.self
    )
}

/// `hoistway retry deliveries`: drives deliveries again that failed or were ignored.
struct RetryDeliveries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "Work through deliveries again that failed or were ignored."
    )

    @Argument(help: "Numbers of deliveries, as `hoistway get deliveries` shows them.")
    var ids: [Int64] = []

    @Flag(help: "All that failed.")
    var failed = false

    @OptionGroup var options: ClientOptions

    func validate() throws {
        try options.display.refuseNames()
        guard ids.isEmpty == failed else { throw ValidationError("Name deliveries, or give --failed for all of them.") }
    }

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            let answer = try await client.ask(
                .retryDeliveries,
                body: failed ? ["failed": .bool(true)] : ["ids": .list(ids.map { .number(Double($0)) })],
                as: Count.self
            )
            try options.show(answer) {
                $0.count == 1 ? "1 delivery is decided again" : "\($0.count) deliveries are decided again"
            }
            guard answer.value.count > 0 else { throw ExitStatus.nothingToDo }
        }
    }
}

/// `hoistway retry promotions`: promotes again what failed, stage by stage.
struct RetryPromotions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promotions",
        abstract: "Promote again what failed, and try at once what waits for its next try.",
        discussion: "Without names it is about the newest promotion of each stage. Each promotion has its own line."
    )

    @Argument(help: "Names of promotions, or beginnings that only one has.")
    var promotions: [String] = []

    @Flag(help: "Only what failed: what waits for its next try is left alone.")
    var failed = false

    @OptionGroup var scope: ProjectOption
    @OptionGroup var options: ClientOptions

    func validate() throws {
        try options.display.refuseNames()
        guard promotions.isEmpty || (!failed && scope.project == nil) else {
            throw ValidationError("Name promotions, or choose them by --failed and --project.")
        }
    }

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            var names: [ConfigValue] = []
            for name in promotions {
                names += try await client.promotion(name)["promotion"].map { [.string($0)] } ?? []
            }
            let answer = try await client.ask(
                .retryPromotions,
                body: promotions.isEmpty
                    ? ["failed": .bool(failed), "project": scope.name.map { .string($0) }]
                    : ["promotions": .list(names)],
                as: Items<RetriedPromotion>.self
            )
            try options.show(answer) { lines, _ in
                var table = Table("STAGE", "PROMOTION", "STARTED", Table.Column("WHAT", least: 12))
                for one in lines.items {
                    table.add(
                        "\(one.project)/\(one.stage)",
                        one.promotion,
                        one.started ?? "-",
                        SafeText.line(one.detail)
                    )
                }
                return Sheet(table: table, empty: "no promotion has failed or waits for its next try")
            }
            guard answer.value.items.contains(where: { $0.started != nil }) else { throw ExitStatus.nothingToDo }
        }
    }
}

/// `hoistway reload`: makes the server read its configuration again.
struct Reload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the server read its configuration again; a bad one changes nothing."
    )

    @OptionGroup var options: ClientOptions

    func validate() throws { try options.display.refuseNames() }

    func run() async throws { try await Self.run(options) }

    static func run(_ options: ClientOptions) async throws {
        try await ConsoleClient.with(options) { client in
            try options.show(try await client.ask(.reload, as: Items<String>.self)) {
                shown($0.items)
            }
        }
    }

    /// One item may have several lines: a warning with the excerpt that it is about.
    static func shown(_ items: [String]) -> String {
        (["reloaded"] + items.map { SafeText.lines($0) }).joined(separator: "\n")
    }
}

/// `hoistway audit`: who changed what, when.
struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show who changed what, newest first.")

    @Option(help: "How many at most.")
    var limit = 50

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            let answer = try await client.ask(.listAudit, query: [("limit", "\(limit)")], as: Items<AuditRecord>.self)
            try options.show(answer) { records, look in
                var table = Table(
                    "AGE",
                    Table.Column("AT", isWide: true),
                    "WHO",
                    "WHAT",
                    Table.Column("DETAIL", least: 12)
                )
                for one in records.items {
                    table.add(one.at.age(at: look.now), one.at.rfc3339, one.actor, one.action, one.detail)
                }
                return Sheet(table: table, empty: "nothing was changed yet")
            }
        }
    }
}
