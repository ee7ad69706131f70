/// How repositories are reached and where their objects are kept.
package struct GitSettings: Sendable {
    /// The settings of one host.
    package struct Host: Sendable {
        /// PEM file of the authorities that are trusted instead of the system's.
        package var caFile: String?
        package var proxy: GitTransportOptions.Proxy?
        /// The API that issues a GitHub App's tokens; `nil`: GitHub's own URL rule for the host.
        package var apiURL: String?
        /// `nil`: as for all hosts.
        package var transport: GitTransportOptions.Kind?

        package init(
            caFile: String? = nil,
            proxy: GitTransportOptions.Proxy? = nil,
            apiURL: String? = nil,
            transport: GitTransportOptions.Kind? = nil
        ) {
            self.caFile = caFile
            self.proxy = proxy
            self.apiURL = apiURL
            self.transport = transport
        }
    }

    /// The folder of the object cache; `nil`: a temporary one, which is deleted when the book is closed.
    package var cachePath: String?
    /// Limit of the whole cache, in bytes.
    package var maxBytes: Int
    package var transport: GitTransportOptions.Kind
    /// By lower-case host, with its port where the URL has one.
    package var hosts: [String: Host]
    /// Credentials may be sent in clear text to a host that is not this machine.
    package var allowInsecureHTTP: Bool
    /// The file of SSH host keys; `nil`: those of the user that this program runs as.
    package var knownHosts: String?
    /// The folder for private keys while they are needed; `nil`: the system's.
    package var temporaryFolder: String?
    package var connectTimeout: Duration
    /// The longest time without a byte from the other side.
    package var idleTimeout: Duration
    /// Projects that may not reach repositories on this machine by their paths.
    package var projectsWithoutFiles: Set<String> = []

    package init(
        cachePath: String?,
        maxBytes: Int = 1 << 30,
        transport: GitTransportOptions.Kind = .native,
        hosts: [String: Host] = [:],
        allowInsecureHTTP: Bool = false,
        knownHosts: String? = nil,
        temporaryFolder: String? = nil,
        connectTimeout: Duration = .seconds(10),
        idleTimeout: Duration = .seconds(60)
    ) {
        self.cachePath = cachePath
        self.maxBytes = maxBytes
        self.transport = transport
        self.hosts = hosts
        self.allowInsecureHTTP = allowInsecureHTTP
        self.knownHosts = knownHosts
        self.temporaryFolder = temporaryFolder
        self.connectTimeout = connectTimeout
        self.idleTimeout = idleTimeout
    }

    func refusesFiles(of project: String) -> Bool { projectsWithoutFiles.contains(project) }
}
