import ArgumentParser
import HoistwayConsole
import HoistwayPorts

/// `hoistway why`: the dispatcher's reasons.
struct Why: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say why freight is, or is not, promoted to a stage.")

    @Argument(
        help: "`name` where only one project has it, else `project/name`.",
        completion: .custom(Completions.stages)
    )
    var stage: String

    @Argument(help: "Id, beginning of one, or alias. Default: the newest.", completion: .custom(Completions.freight))
    var freight: String?

    @OptionGroup var scope: ProjectOption
    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            let answer = try await client.ask(
                .explainStage,
                try await client.stage(stage, in: scope.name),
                query: [("freight", freight)],
                as: Explanation.self
            )
            try options.show(answer, as: \.text)
        }
    }
}
