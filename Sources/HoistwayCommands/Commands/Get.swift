import ArgumentParser
import HoistwayConsole
import HoistwayPorts

/// `hoistway get …`: lists, and single things by id.
struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Show deliveries, freight, stages, warehouses, promotions, refused requests, manifests in Git or clusters.",
        subcommands: [
            Deliveries.self, FreightList.self, Stages.self, Warehouses.self, Promotions.self, Refusals.self,
            Manifests.self, Clusters.self,
        ]
    )

    struct Deliveries: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What arrived, and what came of it.")

        @Argument(help: "Number of one delivery, to see its decisions.")
        var id: Int64?

        @Option(help: "received, waiting, done, ignored or failed.")
        var state: String?

        @Option(help: "Only those before this number.")
        var before: Int64?

        @Option(help: "How many at most.")
        var limit = 20

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await ConsoleClient.with(options) { client in
                if let id {
                    options.show(try await client.get("deliveries/\(id)", as: DeliveryView.self), as: \.detail)
                    return
                }
                let query = [("state", state), ("before", before.map(String.init)), ("limit", String(limit))]
                let backlog = try await client.get("deliveries/backlog", as: DeliveryQueue.self).value
                options.show(try await client.get("deliveries", query, as: Items<DeliveryView>.self)) {
                    DeliveryView.table($0.items) + backlog.note
                }
            }
        }
    }

    struct Refusals: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Which requests the receivers refused since the server started, newest first."
        )

        @Argument(help: "Only of this receiver.")
        var receiver: String?

        @Option(help: "How many at most.")
        var limit = 20

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await ConsoleClient.with(options) { client in
                let query = [("receiver", receiver), ("limit", String(limit))]
                options.show(try await client.get("refusals", query, as: Items<RefusalView>.self)) {
                    RefusalView.table($0.items)
                }
            }
        }
    }

    struct Manifests: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Which manifests are followed in Git, and what is wrong with newer ones."
        )

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await ConsoleClient.with(options) { client in
                options.show(try await client.get("manifests", as: Items<ManifestSourceView>.self)) {
                    ManifestSourceView.list($0.items)
                }
            }
        }
    }

    struct Clusters: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Which clusters of Kubernetes are followed, and whether what is known of them is the present state."
        )

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await ConsoleClient.with(options) { client in
                options.show(try await client.get("clusters", as: Items<ClusterView>.self)) {
                    ClusterView.list($0.items)
                }
            }
        }
    }

    struct FreightList: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "freight",
            abstract: "What can be promoted, newest first."
        )

        @Option(help: "Only of this project.")
        var project: String?

        @Option(help: "Only of this warehouse.")
        var warehouse: String?

        @Option(help: "How many at most.")
        var limit = 20

        @OptionGroup var options: ClientOptions

        func run() async throws {
            let query = [("project", project), ("warehouse", warehouse), ("limit", String(limit))]
            try await ConsoleClient.with(options) { client in
                options.show(try await client.get("freight", query, as: Items<FreightView>.self)) {
                    FreightView.table($0.items)
                }
            }
        }
    }

    struct Stages: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Where freight is, and why it moves or does not.")

        @Option(help: "Only of this project.")
        var project: String?

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await ConsoleClient.with(options) { client in
                options.show(try await client.get("stages", [("project", project)], as: Items<StageView>.self)) {
                    StageView.table($0.items)
                }
            }
        }
    }

    struct Warehouses: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What is subscribed to, and the newest of each.")

        @Option(help: "Only of this project.")
        var project: String?

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await ConsoleClient.with(options) { client in
                let backlog = try await client.get("deliveries/backlog", as: DeliveryQueue.self).value
                options.show(try await client.get("warehouses", [("project", project)], as: Items<WarehouseView>.self))
                {
                    WarehouseView.table($0.items) + backlog.note
                }
            }
        }
    }

    struct Promotions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What was promoted, newest first.")

        @Argument(help: "Name of one promotion, to see its steps and diffs.")
        var id: String?

        @Option(help: "Only of this project.")
        var project: String?

        @Option(help: "Only to this stage.")
        var stage: String?

        @Option(help: "How many at most.")
        var limit = 20

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await ConsoleClient.with(options) { client in
                if let id {
                    let path = "promotions/\(ConsoleClient.escaped(id))"
                    options.show(try await client.get(path, as: PromotionView.self), as: \.detail)
                    return
                }
                let query = [("project", project), ("stage", stage), ("limit", String(limit))]
                options.show(try await client.get("promotions", query, as: Items<PromotionView>.self)) {
                    PromotionView.table($0.items)
                }
            }
        }
    }
}
