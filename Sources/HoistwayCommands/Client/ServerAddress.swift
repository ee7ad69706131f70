import HoistwayConsole

/// Where a command finds the server, and with which token.
struct ServerAddress: Equatable {
    /// `https://host:port`, without a slash at the end.
    var url: String
    /// Empty: no token is sent.
    var token: String

    init(url: String, token: String) {
        self.url = url
        self.token = token
    }

    init(_ options: ClientOptions, environment: [String: String]) throws {
        try self.init(ServerPlace(options, environment: environment), options, environment: environment)
    }

    /// The token is the first of: that of `--token-file`, that of `--context`, `HOISTWAY_TOKEN`, that of another context,
    /// the file `token` in the state folder.
    init(_ place: ServerPlace, _ options: ClientOptions, environment: [String: String]) throws {
        url = place.url
        token = try Self.token(place, options, environment: environment)
    }

    private static func token(
        _ place: ServerPlace,
        _ options: ClientOptions,
        environment: [String: String]
    ) throws -> String {
        if let path = options.tokenFile { return try token(inFile: path) }
        let variable = environment[FirstToken.variable].flatMap { $0.isEmpty ? nil : $0 }
        if options.context == nil, let variable { return try checked(variable) }
        if let token = place.token { return token }
        // The address was given by itself: a context of this server has a token for it.
        if place.source == .option || place.source == .variable,
            let known = try ContextFile(environment: environment).read().token(for: place.url)
        {
            return known
        }
        guard let folder = place.stateFolder else {
            let config = ConfigFile.path(options.config, environment: environment)
            throw CommandFailure.noToken(
                tried: "\(FirstToken.variable) is not set, and \(config) is not readable or of another server"
            )
        }
        let path = TokenFile.path(in: folder)
        guard let token = try TokenFile.read(path) else {
            throw CommandFailure.noToken(tried: "\(FirstToken.variable) is not set, and there is no file \(path)")
        }
        return token
    }

    /// A header of HTTP takes no other characters; the message must not show the token.
    private static func checked(_ variable: String) throws(CommandFailure) -> String {
        guard variable.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .usage(
                "\(FirstToken.variable) has a character that no token has: a blank, the end of a line or a letter "
                    + "outside ASCII",
                hint: "set it to the token alone, or name a file with --token-file"
            )
        }
        return variable
    }

    static func token(inFile path: String) throws -> String {
        guard let token = try TokenFile.read(path) else {
            throw CommandFailure.unreadable(path: path, detail: "there is no such file")
        }
        return token
    }
}
