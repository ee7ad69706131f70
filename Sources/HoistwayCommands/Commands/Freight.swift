import ArgumentParser
import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `hoistway freight`: freight by hand.
struct FreightCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "freight",
        abstract: "Put freight together by hand, or give it another alias.",
        subcommands: [CreateFreight.self, RenameFreight.self]
    )
}

/// `hoistway freight rename`: gives freight another alias.
struct RenameFreight: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename",
        abstract: "Give freight another alias, which no other freight of the project has."
    )

    @Argument(help: "Id, beginning of one, or alias.", completion: .custom(Completions.freight))
    var freight: String

    @Argument(help: "The new alias.")
    var alias: String

    @OptionGroup var scope: ProjectOption
    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            let answer = try await client.ask(
                .renameFreight,
                try await client.freight(freight, in: scope.name),
                body: ["alias": .string(alias)],
                as: FreightView.self
            )
            try options.show(answer) { FreightView.sheet([$0], $1) }
        }
    }
}

/// `hoistway freight create`: freight of a warehouse, put together by hand.
struct CreateFreight: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Put freight together: one artifact for each subscription of a warehouse.",
        discussion: """
            With --from, what is not given is copied from that freight. Warehouses with freightCreationPolicy: Manual \
            make freight in no other way.
            """
    )

    @Argument(
        help: "`name` where only one project has it, else `project/name`.",
        completion: .custom(Completions.warehouses)
    )
    var warehouse: String

    @Option(help: "REPOSITORY:TAG; the registry is asked for the digest, unless @sha256:… follows.")
    var image: [String] = []

    @Option(help: "REPOSITORY=COMMIT, with the forty digits of the commit's id.")
    var commit: [String] = []

    @Option(help: "REPOSITORY=VERSION; of a classic repository, REPOSITORY/CHART=VERSION.")
    var chart: [String] = []

    @Option(help: "Freight of the same warehouse that is copied: id, beginning of one, or alias.")
    var from: String?

    @Option(help: "The alias; default: one is made up.")
    var alias: String?

    @OptionGroup var scope: ProjectOption
    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard !(image + commit + chart).isEmpty || from != nil else {
            throw ValidationError("give an artifact for each subscription: --image, --commit, --chart, or --from")
        }
    }

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            func texts(_ values: [String]) -> ConfigValue { .list(values.map { .string($0) }) }
            let answer = try await client.ask(
                .createFreight,
                try await client.warehouse(warehouse, in: scope.name),
                body: [
                    "images": texts(image), "commits": texts(commit), "charts": texts(chart),
                    "from": from.map { .string($0) }, "alias": alias.map { .string($0) },
                ],
                as: FreightView.self
            )
            try options.show(answer) { FreightView.sheet([$0], $1) }
        }
    }
}
