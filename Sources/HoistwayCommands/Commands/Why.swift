import ArgumentParser
import HoistwayPorts

/// `hoistway why`: the dispatcher's reasons.
struct Why: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say why freight is, or is not, promoted to a stage.")

    @Argument(help: "`name` where only one project has it, else `project/name`.")
    var stage: String

    @Argument(help: "Id, beginning of one, or alias. Default: the newest.")
    var freight: String?

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            let query = [("stage", stage), ("freight", freight)]
            options.show(try await client.get("why", query, as: Explanation.self), as: \.text)
        }
    }
}
