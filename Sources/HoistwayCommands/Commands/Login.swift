import ArgumentParser
import FoundationEssentials
import HoistwayConsole
import HoistwayPorts

/// `hoistway login`: checks a token and keeps it as a context.
struct Login: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign in to a server, and store its address and token as a context.",
        discussion: """
            The token comes from --token-file, else from standard input; on a terminal you are asked for it, and it is \
            not shown. It is checked at the server before it is stored in $XDG_CONFIG_HOME/hoistway/contexts.yaml, or \
            below ~/.config, which only you can read. The new context becomes the current one.
            """
    )

    @Argument(help: "Address of the server's console, as https://hoistway.example.com.")
    var url: String

    @Option(help: "Name of the context. Default: the server's host.")
    var name: String?

    @Option(help: "File with the token.", completion: .file())
    var tokenFile: String?

    @Flag(help: "Send the token even over http to another machine, now and later.")
    var allowPlainHttp = false

    func run() async throws {
        let server = try ServerPlace.checked(url, allowPlainHTTP: allowPlainHttp)
        let name = name ?? Contexts.name(for: server)
        guard Contexts.isName(name) else {
            throw CommandFailure.usage(
                "\(SafeText.line(name)) cannot be the name of a context",
                hint: "use letters, digits and signs of ASCII, without blanks"
            )
        }
        let file = ContextFile(environment: ProcessInfo.processInfo.environment)
        // If the file cannot be used, this fails before the person types a token.
        _ = try file.read()
        let token = try tokenFile.map { try ServerAddress.token(inFile: $0) } ?? TokenPrompt.read(for: server)
        let caller = try await ConsoleClient.with(ServerAddress(url: server, token: token)) { client in
            try await client.ask(.getCaller, as: CallerView.self).value
        }
        try file.change { contexts throws(CommandFailure) in
            contexts.all[name] = Contexts.Context(server: server, token: token, allowsPlainHTTP: allowPlainHttp)
            contexts.current = name
        }
        Terminal.print(SafeText.line("signed in to \(server) as \(caller.shown); the context \(name) is current"))
    }
}

/// `hoistway logout`: forgets a context.
struct Logout: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Delete a context with its token from this machine.",
        discussion: "The token itself stays valid: `hoistway token delete NAME` ends it."
    )

    @Argument(help: "Name of the context. Default: the current one.", completion: .custom(Completions.contexts))
    var name: String?

    func run() throws {
        let file = ContextFile(environment: ProcessInfo.processInfo.environment)
        let (gone, server) = try file.change { contexts throws(CommandFailure) in
            guard let chosen = name ?? contexts.current else {
                throw .failed("there is no current context", hint: "name one: `hoistway context list` shows them")
            }
            guard let context = contexts.remove(chosen) else { throw ContextFile.unknown(chosen, among: contexts) }
            return (chosen, context.server)
        }
        Terminal.print(SafeText.line("the context \(gone) of \(server) is deleted here; its token stays valid"))
    }
}

extension CallerView {
    /// `ci (role promote, all projects)`.
    var shown: String { "\(name) (role \(role.rawValue), \(project.map { "project \($0)" } ?? "all projects"))" }
}
