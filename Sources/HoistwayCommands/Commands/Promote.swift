import ArgumentParser
import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `hoistway promote`: freight to a stage, by hand.
struct Promote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Promote freight to a stage.")

    /// Pause between two looks at a promotion that is waited for.
    private static let pause = Duration.milliseconds(250)

    @Argument(help: "`name` where only one project has it, else `project/name`.")
    var stage: String

    @Argument(help: "Id, beginning of one, or alias.")
    var freight: String

    @Option(help: "Accept that this tree exceeds the stage's limits; the refused promotion names it.")
    var accept: String?

    @Flag(help: "Wait until it is over; exit with 1 unless it succeeded.")
    var wait = false

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            let wish = PromoteWish(stage: stage, freight: freight, acceptTree: accept)
            var answer = try await client.post("promote", wish, as: PromotionView.self)
            guard wait else {
                options.show(answer, as: \.detail)
                return
            }
            while !answer.value.phase.isTerminal {
                try await Task.sleep(for: Self.pause)
                answer = try await client.get("promotions/\(answer.value.id)", as: PromotionView.self)
            }
            options.show(answer, as: \.detail)
            guard answer.value.phase == .succeeded else { throw ExitStatus.failed }
        }
    }
}
