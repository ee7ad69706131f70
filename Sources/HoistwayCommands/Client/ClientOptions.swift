import ArgumentParser

/// What every command that talks to a server takes.
struct ClientOptions: ParsableArguments {
    @Option(
        help: "Address of the server's console. Default: HOISTWAY_SERVER, else console.listen of the configuration."
    )
    var server: String?

    @Option(help: "File with the token. Default: HOISTWAY_TOKEN, else `token` in the state folder.")
    var tokenFile: String?

    @Option(help: "Configuration file of the server, read for its address and state folder. \(ConfigFile.order)")
    var config: String?

    @Flag(help: "Send the token even over http to another machine.")
    var allowPlainHttp = false

    @Option(name: .shortAndLong, help: "text or json.")
    var output = OutputFormat.text

    /// Prints what the server answered, in the form that was asked for.
    func show<Value>(_ answer: Answer<Value>, as text: (Value) -> String) {
        switch output {
        case .text: Terminal.print(text(answer.value))
        case .json: Terminal.print(answer.json)
        }
    }
}
