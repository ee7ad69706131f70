import ArgumentParser
import HoistwayPorts

/// `hoistway describe KIND NAME`: everything about one thing.
struct Describe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show everything about one thing.",
        discussion: "KIND is project, stage, warehouse, freight, promotion or delivery."
    )

    @Argument(help: "project, stage, warehouse, freight, promotion or delivery.")
    var kind: ThingKind

    @Argument(
        help: "Its name, `project/name`, or its id or a beginning of it.",
        completion: .custom(Completions.named)
    )
    var name: String

    @OptionGroup var scope: ProjectOption
    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await ConsoleClient.with(options) { client in try await show(kind.type, client) }
    }

    private func show<Item: ThingView>(_ type: Item.Type, _ client: ConsoleClient) async throws {
        try options.show(try await Item.find(name, in: scope.name, client), as: \.detail)
    }
}
