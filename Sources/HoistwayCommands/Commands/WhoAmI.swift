import ArgumentParser
import FoundationEssentials
import HoistwayConsole

/// `hoistway whoami`: which server, which token.
struct WhoAmI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami",
        abstract: "Show the server, and the name, role and project of your token."
    )

    @OptionGroup var options: ClientOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let place = try ServerPlace(options, environment: environment)
        let address = try ServerAddress(place, options, environment: environment)
        try await ConsoleClient.with(address) { client in
            try options.show(try await client.ask(.getCaller, as: CallerView.self)) { caller in
                [
                    "token   \(SafeText.line(caller.shown))",
                    "server  \(SafeText.line(place.url)), \(place.source.shown)",
                    "version \(SafeText.line(caller.version))",
                ].joined(separator: "\n")
            }
        }
    }
}

extension ServerPlace.Source {
    /// Who named the server.
    var shown: String {
        switch self {
        case .option: "named by --server"
        case .variable: "named by \(ServerPlace.serverVariable)"
        case .context(let name): "of the context \(SafeText.line(name))"
        case .configuration(let path): "named by \(SafeText.line(path))"
        case .standard: "the default address"
        }
    }
}
