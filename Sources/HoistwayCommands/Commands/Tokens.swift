import ArgumentParser
import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `hoistway token …`: who may talk to the console.
struct Tokens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make, list and delete tokens for the console.",
        subcommands: [Create.self, List.self, Delete.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token; it is shown this once only.")

        @Argument(help: "A name for it: changes that it makes are recorded under it.")
        var name: String

        @Option(help: "read, promote or admin; each includes those before it.")
        var role: Role = .read

        @Option(help: "The only project that it may see. Default: all.", completion: .custom(Completions.projects))
        var project: String?

        @OptionGroup var options: ClientOptions

        func validate() throws { try options.display.refuseNames() }

        func run() async throws {
            try await ConsoleClient.with(options) { client in
                let answer = try await client.ask(
                    .createToken,
                    body: [
                        "name": .string(name), "role": .string(role.rawValue), "project": project.map { .string($0) },
                    ],
                    as: NewToken.self
                )
                try options.show(answer, as: \.token)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the tokens' names and roles.")

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await ConsoleClient.with(options) { client in
                try options.show(try await client.list(.listTokens, of: TokenView.self)) { tokens, look in
                    var table = Table("NAME", "ROLE", "PROJECT", "AGE", Table.Column("CREATED", isWide: true))
                    for one in tokens.items {
                        table.add(
                            one.name,
                            one.role.rawValue,
                            one.project ?? "all",
                            one.createdAt.age(at: look.now),
                            one.createdAt.rfc3339
                        )
                    }
                    return Sheet(table: table, empty: "no tokens")
                }
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a token at once.")

        @Argument(help: "Its name.")
        var name: String

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await ConsoleClient.with(options) { client in
                let answer = try await client.ask(.deleteToken, ["token": name], as: TokenView.self)
                try options.show(answer) { "token \(SafeText.line($0.name)) is deleted" }
            }
        }
    }

    /// A token's role as an argument.
    enum Role: String, ExpressibleByArgument, CaseIterable {
        case read
        case promote
        case admin
    }
}
