import FoundationEssentials
package import HoistwayCrypto
package import HoistwayModel
package import HoistwayPorts
import Synchronization

/// Keeps one forge for each repository and credential, so that all promotions share its connections, its quotas and its
/// last answers.
///
/// May be called concurrently.
package final class ForgeBook: Forges {
    private struct Present {
        var settings: ForgeSettings
        var credentials: any CredentialBook
        /// Digests of the files of authorities, by path: those at the time when the settings were read.
        var authorities: [String: String]
    }

    /// The values of a request for a forge; they serve to find its credential again.
    private struct Question: Hashable {
        var repository: String
        var provider: String?
        var project: String
        var insecureSkipTLSVerify: Bool
    }

    private struct Entry {
        var question: Question
        var forge: any Forge
    }

    private struct Known {
        /// By a digest of the values that they were made with, including secrets.
        var forges: [String: Entry] = [:]
        var transports: [ForgeTransport.Setup: ForgeTransport] = [:]
    }

    private let present: Mutex<Present>
    private let known = Mutex(Known())
    private let appTokens: any AppTokens
    private let redactor: Redactor
    private let limits: RateLimits
    private let loginGuard: LoginGuard

    /// - Parameters:
    ///   - appTokens: gives the tokens of GitHub Apps.
    ///   - redactor: gets every secret that is sent, and hides it in answers.
    package init(
        settings: ForgeSettings,
        credentials: any CredentialBook,
        clock: any WallClock,
        redactor: Redactor = Redactor(),
        appTokens: any AppTokens
    ) {
        present = Mutex(Self.present(settings, credentials))
        self.appTokens = appTokens
        self.redactor = redactor
        limits = RateLimits(clock: clock)
        loginGuard = LoginGuard(clock: clock)
    }

    package func forge(
        _ repository: String,
        provider: String?,
        project: String,
        insecureSkipTLSVerify: Bool
    ) throws(ForgeFailure) -> any Forge {
        let question = Question(
            repository: repository,
            provider: provider,
            project: project,
            insecureSkipTLSVerify: insecureSkipTLSVerify
        )
        let present = present.withLock { $0 }
        let address = try ForgeAddress(repository, provider: provider, settings: present.settings)
        guard let credential = present.credentials.credential(.git, for: repository, project: project) else {
            throw .unauthenticated(
                host: address.host,
                detail: "project \(project) has no Secret labelled kargo.akuity.io/cred-type: git for "
                    + "\(address.host)/\(address.repository)"
            )
        }
        let key = Self.key(question, address, credential, present)
        return try known.withLock { (known) throws(ForgeFailure) in
            if let entry = known.forges[key] { return entry.forge }
            let made = try make(question, address, credential, present, &known)
            known.forges[key] = Entry(question: question, forge: made)
            return made
        }
    }

    package func liftRefusals(of repository: RepositoryIdentity) {
        let settings = present.withLock { $0.settings }
        let questions = known.withLock { $0.forges.values.map(\.question) }
        for question in questions where RepositoryIdentity(question.repository) == repository {
            // Skipped where its address is no longer valid.
            guard
                let address = try? ForgeAddress(question.repository, provider: question.provider, settings: settings)
            else { continue }
            loginGuard.lift(for: address.loginName)
        }
    }

    /// Continues with other credentials and other options of hosts; forges that do not change are kept.
    ///
    /// Running requests end with the old ones.
    package func replace(settings: ForgeSettings, credentials: any CredentialBook) {
        let new = Self.present(settings, credentials)
        present.withLock { $0 = new }
        known.withLock { known in
            known.forges = known.forges.filter { key, entry in
                let question = entry.question
                // A forge that cannot be made with the new settings is removed.
                guard
                    let address = try? ForgeAddress(
                        question.repository,
                        provider: question.provider,
                        settings: settings
                    ),
                    let credential = credentials.credential(.git, for: question.repository, project: question.project)
                else { return false }
                return Self.key(question, address, credential, new) == key
            }
            // Transports in use stay alive in their forges.
            known.transports = [:]
        }
    }

    private static func present(_ settings: ForgeSettings, _ credentials: any CredentialBook) -> Present {
        var digests: [String: String] = [:]
        for file in Set(settings.hosts.values.compactMap(\.caFile)) {
            digests[file] = SHA256.hex(FileManager.default.contents(atPath: file).map { Array($0) } ?? [])
        }
        return Present(settings: settings, credentials: credentials, authorities: digests)
    }

    private static func key(
        _ question: Question,
        _ address: ForgeAddress,
        _ credential: Credential,
        _ present: Present
    ) -> String {
        let host = present.settings.hosts[address.host] ?? ForgeSettings.Host()
        let authorities = host.caFile.flatMap { present.authorities[$0] } ?? ""
        // A password belongs to the repository, for all projects; the token of an App is requested by project.
        let owner = if case .githubApp = credential.login { question.project } else { "" }
        let text = [
            question.repository, address.kind.rawValue, address.base.text, owner, "\(question.insecureSkipTLSVerify)",
            "\(host)", authorities, "\(present.settings.allowInsecureHTTP)", "\(present.settings.connectTimeout)",
            "\(present.settings.requestTimeout)", digest(of: credential),
        ]
        return SHA256.hex(text.joined(separator: "\n"))
    }

    private static func digest(of credential: Credential) -> String {
        let login: [UInt8] =
            switch credential.login {
            case .password(let username, let password): Array("password\n\(username)\n".utf8) + password.reveal()
            case .githubApp(let client, let installation, let key):
                Array("app\n\(client)\n\(installation)\n".utf8) + key.reveal()
            case .sshKey(let key): Array("key\n".utf8) + key.reveal()
            }
        return SHA256.hex(login)
    }

    private func make(
        _ question: Question,
        _ address: ForgeAddress,
        _ credential: Credential,
        _ present: Present,
        _ known: inout Known
    ) throws(ForgeFailure) -> any Forge {
        let host = present.settings.hosts[address.host] ?? ForgeSettings.Host()
        let setup = ForgeTransport.Setup(
            caFile: host.caFile,
            proxy: host.proxy,
            insecureSkipTLSVerify: question.insecureSkipTLSVerify,
            isSecure: address.base.isSecure,
            connectTimeout: present.settings.connectTimeout,
            requestTimeout: present.settings.requestTimeout
        )
        let transport: ForgeTransport
        if let made = known.transports[setup] {
            transport = made
        } else {
            transport = try ForgeTransport(setup, host: address.askedHost)
            known.transports[setup] = transport
        }
        let api = ForgeAPI(
            address: address,
            login: try login(question, address, credential),
            digest: Self.digest(of: credential),
            transport: transport,
            limits: limits,
            loginGuard: loginGuard,
            redactor: redactor
        )
        return switch address.kind {
        case .github: GitHubForge(api: api)
        case .gitlab: GitLabForge(api: api)
        case .gitea: GiteaForge(api: api)
        case .bitbucketCloud: BitbucketCloudForge(api: api)
        case .bitbucketDataCenter: BitbucketServerForge(api: api)
        case .azure: AzureForge(api: api)
        }
    }

    private func login(
        _ question: Question,
        _ address: ForgeAddress,
        _ credential: Credential
    ) throws(ForgeFailure) -> ForgeLogin {
        switch credential.login {
        case .password(let username, let password):
            redactor.add(password, username: username)
            // The form of the login for Azure DevOps.
            redactor.add(password, username: "")
            return ForgeLogin.header(address.kind, username: username, password: password)
        case .githubApp:
            guard address.kind == .github else {
                throw .unsupported(
                    "the credential of \(address.host)/\(address.repository) is a GitHub App, and the host is "
                        + address.kind.name,
                    hint: "give it a token"
                )
            }
            return .app(
                appTokens,
                AppTokenRequest(
                    repository: question.repository,
                    project: question.project,
                    insecureSkipTLSVerify: question.insecureSkipTLSVerify,
                    permissions: [:]
                )
            )
        case .sshKey:
            throw .unsupported(
                "the credential of \(address.host)/\(address.repository) is an SSH key, which \(address.kind.name)'s "
                    + "API does not take",
                hint: "write repoURL as https, and give it a token"
            )
        }
    }
}
