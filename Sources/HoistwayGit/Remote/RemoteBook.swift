import FoundationEssentials
package import HoistwayCrypto
package import HoistwayModel
package import HoistwayPorts
package import Logging
import Synchronization

/// Keeps one remote for each URL and credential, so that all promotions share its objects and connections.
///
/// The cache's folders are named after both: with one credential, nobody sees objects that need another one.
package final class RemoteBook: GitRemotes {
    /// The values that a remote was made with.
    private struct Entry {
        var remote: RemoteRepository
        var shown: RedactingRemote
        var transport: ReplaceableTransport
        var url: String
        /// A project that has requested it: its credential is found through the project.
        var project: String
        var insecureSkipTLSVerify: Bool
        /// A digest of its login and of its connection settings.
        var setup: String
    }

    /// The values that the tokens of a GitHub App are made with, and their permissions.
    private struct AppTokensKey: Hashable {
        var url: String
        var insecureSkipTLSVerify: Bool
        var permissions: [String: String]
        var setup: String
    }

    private struct Present {
        var settings: GitSettings
        var credentials: any CredentialBook
    }

    private let present: Mutex<Present>
    private let clock: any WallClock
    private let logger: Logger
    private let redactor: Redactor
    private let loginGuard: LoginGuard
    private let httpClients = SharedHTTPClients()
    private let remotes = Mutex<[String: Entry]>([:])
    /// Tokens of GitHub Apps for other requests than Git's, by these values.
    private let appTokens = Mutex<[AppTokensKey: GitHubAppTokens]>([:])
    /// Used where the settings name no cache.
    private let scratch = Mutex<PrivateFolder?>(nil)

    /// - Parameter redactor: gets every secret that is sent, and hides it in answers.
    package init(
        settings: GitSettings,
        credentials: any CredentialBook,
        clock: any WallClock,
        logger: Logger,
        redactor: Redactor = Redactor()
    ) {
        present = Mutex(Present(settings: settings, credentials: credentials))
        self.clock = clock
        self.logger = logger
        self.redactor = redactor
        loginGuard = LoginGuard(clock: clock)
    }

    package func remote(
        _ url: String,
        project: String,
        insecureSkipTLSVerify: Bool
    ) throws(GitFailure) -> any GitRemote {
        let present = present.withLock { $0 }
        if present.settings.refusesFiles(of: project), try GitAddress(url).isFile {
            throw .invalidURL(
                "file://…",
                reason: "manifests of project \(project) come from Git, and may not name repositories on this machine; "
                    + "git.allowFileURLs: true in the configuration allows it"
            )
        }
        let credential = present.credentials.credential(.git, for: url, project: project)
        let key = Self.key(url, credential, insecureSkipTLSVerify)
        return try remotes.withLock { (remotes) throws(GitFailure) in
            if let known = remotes[key] { return known.shown }
            let transport = ReplaceableTransport(
                try transport(url, credential, insecureSkipTLSVerify, settings: present.settings)
            )
            let remote = RemoteRepository(
                transport: transport,
                store: try store(folder: SHA256.hex(key), settings: present.settings)
            )
            let entry = Entry(
                remote: remote,
                shown: RedactingRemote(remote, redactor: redactor),
                transport: transport,
                url: url,
                project: project,
                insecureSkipTLSVerify: insecureSkipTLSVerify,
                setup: try Self.setup(url, credential, settings: present.settings)
            )
            remotes[key] = entry
            return entry.shown
        }
    }

    /// Continues with other credentials and other options of hosts.
    ///
    /// Each remote that they concern makes new connections, and keeps its objects. Running requests end with the old
    /// ones.
    ///
    /// The cache's folder and size do not change.
    package func replace(settings: GitSettings, credentials: any CredentialBook) {
        present.withLock { present in
            let (path, bytes) = (present.settings.cachePath, present.settings.maxBytes)
            present = Present(settings: settings, credentials: credentials)
            (present.settings.cachePath, present.settings.maxBytes) = (path, bytes)
        }
        let settings = present.withLock { $0.settings }
        // They are made again when needed: with another key, another proxy.
        appTokens.withLock { $0 = [:] }
        remotes.withLock { remotes in
            for (key, entry) in remotes {
                let credential = credentials.credential(.git, for: entry.url, project: entry.project)
                guard Self.key(entry.url, credential, entry.insecureSkipTLSVerify) == key else { continue }
                do throws(GitFailure) {
                    let setup = try Self.setup(entry.url, credential, settings: settings)
                    guard setup != entry.setup else { continue }
                    entry.transport.replace(
                        with: try transport(entry.url, credential, entry.insecureSkipTLSVerify, settings: settings)
                    )
                    remotes[key]?.setup = setup
                } catch {
                    entry.transport.fail(with: error.changingWords { redactor.hide($0) })
                    remotes[key]?.setup = ""
                }
            }
        }
    }

    package func liftRefusals(of repository: RepositoryIdentity) {
        let present = present.withLock { $0 }
        appTokens.withLock { known in
            known = known.filter { RepositoryIdentity($0.key.url) != repository }
        }
        remotes.withLock { remotes in
            for entry in remotes.values where RepositoryIdentity(entry.url) == repository {
                loginGuard.lift(for: entry.transport.displayURL)
                let credential = present.credentials.credential(.git, for: entry.url, project: entry.project)
                // The tokens of an App remember a refusal themselves, so the transport is made again. If that fails,
                // the old one stays.
                guard case .githubApp? = credential?.login,
                    let made = try? transport(
                        entry.url,
                        credential,
                        entry.insecureSkipTLSVerify,
                        settings: present.settings
                    )
                else { continue }
                entry.transport.replace(with: made)
            }
        }
    }

    /// A token of the GitHub App that a project uses for a repository, for requests to GitHub's API.
    ///
    /// - Parameters:
    ///   - permissions: those of the token, in GitHub's terms; the installation must have been granted them.
    ///   - refused: a token that the API no longer accepts.
    /// - Throws: ``GitFailure/unsupported(url:what:)`` where the credential is no GitHub App.
    package func appToken(
        for url: String,
        project: String,
        insecureSkipTLSVerify: Bool,
        permissions: [String: String],
        refused: Secret?
    ) async throws(GitFailure) -> Secret {
        let present = present.withLock { $0 }
        let credential = present.credentials.credential(.git, for: url, project: project)
        guard case .githubApp(let clientID, let installationID, let privateKey)? = credential?.login else {
            throw .unsupported(
                url: try GitAddress(url).displayURL,
                what: "a GitHub App's token: the credential is no GitHub App"
            )
        }
        let address = try GitAddress(url)
        let setup = try Self.setup(url, credential, settings: present.settings)
        let tokens = try appTokens.withLock { (known) throws(GitFailure) in
            let key = AppTokensKey(
                url: url,
                insecureSkipTLSVerify: insecureSkipTLSVerify,
                permissions: permissions,
                setup: setup
            )
            if let tokens = known[key] { return tokens }
            redactor.add(privateKey)
            let host = present.settings.hosts[address.hostKey] ?? GitSettings.Host()
            let tokens = try GitHubAppTokens(
                app: GitHubApp(clientID: clientID, installationID: installationID, privateKey: privateKey),
                address: address,
                permissions: permissions,
                apiURL: host.apiURL,
                options: options(host, insecureSkipTLSVerify, settings: present.settings),
                clock: clock
            )
            known[key] = tokens
            return tokens
        }
        let login = refused.map { GitTransportOptions.Login(username: GitHubAppTokens.username, password: $0) }
        return try await tokens.login(refused: login).password
    }

    /// Whether the connection to a repository changes with these: another login, or other options of its host.
    package func differs(_ url: String, project: String, settings: GitSettings, credentials: any CredentialBook) -> Bool
    {
        let present = present.withLock { $0 }
        let before = present.credentials.credential(.git, for: url, project: project)
        let after = credentials.credential(.git, for: url, project: project)
        // An invalid URL has no connection, before and after.
        return (try? Self.setup(url, before, settings: present.settings))
            != (try? Self.setup(url, after, settings: settings))
    }

    /// Writes useful objects to a permanent cache, and ends all connections.
    ///
    /// The book is not used afterwards.
    package func close() async {
        let all = remotes.withLock { remotes in
            defer { remotes = [:] }
            return Array(remotes.values)
        }
        let isKept = present.withLock { $0.settings.cachePath != nil }
        for entry in all {
            if isKept { await entry.remote.store.close() }
            await entry.remote.transport.close()
        }
        scratch.withLock { $0 = nil }
    }

    private func cachePath(_ settings: GitSettings) throws(GitFailure) -> String {
        if let path = settings.cachePath { return path }
        return try scratch.withLock { (scratch) throws(GitFailure) in
            if let made = scratch { return made.path }
            let made = try PrivateFolder(parent: settings.temporaryFolder)
            scratch = made
            return made.path
        }
    }

    private func store(folder: String, settings: GitSettings) throws(GitFailure) -> ObjectStore {
        var limits = ObjectStore.Limits()
        limits.disk = settings.maxBytes
        return ObjectStore(
            root: try cachePath(settings),
            name: String(folder.prefix(32)),
            limits: limits,
            logger: logger
        )
    }

    private func transport(
        _ url: String,
        _ credential: Credential?,
        _ insecureSkipTLSVerify: Bool,
        settings: GitSettings
    ) throws(GitFailure) -> any GitTransport {
        let address = try GitAddress(url)
        let host = settings.hosts[address.hostKey] ?? GitSettings.Host()
        var options = options(host, insecureSkipTLSVerify, settings: settings)
        try addLogin(to: &options, credential, address, apiURL: host.apiURL)
        return try makeTransport(url: url, options: options)
    }

    private func options(
        _ host: GitSettings.Host,
        _ insecureSkipTLSVerify: Bool,
        settings: GitSettings
    ) -> GitTransportOptions {
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
        options.redactor = redactor
        options.loginGuard = loginGuard
        options.httpClients = httpClients
        return options
    }

    /// A digest of everything that a transport depends on: for files, it includes their present contents.
    private static func setup(
        _ url: String,
        _ credential: Credential?,
        settings: GitSettings
    ) throws(GitFailure) -> String {
        let host = settings.hosts[try GitAddress(url).hostKey] ?? GitSettings.Host()
        let login: [UInt8] =
            switch credential?.login {
            case nil: []
            case .password(let username, let password): Array("password\n\(username)\n".utf8) + password.reveal()
            case .githubApp(let client, let installation, let key):
                Array("app\n\(client)\n\(installation)\n".utf8) + key.reveal()
            case .sshKey(let key): Array("key\n".utf8) + key.reveal()
            }
        let authorities = host.caFile.map {
            SHA256.hex(FileManager.default.contents(atPath: $0).map { Array($0) } ?? [])
        }
        let options =
            "\(host)\n\(authorities ?? "")\n\(settings.transport)\n\(settings.allowInsecureHTTP)\n"
            + "\(settings.knownHosts ?? "")\n\(settings.connectTimeout)\n\(settings.idleTimeout)\n"
        return SHA256.hex(Array(options.utf8) + login)
    }

    private func addLogin(
        to options: inout GitTransportOptions,
        _ credential: Credential?,
        _ address: GitAddress,
        apiURL: String?
    ) throws(GitFailure) {
        switch credential?.login {
        case nil: break
        case .sshKey(let key):
            options.sshKey = key
            redactor.add(key)
        case .password(let username, let password):
            redactor.add(password, username: username)
            let login = GitTransportOptions.Login(username: username, password: password)
            options.logins = { _ in login }
        case .githubApp(let clientID, let installationID, let privateKey):
            redactor.add(privateKey)
            let app = GitHubApp(clientID: clientID, installationID: installationID, privateKey: privateKey)
            let tokens = try GitHubAppTokens(app: app, address: address, apiURL: apiURL, options: options, clock: clock)
            options.logins = { (refused) async throws(GitFailure) in try await tokens.login(refused: refused) }
        }
    }

    /// The key of a remote.
    ///
    /// No secret is part of it: other users can read folder names.
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
