import ArgumentParser
import FoundationEssentials
import HoistwayConsole
import HoistwayModel
import NIOCore

/// `hoistway version`: ours, those of the libraries that work inside, and the server's.
struct Version: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the versions of this program, of the linked libraries and of the server.",
        discussion: "Without a server, or with --client, only this program is shown."
    )

    /// The product's version.
    static let number = "0.1.0"

    @Flag(help: "Do not ask the server.")
    var client = false

    @OptionGroup var options: ClientOptions

    func run() async throws {
        let libraries = LinkedLibraries.versions
        let server = client ? nil : await Self.server(options)
        var table = Lines()
        table.add("hoistway", Self.number)
        for (name, version) in libraries { table.add("  \(name)", version) }
        if let server { table.add("server", server.shown) }
        var versions: [String: ConfigValue] = ["hoistway": .string(Self.number)]
        for (name, version) in libraries { versions[name] = .string(version) }
        if let version = server?.version { versions["server"] = .string(version) }
        let text = table.text
        try options.display.show(PlainJSON(.map(versions))) { text }
    }

    /// The server's address and version; `nil`: no server is named.
    private struct Server {
        var url: String
        var version: String?
        var shown: String { SafeText.line(version.map { "\($0) at \(url)" } ?? "\(url) does not answer") }
    }

    /// The part of the API's description that has the version.
    private struct Document: Decodable, Sendable {
        struct Info: Decodable, Sendable {
            var version: String
        }
        var info: Info
    }

    /// How long the server may take: the rest is of use without it.
    private static let limit = TimeAmount.seconds(10)

    private static func server(_ options: ClientOptions) async -> Server? {
        let environment = ProcessInfo.processInfo.environment
        // This command works without a server, so it does not report a bad address.
        guard let place = try? ServerPlace(options, environment: environment), place.isNamed else { return nil }
        let address = ServerAddress(url: place.url, token: "")
        let answer = try? await ConsoleClient.with(address) { client in
            try await client.ask(.getDocument, as: Document.self, within: limit)
        }
        return Server(url: place.url, version: answer?.value.info.version)
    }
}

/// Two columns without a heading.
private struct Lines {
    private var rows: [(String, String)] = []

    mutating func add(_ name: String, _ value: String) { rows.append((name, value)) }

    var text: String {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { DisplayWidth.padded($0, to: width) + "  " + $1 }.joined(separator: "\n")
    }
}
