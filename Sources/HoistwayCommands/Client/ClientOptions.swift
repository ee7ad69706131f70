import ArgumentParser

/// What every command that talks to a server takes.
struct ClientOptions: ParsableArguments {
    @Option(help: "Address of the server's console. Default: HOISTWAY_SERVER, else that of a context.")
    var server: String?

    @Option(
        help: """
            A context that `hoistway login` has stored. Default: HOISTWAY_CONTEXT, else the current context, else \
            console.listen of the configuration.
            """,
        completion: .custom(Completions.contexts)
    )
    var context: String?

    @Option(
        help: "File with the token. Default: HOISTWAY_TOKEN, else the context's, else `token` in the state folder.",
        completion: .file()
    )
    var tokenFile: String?

    @Option(
        help: """
            Configuration file of the server, read for its address and state folder. It is used in place of the current \
            context. \(ConfigFile.order)
            """,
        completion: .file(extensions: ["yaml", "yml"])
    )
    var config: String?

    @Flag(help: "Send the token even over http to another machine.")
    var allowPlainHttp = false

    @OptionGroup var display: DisplayOptions

    func validate() throws {
        guard server == nil || context == nil else {
            throw ValidationError("--server and --context exclude each other")
        }
    }
}
