import ArgumentParser
import HoistwayConsole

/// `hoistway open`: a link that signs a browser in.
struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a link to the dashboard that signs in once.",
        discussion: """
            The link works once, within 60 seconds, and signs in with the token that this command uses. It is printed \
            only: open it in a browser that reaches the server under this address.
            """
    )

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            let answer = try await client.ask(.createSignInLink, as: SignInLink.self)
            options.show(answer) { $0.url ?? client.url + $0.path }
        }
    }
}
