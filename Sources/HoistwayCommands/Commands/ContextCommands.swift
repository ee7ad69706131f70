import ArgumentParser
import FoundationEssentials
import HoistwayConsole

/// `hoistway context …`: the servers that `hoistway login` has stored.
struct ContextCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context",
        abstract: "List, choose and delete contexts: servers that you are signed in to.",
        discussion: "`hoistway login URL` makes one.",
        subcommands: [List.self, Use.self, Delete.self]
    )

    private static var file: ContextFile { ContextFile(environment: ProcessInfo.processInfo.environment) }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the contexts, and which one is current.",
            discussion: "Tokens are never shown."
        )

        @OptionGroup var display: DisplayOptions

        private struct Shown: Encodable {
            var name: String
            var server: String
            var isCurrent: Bool
        }

        func run() throws {
            let contexts = try file.read()
            let shown = contexts.names.compactMap { name in
                contexts.all[name].map {
                    Shown(name: name, server: $0.server, isCurrent: contexts.current == name)
                }
            }
            var table = Table("CURRENT", "NAME", Table.Column("SERVER", least: 20))
            for one in shown { table.add(one.isCurrent ? "*" : " ", one.name, one.server) }
            let sheet = Sheet(table: table, empty: "no contexts: `hoistway login URL` makes one")
            try display.show(shown, handles: shown.map(\.name)) { sheet.text(display.form) }
        }
    }

    struct Use: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a context the current one.")

        @Argument(help: "Its name.", completion: .custom(Completions.contexts))
        var name: String

        func run() throws {
            let server = try file.change { contexts throws(CommandFailure) in
                guard let context = contexts.all[name] else { throw ContextFile.unknown(name, among: contexts) }
                contexts.current = name
                return context.server
            }
            Terminal.print(SafeText.line("the context \(name) of \(server) is current"))
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a context with its token from this machine.",
            discussion: "The token itself stays valid: `hoistway token delete NAME` ends it."
        )

        @Argument(help: "Its name.", completion: .custom(Completions.contexts))
        var name: String

        func run() throws {
            var logout = Logout()
            logout.name = name
            try logout.run()
        }
    }
}
