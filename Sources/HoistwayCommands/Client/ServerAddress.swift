import FoundationEssentials
import HoistwayConsole
import HoistwaySettings

/// Where a command finds the server, and with which token.
struct ServerAddress: Equatable {
    /// `https://host:port`, without a slash at the end.
    var url: String
    var token: String

    static let serverVariable = "HOISTWAY_SERVER"
    static let defaultURL = "http://127.0.0.1:8421"

    init(_ options: ClientOptions, environment: [String: String]) throws {
        let config = ConfigFile.path(options.config, environment: environment)
        let settings = Settings.outline(path: config)
        let named = options.server ?? environment[Self.serverVariable].flatMap { $0.isEmpty ? nil : $0 }
        url = try Self.checked(
            named ?? settings.map { Self.address(of: $0.console.listen) } ?? Self.defaultURL,
            allowPlainHTTP: options.allowPlainHttp
        )
        token = try Self.token(
            options,
            config: config,
            environment: environment,
            stateFolder: settings?.state.folder
        )
    }

    /// A server that listens on every interface is reached over loopback.
    private static func address(of listen: ListenAddress) -> String {
        let everywhere = ["0.0.0.0": "127.0.0.1", "::": "::1"]
        return "http://\(ListenAddress(host: everywhere[listen.host] ?? listen.host, port: listen.port))"
    }

    private static func checked(_ text: String, allowPlainHTTP: Bool) throws(CommandFailure) -> String {
        let bare = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let url = URL(string: bare), let host = url.host, !host.isEmpty, url.user == nil,
            url.path.isEmpty, url.query == nil, url.fragment == nil, let scheme = url.scheme
        else { throw .badAddress(text) }
        guard scheme == "https" || scheme == "http" else { throw .badAddress(text) }
        guard scheme == "https" || allowPlainHTTP || isLoopback(host) else { throw .plainHTTP(server: bare) }
        return bare
    }

    private static func isLoopback(_ host: String) -> Bool {
        let name = host.trimmingPrefix("[").prefix { $0 != "]" }
        return name == "localhost" || name == "::1" || name.split(separator: ".").first == "127"
    }

    private static func token(
        _ options: ClientOptions,
        config: String,
        environment: [String: String],
        stateFolder: String?
    ) throws -> String {
        if let path = options.tokenFile {
            guard let token = try TokenFile.read(path) else {
                throw CommandFailure.unreadable(path: path, detail: "there is no such file")
            }
            return token
        }
        if let token = environment[FirstToken.variable], !token.isEmpty { return token }
        guard let stateFolder else {
            throw CommandFailure.noToken(
                tried: "\(FirstToken.variable) is not set, and \(config) cannot be read"
            )
        }
        let path = TokenFile.path(in: stateFolder)
        guard let token = try TokenFile.read(path) else {
            throw CommandFailure.noToken(tried: "\(FirstToken.variable) is not set, and there is no file \(path)")
        }
        return token
    }
}
