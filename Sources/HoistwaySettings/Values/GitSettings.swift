package import HoistwayModel

/// How Git remotes are reached.
package struct GitSettings: Sendable, Equatable {
    package enum Transport: String, Sendable, CaseIterable {
        /// Our own client.
        case native
        /// The `git` program, for a server that our client does not work with.
        case program
    }

    /// `git.cache.path`.
    package static let defaultCachePath = "./var/git"
    /// `git.cache.maxBytes`.
    package static let defaultCacheMaxBytes = 1024 * 1024 * 1024
    /// `git.author`.
    package static let defaultAuthor = Author(name: "Hoistway", email: "hoistway@localhost")
    /// `git.transport`.
    package static let defaultTransport = Transport.native
    /// `git.maxRefsPerPush`; a GitLab server never gets more than three, since above that it fires no webhooks.
    package static let defaultMaxRefsPerPush = 100
    /// `git.knownHosts`.
    package static let defaultKnownHosts = "./var/known_hosts"
    /// `git.timeouts.connect`.
    package static let defaultConnectTimeout = Duration.seconds(10)
    /// `git.timeouts.idle`: a request fails when no byte arrives in this time.
    package static let defaultIdleTimeout = Duration.seconds(30)

    package struct Author: Sendable, Equatable {
        package var name: String
        package var email: String

        package init(name: String, email: String) {
            self.name = name
            self.email = email
        }
    }

    /// The settings of one host; a port limits them to that port.
    package struct Host: Sendable, Equatable {
        /// `git.example.com` or `git.example.com:8443`, lower-case.
        package var host: String
        /// PEM; certificates that are trusted besides the system's.
        package var caFile: String?
        /// `http://proxy.example.com:3128`.
        package var proxy: String?
        /// `https://git.example.com/api/v3`; `nil`: the usual place of its kind.
        package var apiURL: String?
        /// The software that it runs, where neither its name nor a step shows it.
        package var provider: ForgeProvider?

        package init(host: String, caFile: String? = nil, proxy: String? = nil, apiURL: String? = nil) {
            self.host = host
            self.caFile = caFile
            self.proxy = proxy
            self.apiURL = apiURL
        }
    }

    package struct Timeouts: Sendable, Equatable {
        package var connect: Duration
        package var idle: Duration

        package init(
            connect: Duration = GitSettings.defaultConnectTimeout,
            idle: Duration = GitSettings.defaultIdleTimeout
        ) {
            self.connect = connect
            self.idle = idle
        }
    }

    package var cachePath: String
    package var cacheMaxBytes: Int
    package var author: Author
    package var transport: Transport
    package var maxRefsPerPush: Int
    package var hosts: [Host]
    /// Credentials may go over plain http to hosts other than this machine.
    package var allowInsecureHTTP: Bool
    /// A file in the form of OpenSSH's `known_hosts`: ssh connects only to hosts in it.
    package var knownHosts: String
    package var timeouts: Timeouts
    /// Manifests that come from Git may name repositories on this machine (`file://`).
    package var allowFileURLs: Bool

    package init(
        cachePath: String,
        cacheMaxBytes: Int = GitSettings.defaultCacheMaxBytes,
        author: Author = GitSettings.defaultAuthor,
        transport: Transport = GitSettings.defaultTransport,
        maxRefsPerPush: Int = GitSettings.defaultMaxRefsPerPush,
        hosts: [Host] = [],
        allowInsecureHTTP: Bool = false,
        knownHosts: String,
        timeouts: Timeouts = Timeouts(),
        allowFileURLs: Bool = false
    ) {
        self.cachePath = cachePath
        self.cacheMaxBytes = cacheMaxBytes
        self.author = author
        self.transport = transport
        self.maxRefsPerPush = maxRefsPerPush
        self.hosts = hosts
        self.allowInsecureHTTP = allowInsecureHTTP
        self.knownHosts = knownHosts
        self.timeouts = timeouts
        self.allowFileURLs = allowFileURLs
    }
}

/// How one registry is reached.
package struct RegistrySettings: Sendable, Equatable {
    /// `registry.example.com:5000`, lower-case.
    package var host: String
    /// Plain http; credentials for this host are sent over it too.
    package var insecure: Bool
    /// PEM; certificates that are trusted besides the system's.
    package var caFile: String?
    /// Servers that issue its tokens, as `host[:port]`, lower-case: its credentials are sent there.
    package var tokenServers: [String]
    /// Hosts with its blobs, as `host[:port]`, lower-case, besides hosts at port 443.
    package var blobStores: [String]

    package init(
        host: String,
        insecure: Bool = false,
        caFile: String? = nil,
        tokenServers: [String] = [],
        blobStores: [String] = []
    ) {
        self.host = host
        self.insecure = insecure
        self.caFile = caFile
        self.tokenServers = tokenServers
        self.blobStores = blobStores
    }
}
