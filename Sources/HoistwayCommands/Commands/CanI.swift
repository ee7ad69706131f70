import ArgumentParser
import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `hoistway can-i`: whether the token's role allows something.
struct CanI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "can-i",
        abstract: "Say whether your token may do something; exit with 4 if it may not.",
        discussion: """
            As in `hoistway can-i promote stage -p shop`, `can-i create token`, `can-i list deliveries`. The answer is \
            about the token's role and project. Rules of a stage may still refuse a promotion: `hoistway why` names them.
            """
    )

    @Argument(help: "What to do: \(Permission.verbs.joined(separator: ", ")).", completion: .list(Permission.verbs))
    var verb: String

    @Argument(help: "With which kind of thing.", completion: .list(Permission.kinds))
    var kind: String

    @OptionGroup var scope: ProjectOption
    @OptionGroup var options: ClientOptions

    private struct Verdict: Encodable {
        var allowed: Bool
        var reason: String?
    }

    func run() async throws {
        let permission = try Permission(verb, kind)
        let caller = try await ConsoleClient.with(options) { client in
            try await client.ask(.getCaller, as: CallerView.self).value
        }
        let reason = permission.refusal(of: caller, project: scope.name)
        let verdict = Verdict(allowed: reason == nil, reason: reason)
        let text = reason.map { "no: \(SafeText.line($0))" } ?? "yes"
        try options.display.show(verdict) { text }
        guard reason == nil else { throw ExitStatus.denied }
    }
}
