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
                    options.show(
                        try await client.ask(.getDelivery, ["delivery": "\(id)"], as: DeliveryView.self),
                        as: \.detail
                    )
                    return
                }
                let query = [("state", state), ("before", before.map(String.init))]
                let backlog = try await client.ask(.getBacklog, as: DeliveryQueue.self).value
                options.show(try await client.list(.listDeliveries, query: query, limit: limit, of: DeliveryView.self))
                {
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
                options.show(try await client.ask(.listRefusals, query: query, as: Items<RefusalView>.self)) {
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
                options.show(try await client.ask(.listManifests, as: Items<ManifestSourceView>.self)) {
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
                options.show(try await client.ask(.listClusters, as: Items<ClusterView>.self)) {
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

        @Option(help: "Only with this tag, version or alias, or this beginning of a digest or commit.")
        var contains: String?

        @Option(help: "How many at most.")
        var limit = 20

        @OptionGroup var options: ClientOptions

        func run() async throws {
            let query = [("project", project), ("warehouse", warehouse), ("contains", contains)]
            try await ConsoleClient.with(options) { client in
                options.show(try await client.list(.listFreight, query: query, limit: limit, of: FreightView.self)) {
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
                options.show(try await client.list(.listStages, query: [("project", project)], of: StageView.self)) {
                    StageView.table($0.items.alongPipelines)
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
                let backlog = try await client.ask(.getBacklog, as: DeliveryQueue.self).value
                options.show(
                    try await client.list(.listWarehouses, query: [("project", project)], of: WarehouseView.self)
                ) {
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
                    let path = try await client.promotion(id)
                    options.show(try await client.ask(.getPromotion, path, as: PromotionView.self), as: \.detail)
                    return
                }
                let (project, stage) = Self.filter(project, stage)
                let query = [("project", project), ("stage", stage)]
                options.show(try await client.list(.listPromotions, query: query, limit: limit, of: PromotionView.self))
                {
                    PromotionView.table($0.items)
                }
            }
        }

        /// A stage may be written `project/name`.
        private static func filter(_ project: String?, _ stage: String?) -> (String?, String?) {
            guard let stage, let slash = stage.firstIndex(of: "/") else { return (project, stage) }
            return (String(stage[..<slash]), String(stage[stage.index(after: slash)...]))
        }
    }
}
