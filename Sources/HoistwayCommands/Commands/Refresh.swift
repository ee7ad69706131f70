import ArgumentParser
import HoistwayConsole
import HoistwayPorts

/// `hoistway refresh`: looks now, events or not.
struct RefreshCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh",
        abstract: "Look now: at what a warehouse subscribes to, at a stage's branches, or at the configuration.",
        discussion: "`hoistway refresh NAME` is about a warehouse.",
        subcommands: [RefreshWarehouse.self, RefreshStage.self, RefreshConfiguration.self],
        defaultSubcommand: RefreshWarehouse.self
    )
}

struct RefreshWarehouse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "warehouse",
        abstract: "Look at everything that a warehouse subscribes to."
    )

    @Argument(
        help: "`name` where only one project has it, else `project/name`.",
        completion: .custom(Completions.warehouses)
    )
    var warehouse: String

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            let answer = try await client.ask(
                .refreshWarehouse,
                try await client.warehouse(warehouse),
                as: WarehouseView.self,
                within: ConsoleClient.patientTimeout
            )
            options.show(answer) { WarehouseView.table([$0]) }
        }
    }
}

struct RefreshStage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stage",
        abstract: "Look at a stage's branches, and promote what has become available."
    )

    @Argument(
        help: "`name` where only one project has it, else `project/name`.",
        completion: .custom(Completions.stages)
    )
    var stage: String

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            let answer = try await client.ask(
                .refreshStage,
                try await client.stage(stage),
                as: StageView.self,
                within: ConsoleClient.patientTimeout
            )
            options.show(answer) { StageView.table([$0]) }
        }
    }
}

struct RefreshConfiguration: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configuration",
        abstract: "Read the configuration again, as `hoistway reload` does."
    )

    @OptionGroup var options: ClientOptions

    func run() async throws { try await Reload.run(options) }
}
