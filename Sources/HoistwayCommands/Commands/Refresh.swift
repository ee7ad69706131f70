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

    @OptionGroup var scope: ProjectOption
    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            let answer = try await client.ask(
                .refreshWarehouse,
                try await client.warehouse(warehouse, in: scope.name),
                as: WarehouseView.self,
                within: ConsoleClient.patientTimeout
            )
            try options.show(answer) { WarehouseView.sheet([$0], $1) }
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

    @OptionGroup var scope: ProjectOption
    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            let answer = try await client.ask(
                .refreshStage,
                try await client.stage(stage, in: scope.name),
                as: StageView.self,
                within: ConsoleClient.patientTimeout
            )
            try options.show(answer) { StageView.sheet([$0], $1) }
        }
    }
}

struct RefreshConfiguration: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configuration",
        abstract: "Read the configuration again, as `hoistway reload` does."
    )

    @OptionGroup var options: ClientOptions

    func validate() throws { try options.display.refuseNames() }

    func run() async throws { try await Reload.run(options) }
}
