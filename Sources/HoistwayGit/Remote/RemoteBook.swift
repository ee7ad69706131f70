package import HoistwayCrypto
package import HoistwayPorts
package import Logging
import Synchronization

/// Keeps one remote for each URL and credential, so that all promotions share its objects and connections.
///
/// The cache's folders are named after both: who may read a repository with one credential learns nothing of what
/// another one may see.
package final class RemoteBook: GitRemotes {
    private let settings: GitSettings
    private let credentials: any CredentialBook
    private let clock: any WallClock
    private let logger: Logger
    private let remotes = Mutex<[String: RemoteRepository]>([:])
    /// Where the settings name no cache.
    private let scratch = Mutex<PrivateFolder?>(nil)

    package init(
        settings: GitSettings,
        credentials: any CredentialBook,
        clock: any WallClock,
        logger: Logger
    ) {
        self.settings = settings
        self.credentials = credentials
        self.clock = clock
        self.logger = logger
    }

    package func remote(
        _ url: String,
        project: String,
        insecureSkipTLSVerify: Bool
    ) throws(GitFailure) -> any GitRemote {
        let credential = credentials.credential(.git, for: url, project: project)
        let key = Self.key(url, credential, insecureSkipTLSVerify)
        return try remotes.withLock { (remotes) throws(GitFailure) in
            if let known = remotes[key] { return known }
            let made = try make(url, credential, insecureSkipTLSVerify, folder: SHA256.hex(key))
            remotes[key] = made
            return made
        }
    }

    /// Writes what is worth keeping to a cache that stays, and ends all connections.
    ///
    /// The book is not used afterwards.
    package func close() async {
        let all = remotes.withLock { remotes in
            defer { remotes = [:] }
            return Array(remotes.values)
        }
        for remote in all {
            if settings.cachePath != nil { await remote.store.close() }
            await remote.transport.close()
        }
        scratch.withLock { $0 = nil }
    }

    private func cachePath() throws(GitFailure) -> String {
        if let path = settings.cachePath { return path }
        return try scratch.withLock { (scratch) throws(GitFailure) in
            if let made = scratch { return made.path }
            let made = try PrivateFolder(parent: settings.temporaryFolder)
            scratch = made
            return made.path
        }
    }

    private func make(
        _ url: String,
        _ credential: Credential?,
        _ insecureSkipTLSVerify: Bool,
        folder: String
    ) throws(GitFailure) -> RemoteRepository {
        let address = try GitAddress(url)
        let host = settings.hosts[address.hostKey] ?? GitSettings.Host()
        var options = GitTransportOptions()
        options.kind = host.transport ?? settings.transport
        options.caFile = host.caFile
        options.proxy = host.proxy
        options.allowInsecureHTTP = settings.allowInsecureHTTP
        options.insecureSkipTLSVerify = insecureSkipTLSVerify
        options.knownHosts = settings.knownHosts
        options.temporaryFolder = settings.temporaryFolder
        options.connectTimeout = settings.connectTimeout
        options.idleTimeout = settings.idleTimeout
        options.maxPackBytes = settings.maxBytes
        try addLogin(to: &options, credential, address, apiURL: host.apiURL)
        var limits = ObjectStore.Limits()
        limits.disk = settings.maxBytes
        let store = ObjectStore(
            root: try cachePath(),
            name: String(folder.prefix(32)),
            limits: limits,
            logger: logger
        )
        return RemoteRepository(transport: try makeTransport(url: url, options: options), store: store)
    }

    private func addLogin(
        to options: inout GitTransportOptions,
        _ credential: Credential?,
        _ address: GitAddress,
        apiURL: String?
    ) throws(GitFailure) {
        switch credential?.login {
        case nil: break
        case .sshKey(let key): options.sshKey = key
        case .password(let username, let password):
            let login = GitTransportOptions.Login(username: username, password: password)
            options.logins = { _ in login }
        case .githubApp(let clientID, let installationID, let privateKey):
            let app = GitHubApp(clientID: clientID, installationID: installationID, privateKey: privateKey)
            let tokens = try GitHubAppTokens(app: app, address: address, apiURL: apiURL, options: options, clock: clock)
            options.logins = { (refused) async throws(GitFailure) in try await tokens.login(refused: refused) }
        }
    }

    /// What a remote is told apart by.
    ///
    /// No secret is part of it: folder names can be read by others.
    private static func key(_ url: String, _ credential: Credential?, _ insecureSkipTLSVerify: Bool) -> String {
        let identity: String =
            switch credential?.login {
            case nil: "anonymous"
            case .password(let username, _): "password\n\(username)"
            case .githubApp(let clientID, let installationID, _): "app\n\(clientID)\n\(installationID)"
            case .sshKey: "key"
            }
        let owner = credential.map { "\($0.project ?? "")\n\($0.name)" } ?? ""
        return [url, owner, identity, "\(insecureSkipTLSVerify)"].joined(separator: "\n")
    }
}

extension GitAddress {
    /// The host, with its port where one is written.
    fileprivate var hostKey: String {
        switch self {
        case .http(let address): address.host + (address.port.map { ":\($0)" } ?? "")
        case .ssh(let address): address.host + (address.port.map { ":\($0)" } ?? "")
        case .file: ""
        }
    }
}
