package import HoistwayCrypto
package import HoistwayEvents
package import HoistwayModel

/// The public listener.
package struct WebhookSettings: Sendable, Equatable {
    /// `webhooks.listen`.
    package static let defaultListen = ListenAddress(host: "0.0.0.0", port: 8420)
    /// `webhooks.maxBodyBytes` of Git hosts: larger deliveries are refused, and discovery finds their changes.
    package static let defaultMaxBodyBytes = 5 * 1024 * 1024
    /// `maxBodyBytes` of registries' receivers, unless they have their own.
    package static let defaultRegistryMaxBodyBytes = 1024 * 1024
    /// `webhooks.bodiesInFlightBytes`: all bodies that are being read, together.
    package static let defaultBodiesInFlightBytes = 64 * 1024 * 1024
    /// `webhooks.maxConnections`.
    package static let defaultMaxConnections = 1024
    /// `maxPerSecond` and `webhooks.maxPerSecondPerAddress`: the highest that can be written.
    package static let highestRate = 1_000_000

    package var listen: ListenAddress
    /// `nil`: plain http, for a proxy in front or a closed network.
    package var tls: TLSSettings?
    /// Addresses and networks (CIDR) whose `X-Forwarded-For` is believed.
    package var trustedProxies: [String]
    package var maxBodyBytes: Int
    package var bodiesInFlightBytes: Int
    package var maxConnections: Int
    /// Requests a second from one address, good or bad; `nil`: no limit.
    package var maxPerSecondPerAddress: Int?
    package var receivers: [ReceiverSettings]

    package init(
        listen: ListenAddress = WebhookSettings.defaultListen,
        tls: TLSSettings? = nil,
        trustedProxies: [String] = [],
        maxBodyBytes: Int = WebhookSettings.defaultMaxBodyBytes,
        bodiesInFlightBytes: Int = WebhookSettings.defaultBodiesInFlightBytes,
        maxConnections: Int = WebhookSettings.defaultMaxConnections,
        maxPerSecondPerAddress: Int? = nil,
        receivers: [ReceiverSettings] = []
    ) {
        self.listen = listen
        self.tls = tls
        self.trustedProxies = trustedProxies
        self.maxBodyBytes = maxBodyBytes
        self.bodiesInFlightBytes = bodiesInFlightBytes
        self.maxConnections = maxConnections
        self.maxPerSecondPerAddress = maxPerSecondPerAddress
        self.receivers = receivers
    }
}

/// PEM files.
package struct TLSSettings: Sendable, Equatable {
    /// The certificate, with its chain.
    package var certificate: String
    package var key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

/// One path for the deliveries of one sender.
package struct ReceiverSettings: Sendable, Equatable {
    /// How GitLab authenticates.
    package enum GitLabScheme: String, Sendable, CaseIterable {
        /// `X-Gitlab-Token`: proves the sender, not the body.
        case token
        /// A signing token (`whsec_…`): proves the body and its time.
        case signed
    }

    package enum Trust: String, Sendable, CaseIterable {
        /// Depends on the sender's scheme: signed bodies are evidence, others are hints.
        case sender
        /// Trusted as if it were signed.
        case evidence
    }

    /// `toleranceSeconds`: what the Standard Webhooks libraries use.
    package static let defaultToleranceSeconds = 300
    /// `path` where the file has none.
    package static func defaultPath(name: String) -> String { "/hook/\(name)" }

    package var name: String
    package var path: String
    package var sender: Sender
    /// In the order of the file; each of them is accepted.
    ///
    /// The list is never empty, and no secret in it is.
    package var secrets: [Secret]
    /// Used for `gitlab` only.
    package var gitLabScheme: GitLabScheme
    /// How far a signed time may differ from ours, in seconds.
    package var toleranceSeconds: Int
    package var sources: SourceScope
    /// `nil`: all projects.
    package var projects: [String]?
    package var maxBodyBytes: Int
    package var trust: Trust
    /// The host for image names, in place of the one in the payload: `registry.example.com:5000`.
    package var imageHost: String?
    /// Authentic deliveries a second; `nil`: no limit.
    package var maxPerSecond: Int?
    package var place: SourcePlace

    package init(
        name: String,
        path: String? = nil,
        sender: Sender,
        secrets: [Secret],
        gitLabScheme: GitLabScheme = .token,
        toleranceSeconds: Int = ReceiverSettings.defaultToleranceSeconds,
        sources: SourceScope,
        projects: [String]? = nil,
        maxBodyBytes: Int,
        trust: Trust = .sender,
        imageHost: String? = nil,
        maxPerSecond: Int? = nil,
        place: SourcePlace
    ) {
        self.name = name
        self.path = path ?? Self.defaultPath(name: name)
        self.sender = sender
        self.secrets = secrets
        self.gitLabScheme = gitLabScheme
        self.toleranceSeconds = toleranceSeconds
        self.sources = sources
        self.projects = projects
        self.maxBodyBytes = maxBodyBytes
        self.trust = trust
        self.imageHost = imageHost
        self.maxPerSecond = maxPerSecond
        self.place = place
    }

    /// Whether events of this receiver may concern the project.
    package func serves(project: String) -> Bool { projects?.contains(project) ?? true }
}

extension Sender {
    /// Whether it reports pushes to Git repositories.
    package var tellsOfGit: Bool {
        switch self {
        case .github, .ghes, .gitlab, .gitea, .forgejo, .gogs: true
        case .ghcr, .harbor, .distribution: false
        }
    }

    /// Whether it reports changes of images.
    package var tellsOfImages: Bool {
        switch self {
        case .github, .ghes, .gitea, .forgejo, .ghcr, .harbor, .distribution: true
        case .gitlab, .gogs: false
        }
    }
}
