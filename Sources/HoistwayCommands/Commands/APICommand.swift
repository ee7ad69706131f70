import ArgumentParser
import HoistwayConsole
import HoistwayModel
import NIOCore
import NIOHTTP1

/// `hoistway api`: any route, for scripts.
struct APICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api",
        abstract: "Send a request to the API, and print the JSON that it answers.",
        discussion: """
            As in `hoistway api stages -f project=shop`, or \
            `hoistway api -X POST projects/shop/stages/test/promotions -f freight=wavy-otter`. Fields become the query of a \
            GET or DELETE request, and else the body. The page API of the documentation lists all routes. \
            `hoistway api events` prints the stream of events until Ctrl-C.
            """
    )

    @Argument(help: "The route below /api/v1/, as in `stages` or `projects/shop/freight?limit=5`.")
    var path: String

    @Option(name: [.customShort("X"), .long], help: "GET, POST or DELETE.")
    var method = "GET"

    @Option(name: [.customShort("f"), .long], help: "A field with a text, as key=value. May be given several times.")
    var rawField: [String] = []

    @Option(name: [.customShort("F"), .long], help: "A field with JSON, as ids=[17,18] or failed=true.")
    var field: [String] = []

    @Option(help: "File with the body, or - for standard input.", completion: .file())
    var input: String?

    @Flag(help: "Ask for all pages of a list, at most 200, and print them as one.")
    var paginate = false

    @OptionGroup var options: ClientOptions

    func validate() throws {
        try options.display.refuseNames()
        guard Operation.Method(rawValue: method.uppercased()) != nil else {
            throw ValidationError("the method must be GET, POST or DELETE")
        }
        guard input == nil || rawField.isEmpty && field.isEmpty else {
            throw ValidationError("--input and fields exclude each other")
        }
        let isGet = method.uppercased() == "GET"
        guard !paginate || isGet else { throw ValidationError("--paginate goes with GET") }
        guard input == nil || method.uppercased() == "POST" else {
            throw ValidationError("--input goes with POST: name it with -X")
        }
    }

    func run() async throws {
        let call = try APICall(
            path: path,
            method: method.uppercased(),
            texts: rawField,
            values: field,
            body: input.map { try FileBytes.read($0, limit: 1 << 20) }
        )
        let isWhole = paginate
        guard !call.isStream || options.display.output == .text && !isWhole else {
            throw CommandFailure.usage(
                "events are a stream: `hoistway api` prints it as the server sends it",
                hint: "leave out -o and --paginate, or use `hoistway events -o json`"
            )
        }
        try await ConsoleClient.with(options) { client in
            if call.isStream {
                return try await OutputReader.follow {
                    try await client.stream(call) { Terminal.print(part: options.display.harmless($0)) }
                }
            }
            let answer = try await isWhole ? client.pages(of: call) : client.answer(to: call)
            try options.display.show(json: answer, handles: nil) { options.display.harmless(answer) }
        }
    }
}
