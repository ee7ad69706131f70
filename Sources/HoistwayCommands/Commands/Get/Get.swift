import ArgumentParser
import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `hoistway get KIND [NAME …]`: lists, and single things.
struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show projects, stages, freight, promotions and more.",
        discussion: """
            `hoistway get stages` lists all stages. `hoistway get stage NAME` shows everything about one, as \
            `hoistway describe` does. With --watch, the list is printed first, and then each change.
            """,
        subcommands: [
            Projects.self, Stages.self, Warehouses.self, FreightList.self, Promotions.self, Deliveries.self,
            Refusals.self, Manifests.self, Clusters.self,
        ]
    )

    struct Projects: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Projects, those first that need a person.",
            aliases: ThingKind.project.otherNames
        )

        @Argument(
            help: "Names of projects. Default: all.",
            completion: .custom(Completions.projects)
        )
        var names: [String] = []

        @OptionGroup var list: ListOptions
        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await ThingList<ProjectView>(.listProjects, names: names, list: list, options: options).run()
        }
    }

    struct Stages: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Where freight is, and why it moves or does not.",
            aliases: ThingKind.stage.otherNames
        )

        @Argument(
            help: "Names of stages, as `name` or `project/name`. Default: all.",
            completion: .custom(Completions.stages)
        )
        var names: [String] = []

        @Option(name: [.customShort("l"), .long], help: "Only stages with these labels: KEY=VALUE,KEY=VALUE.")
        var selector: String?

        @Option(
            help: "Only stages in this state: \(StageState.allCases.map(\.rawValue).joined(separator: ", ")).",
            completion: .list(StageState.allCases.map(\.rawValue))
        )
        var state: String?

        @Option(help: "Only stages that take freight of this warehouse.")
        var warehouse: String?

        @OptionGroup var scope: ProjectOption
        @OptionGroup var list: ListOptions
        @OptionGroup var options: ClientOptions

        func run() async throws {
            var run = ThingList<StageView>(.listStages, names: names, list: list, options: options)
            run.project = scope.name
            run.query = [("labels", selector), ("state", state), ("warehouse", warehouse)]
            run.order = \.alongPipelines
            try await run.run()
        }
    }

    struct Warehouses: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What is subscribed to, and the newest of each.",
            aliases: ThingKind.warehouse.otherNames
        )

        @Argument(
            help: "Names of warehouses, as `name` or `project/name`. Default: all.",
            completion: .custom(Completions.warehouses)
        )
        var names: [String] = []

        @OptionGroup var scope: ProjectOption
        @OptionGroup var list: ListOptions
        @OptionGroup var options: ClientOptions

        func run() async throws {
            var run = ThingList<WarehouseView>(.listWarehouses, names: names, list: list, options: options)
            run.project = scope.name
            run.showsBacklog = true
            try await run.run()
        }
    }

    struct FreightList: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "freight",
            abstract: "What can be promoted, newest first.",
            aliases: ThingKind.freight.otherNames
        )

        @Argument(
            help: "Ids, beginnings of ids, or aliases. Default: the newest.",
            completion: .custom(Completions.freight)
        )
        var names: [String] = []

        @Option(help: "Only of this warehouse.")
        var warehouse: String?

        @Option(help: "Only what is in this stage.")
        var stage: String?

        @Option(help: "Only with this tag, version or alias, or this beginning of a digest or commit.")
        var contains: String?

        @OptionGroup var scope: ProjectOption
        @OptionGroup var list: ListOptions
        @OptionGroup var options: ClientOptions

        func run() async throws {
            var run = ThingList<FreightView>(.listFreight, names: names, list: list, options: options)
            run.project = scope.name
            run.query = [("warehouse", warehouse), ("stage", stage), ("contains", contains)]
            run.usualLimit = 20
            try await run.run()
        }
    }

    struct Promotions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What was promoted, newest first.",
            aliases: ThingKind.promotion.otherNames
        )

        @Argument(
            help: "Names of promotions, or beginnings that only one has. Default: the newest.",
            completion: .custom(Completions.promotions)
        )
        var names: [String] = []

        @Option(help: "Only to this stage.")
        var stage: String?

        @Option(help: "Only of this freight: its id or alias.")
        var freight: String?

        @Option(
            help: "Only those in this phase: \(PhaseNames.promotion.joined(separator: ", ")).",
            completion: .list(PhaseNames.promotion)
        )
        var phase: String?

        @OptionGroup var scope: ProjectOption
        @OptionGroup var list: ListOptions
        @OptionGroup var options: ClientOptions

        func run() async throws {
            let named = stage.map { ScopedName($0, in: scope.name) }
            let phase = try phase.map { try PhaseNames.known($0, among: PhaseNames.promotion) }
            var run = ThingList<PromotionView>(.listPromotions, names: names, list: list, options: options)
            run.project = named?.project ?? scope.name
            run.query = [("stage", named?.name), ("freight", freight), ("phase", phase)]
            run.usualLimit = 20
            try await run.run()
        }
    }

    struct Deliveries: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What arrived, and what came of it, newest first.",
            aliases: ThingKind.delivery.otherNames
        )

        @Argument(help: "Numbers of deliveries. Default: the newest.")
        var names: [String] = []

        @Option(help: "received, waiting, done, ignored or failed.")
        var state: String?

        @Option(help: "Only those before this number.")
        var before: Int64?

        @OptionGroup var list: ListOptions
        @OptionGroup var options: ClientOptions

        func run() async throws {
            var run = ThingList<DeliveryView>(.listDeliveries, names: names, list: list, options: options)
            run.query = [("state", state), ("before", before.map(String.init))]
            run.usualLimit = 20
            run.showsBacklog = true
            try await run.run()
        }
    }

    struct Refusals: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Which requests the receivers refused since the server started, newest first.",
            aliases: ["refusal"]
        )

        @Argument(help: "Only of this receiver.")
        var receiver: String?

        @Option(help: "How many at most.")
        var limit = 20

        @OptionGroup var unwatched: Unwatched
        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await ConsoleClient.with(options) { client in
                let query = [("receiver", receiver), ("limit", String(limit))]
                try options.show(try await client.ask(.listRefusals, query: query, as: Items<RefusalView>.self)) {
                    RefusalView.sheet($0.items, $1)
                }
            }
        }
    }

    struct Manifests: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Which manifests are followed in Git, and what is wrong with newer ones.",
            aliases: ["manifest"]
        )

        @OptionGroup var unwatched: Unwatched
        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await ConsoleClient.with(options) { client in
                try options.show(try await client.ask(.listManifests, as: Items<ManifestSourceView>.self)) {
                    ManifestSourceView.list($0.items)
                }
            }
        }
    }

    struct Clusters: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Which Kubernetes clusters are followed, and whether their state is current.",
            aliases: ["cluster"]
        )

        @OptionGroup var unwatched: Unwatched
        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await ConsoleClient.with(options) { client in
                try options.show(try await client.ask(.listClusters, as: Items<ClusterView>.self)) {
                    ClusterView.sheet($0.items, $1)
                }
            }
        }
    }
}
