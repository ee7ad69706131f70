import ArgumentParser
import HoistwayConsole
import HoistwayPorts

/// `hoistway diff STAGE FREIGHT`: what a promotion would change.
struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a promotion would change in Git, and promote nothing.",
        discussion: "Exits with 1 where the promotion would fail. `hoistway promote --dry-run` shows each step too."
    )

    @Argument(
        help: "`name` where only one project has it, else `project/name`.",
        completion: .custom(Completions.stages)
    )
    var stage: String

    @Argument(
        help: "Id, beginning of one, or alias.",
        completion: .custom(Completions.freight)
    )
    var freight: String

    @OptionGroup var scope: ProjectOption
    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            let path = try await client.stage(stage, in: scope.name)
            let answer = try await PreviewCall(client: client).ended(path, freight: freight)
            try options.show(answer) { PreviewText(view: $0).difference }
            guard answer.value.state == .succeeded else { throw ExitStatus.failed }
        }
    }
}
