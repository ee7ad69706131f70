import HoistwayCrypto
import HoistwayEngine
import HoistwayExpressions
import HoistwayEvents
import HoistwayForge
import HoistwayGit
import HoistwayModel
import HoistwayNotify
import HoistwayPatterns
import HoistwayPorts
import HoistwayReceiver
import HoistwayRegistry
import HoistwayRequests
import HoistwaySettings
import HoistwaySteps
import HoistwayStore
import Logging

/// Makes the parts of the program out of what the settings say.
struct Composition {
    /// At most this many refs go to a GitLab server in one push: above that number GitLab fires no hooks.
    static let gitLabRefsPerPush = 3

    let loaded: LoadedSettings
    let clock: any WallClock = ProgramClock.current

    var settings: Settings { loaded.settings }

    func engineConfiguration(recordsDiffs: Bool = false) -> EngineConfiguration {
        var receivers: [String: EngineConfiguration.ReceiverPolicy] = [:]
        for receiver in settings.webhooks.receivers {
            receivers[receiver.name] = EngineConfiguration.ReceiverPolicy(
                scope: receiver.sources,
                projects: receiver.projects
            ) { delivery in
                try EventDecoder.decode(
                    sender: receiver.sender,
                    headers: delivery.headers,
                    body: delivery.body,
                    registryHost: receiver.imageHost
                )
            }
        }
        let limit = settings.git.maxRefsPerPush
        var configuration = EngineConfiguration(
            pipelines: loaded.pipelines,
            mode: settings.mode,
            receivers: receivers,
            author: loaded.pipelines.gitClient.map { CommitAuthor(name: $0.name, email: $0.email) }
                ?? CommitAuthor(name: settings.git.author.name, email: settings.git.author.email),
            notices: settings.notifications.map {
                NoticeRule(target: $0.name, events: Set($0.events), projects: $0.projects)
            },
            recordsDiffs: recordsDiffs
        ) { url in
            url.lowercased().contains("gitlab") ? min(limit, Self.gitLabRefsPerPush) : limit
        }
        configuration.lookups = { [loaded] in loaded.lookups(of: $0) }
        configuration.argocd = { [settings] in settings.argocdOptions(of: $0) }
        configuration.refreshedCluster = settings.refreshedCluster
        configuration.statuses = { [settings] in settings.projects[$0]?.statuses ?? settings.statuses }
        configuration.publicURL = settings.console.publicURL
        configuration.httpPolicy = { [settings] in settings.httpPolicy(of: $0) }
        return configuration
    }

    func registryClient(loginGuard: LoginGuard? = nil) -> OCIRegistryClient {
        var files: [String: String] = [:]
        for registry in settings.registries { files[registry.host] = registry.caFile }
        var options = RegistryOptions(
            insecureHosts: Set(settings.registries.filter(\.insecure).map(\.host)),
            certificateFiles: files,
            tokenServers: Self.byHost(settings.registries, \.tokenServers),
            blobStores: Self.byHost(settings.registries, \.blobStores)
        )
        options.namedHosts = Set(settings.registries.map(\.host))
        return OCIRegistryClient(
            options: options,
            credentials: loaded.credentials,
            redactor: SentSecrets.redactor,
            loginGuard: loginGuard
        )
    }

    private static func byHost(
        _ registries: [RegistrySettings],
        _ list: (RegistrySettings) -> [String]
    ) -> [String: Set<String>] {
        Dictionary(registries.map { ($0.host, Set(list($0))) }) { $0.union($1) }
    }

    /// `cache`: the folder for objects; `nil`: a temporary one, until the book is closed.
    func remotes(cache: String?, log: Logger) -> RemoteBook {
        RemoteBook(
            settings: gitSettings(cache: cache),
            credentials: loaded.credentials,
            clock: clock,
            logger: log,
            redactor: SentSecrets.redactor
        )
    }

    func gitSettings(cache: String?) -> HoistwayGit.GitSettings {
        var hosts: [String: HoistwayGit.GitSettings.Host] = [:]
        for host in settings.git.hosts {
            hosts[host.host] = HoistwayGit.GitSettings.Host(
                caFile: host.caFile,
                proxy: host.proxy.flatMap(Self.proxy),
                apiURL: host.apiURL
            )
        }
        var made = HoistwayGit.GitSettings(
            cachePath: cache,
            maxBytes: settings.git.cacheMaxBytes,
            transport: settings.git.transport == .native ? .native : .program,
            hosts: hosts,
            allowInsecureHTTP: settings.git.allowInsecureHTTP,
            knownHosts: settings.git.knownHosts,
            connectTimeout: settings.git.timeouts.connect,
            idleTimeout: settings.git.timeouts.idle
        )
        if !settings.git.allowFileURLs { made.projectsWithoutFiles = loaded.pipelines.projectsFromGit }
        return made
    }

    /// - Parameter remotes: makes the tokens of GitHub Apps, with the same credentials.
    func forges(remotes: RemoteBook) -> ForgeBook {
        ForgeBook(
            settings: forgeSettings,
            credentials: loaded.credentials,
            clock: clock,
            redactor: SentSecrets.redactor,
            appTokens: RemoteAppTokens(remotes: remotes)
        )
    }

    var forgeSettings: ForgeSettings {
        var hosts: [String: ForgeSettings.Host] = [:]
        for host in settings.git.hosts {
            var made = ForgeSettings.Host(
                caFile: host.caFile,
                proxy: host.proxy.flatMap(Self.proxy).map { ForgeSettings.Proxy(host: $0.host, port: $0.port) },
                apiURL: host.apiURL
            )
            made.provider = host.provider
            hosts[host.host] = made
        }
        return ForgeSettings(
            hosts: hosts,
            allowInsecureHTTP: settings.git.allowInsecureHTTP,
            connectTimeout: settings.git.timeouts.connect
        )
    }

    /// `http://host:port`, as the settings have checked it.
    private static func proxy(_ url: String) -> GitTransportOptions.Proxy? {
        var text = url.dropFirst("http://".count)
        while text.hasSuffix("/") { text = text.dropLast() }
        guard let address = ListenAddress(String(text)) ?? ListenAddress("\(text):80") else { return nil }
        return GitTransportOptions.Proxy(host: address.host, port: address.port)
    }

    var notifyTargets: [NotifyTarget] {
        settings.notifications.map { notification in
            NotifyTarget(
                name: notification.name,
                url: notification.url,
                format: notification.format == .slack ? .slack : .generic,
                secret: notification.secret
            )
        }
    }

    func notifier() -> WebhookNotifier {
        WebhookNotifier(
            targets: notifyTargets,
            publicURL: settings.console.publicURL,
            clock: clock,
            version: Version.number,
            redactor: SentSecrets.redactor
        )
    }

    var messageChannels: [MessageChannelKey: NotifyTarget] {
        let shared = settings.messageChannels.map { (MessageChannelKey(project: nil, name: $0.name), $0) }
        let own = settings.projects.flatMap { project, options in
            options.messageChannels.map { (MessageChannelKey(project: project, name: $0.name), $0) }
        }
        return Dictionary(
            (shared + own).map { key, channel in
                let target = NotifyTarget(
                    name: channel.name,
                    url: channel.url,
                    format: channel.format == .slack ? .slack : .generic,
                    secret: channel.secret
                )
                return (key, target)
            }
        ) { first, _ in first }
    }

    func messenger() -> ChannelMessenger {
        ChannelMessenger(
            channels: messageChannels,
            http: StepRequests(version: Version.number),
            clock: clock,
            redactor: SentSecrets.redactor
        )
    }

    /// - Parameter messenger: `nil`: no step sends a message.
    func enginePorts(
        store: any StateStore,
        remotes: any GitRemotes,
        registry: any Registry & ChartRepository & ArtifactRegistry,
        notifier: any Notifier,
        messenger: (any MessageChannels)? = nil,
        programs: LocalPrograms,
        argocd: any ArgoCDClusters,
        forges: (any Forges)? = nil
    ) -> EnginePorts {
        var ports = EnginePorts(
            store: store,
            remotes: remotes,
            registry: registry,
            notifier: notifier,
            clock: clock,
            matcher: Patterns(),
            workspaces: OverlayWorkspaces(),
            sha1: { SHA1.hash($0) },
            sha256: { SHA256.hex($0) },
            random: { UInt64.random(in: .min ... .max) },
            renderer: programs,
            expressionScope: { ExpressionHost.scope([:], now: Moment($0)) }
        )
        ports.http = HTTPAccess(port: StepRequests(version: Version.number)) { secrets in
            let redactor = Redactor()
            for secret in secrets { redactor.add(Secret(secret)) }
            // A very short one may be an everyday word.
            return { redactor.hide($0, atLeast: 4, isCut: false) }
        }
        ports.http?.channels = messenger
        ports.argocd = argocd
        ports.forges = forges
        ports.charts = registry
        ports.artifacts = registry
        return ports
    }

    /// - Parameter connections: at most so many at a time.
}
