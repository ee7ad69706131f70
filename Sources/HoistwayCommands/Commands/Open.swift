import ArgumentParser
import FoundationEssentials
import Glibc
import HoistwayConsole
import HoistwayModel
import HoistwayPorts
import HoistwayWeb

/// `hoistway open`: a page of the dashboard in the browser, which is signed in.
struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open the dashboard, or the page of a project, stage or promotion, in a browser.",
        discussion: """
            The link works once, within 60 seconds, and signs in with the token that this command uses. On a terminal \
            of a desktop it starts the browser in BROWSER, else xdg-open. Otherwise it prints the link: open it in a \
            browser that reaches the server under this address.
            """
    )

    @Argument(
        help: "A project, a stage as `project/name`, or a promotion. Default: the overview.",
        completion: .custom(Completions.things)
    )
    var thing: String?

    @Flag(name: .shortAndLong, help: "Print the link, and start no browser.")
    var noBrowser = false

    @OptionGroup var options: ClientOptions

    func validate() throws { try options.display.refuseNames() }

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            var page: Link?
            if let thing { page = try await Self.page(of: thing, client) }
            var answer = try await client.ask(.createSignInLink, as: SignInLink.self)
            let link = answer.value
            let address = (link.url ?? client.url + link.path) + (page.map { Self.next($0, after: link) } ?? "")
            if options.display.output.isText, Browser.isPage(address), let browser {
                // Without the link itself, which signs in whoever reads it.
                let page = thing ?? "the dashboard"
                Terminal.printError(SafeText.line("opening \(page) of \(client.url) in the browser"))
                if browser.open(address) { return }
                Terminal.printError(
                    SafeText.line("note: \(browser.command.joined(separator: " ")) failed; open this link yourself:")
                )
            }
            answer.value.url = address
            answer.json = WrittenJSON.text(answer.value)
            try options.show(answer) { _ in SafeText.line(address) }
        }
    }

    private var browser: Browser? {
        guard !noBrowser else { return nil }
        return Browser(environment: ProcessInfo.processInfo.environment, isTerminal: isatty(STDOUT_FILENO) == 1)
    }

    /// The page to go on to, below the same path as the link.
    private static func next(_ page: Link, after link: SignInLink) -> String {
        let base = link.path.firstRange(of: "/sign-in/link").map { link.path[..<$0.lowerBound] } ?? ""
        return "&next=" + PercentEncoding.escaped(base + page.text)
    }

    /// Without the path of `console.publicURL`, which only the server knows.
    private static func page(of thing: String, _ client: ConsoleClient) async throws -> Link {
        let paths = PagePaths()
        if thing.contains("/") {
            let names = try await client.stage(thing)
            let stage = try await client.ask(.getStage, names, as: StageView.self).value
            return paths.stage(stage.name, project: stage.project)
        }
        let project = try await found { try await client.ask(.getProject, ["project": thing], as: PlainJSON.self) }
        if project != nil { return paths.project(thing) }
        if let names = try await found({ try await client.promotion(thing) }), let project = names["project"],
            let id = names["promotion"]
        {
            return paths.promotion(id, project: project)
        }
        let names = try await client.stage(thing)
        return paths.stage(names["stage"] ?? thing, project: names["project"] ?? "")
    }

    /// `nil`: there is no such thing.
    private static func found<Value>(_ ask: () async throws -> Value) async throws -> Value? {
        do {
            return try await ask()
        } catch CommandFailure.answered(404, _, _, _) {
            return nil
        }
    }
}
