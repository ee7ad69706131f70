import ArgumentParser
import HoistwayConsole
import HoistwayModel
import HoistwayPorts
import HoistwaySettings

/// `hoistway compare`: the pushes of an observed stage and those of others.
struct Compare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare what a stage in observe mode would have pushed with what others pushed.",
        discussion: """
            same: others pushed the same; different: the same version with another digest; missed: others did not push \
            it; extra: others pushed what no promotion would have.
            """
    )

    @Argument(
        help: "`name` where only one project has it, else `project/name`.",
        completion: .custom(Completions.stages)
    )
    var stage: String

    @Option(help: "How far back, as 36h or 14d; or a time as 2026-01-02T03:04:05Z.")
    var since = "14d"

    @OptionGroup var scope: ProjectOption
    @OptionGroup var options: ClientOptions

    func run() async throws {
        let moment = try moment()
        try await ConsoleClient.with(options) { client in
            let answer = try await client.ask(
                .compareStage,
                try await client.stage(stage, in: scope.name),
                query: [("since", moment.rfc3339)],
                as: ComparisonView.self
            )
            try options.show(answer) { $0.sheet($1) }
        }
    }

    private func moment() throws -> Timestamp {
        if let moment = Timestamp(rfc3339: since) { return moment }
        guard let age = GoDuration.parse(since) else {
            throw CommandFailure.usage("\(since) is neither a duration nor a time", hint: "write --since 14d")
        }
        return SystemClock().now() + (.zero - age)
    }
}
