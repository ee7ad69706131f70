import FoundationEssentials
import HoistwayModel
import HoistwaySettings

/// Which server a command talks to, and who named it.
///
/// The first of these that names one: `--server`, `HOISTWAY_SERVER`, `--context`, `HOISTWAY_CONTEXT`, a configuration
/// file that `--config` or `HOISTWAY_CONFIG` names, the current context, the configuration file that is there.
struct ServerPlace: Equatable {
    enum Source: Equatable {
        case option
        case variable
        case context(String)
        /// With the path of the configuration file.
        case configuration(String)
        /// Nothing names a server: the console's default address.
        case standard
    }

    static let serverVariable = "HOISTWAY_SERVER"
    static let contextVariable = "HOISTWAY_CONTEXT"
    static let defaultURL = "http://127.0.0.1:8421"

    /// `https://host:port`, without a slash at the end.
    var url: String
    var source: Source
    /// Of a context.
    var token: String?
    /// Where the configuration file keeps the state of this server; `nil`: it is about another one.
    var stateFolder: String?

    /// Whether anything names the server.
    var isNamed: Bool { source != .standard }

    static func checked(_ text: String, allowPlainHTTP: Bool) throws(CommandFailure) -> String {
        let bare = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let url = URL(string: bare), let host = url.host, !host.isEmpty, url.user == nil,
            url.path.isEmpty, url.query == nil, url.fragment == nil, let scheme = url.scheme
        else { throw .badAddress(text) }
        guard scheme == "https" || scheme == "http" else { throw .badAddress(text) }
        // The host of a URL may have its brackets or not.
        guard scheme == "https" || allowPlainHTTP || host == "::1" || WebAddress.isLoopback(host) else {
            throw .plainHTTP(server: bare)
        }
        return bare
    }
}

extension ServerPlace {
    init(_ options: ClientOptions, environment: [String: String]) throws {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let config = ConfigFile.path(options.config, environment: environment)
        if options.context == nil, let named = options.server ?? variable(Self.serverVariable) {
            let url = try Self.checked(named, allowPlainHTTP: options.allowPlainHttp)
            let settings = Settings.outline(path: config)
            self.init(
                url: url,
                source: options.server == nil ? .variable : .option,
                stateFolder: settings.flatMap { Self.isServer(of: $0, at: url) ? $0.state.folder : nil }
            )
            return
        }
        let contexts = ContextFile(environment: environment)
        if let name = options.context ?? variable(Self.contextVariable) {
            try self.init(try contexts.context(named: name), named: name, options)
            return
        }
        let isFileNamed = options.config != nil || variable(ConfigFile.variable) != nil
        // A missing context is an error: otherwise another server would get its requests.
        if !isFileNamed, let name = try contexts.read().current {
            try self.init(try contexts.context(named: name), named: name, options)
            return
        }
        let settings = Settings.outline(path: config)
        self.init(
            url: try Self.checked(
                settings.map { Self.address(of: $0.console.listen) } ?? Self.defaultURL,
                allowPlainHTTP: options.allowPlainHttp
            ),
            source: settings == nil ? .standard : .configuration(config),
            stateFolder: settings?.state.folder
        )
    }

    private init(_ context: Contexts.Context, named name: String, _ options: ClientOptions) throws(CommandFailure) {
        let allows = options.allowPlainHttp || context.allowsPlainHTTP
        self.init(
            url: try Self.checked(context.server, allowPlainHTTP: allows),
            source: .context(name),
            token: context.token
        )
    }

    /// Whether the address may be that of this configuration's server: one of this machine, or the one that people use.
    ///
    /// Its state folder has the token of an administrator, which no other server may see.
    private static func isServer(of settings: Settings, at url: String) -> Bool {
        guard let asked = WebAddress(url) else { return false }
        let own: [String?] = [address(of: settings.console.listen), settings.console.publicURL]
        return asked.isLoopback
            || own.contains { text in text.flatMap { WebAddress($0) }?.hasSameOrigin(as: asked) ?? false }
    }

    /// A server that listens on every interface is reached over loopback.
    private static func address(of listen: ListenAddress) -> String {
        let everywhere = ["0.0.0.0": "127.0.0.1", "::": "::1"]
        return "http://\(ListenAddress(host: everywhere[listen.host] ?? listen.host, port: listen.port))"
    }
}
