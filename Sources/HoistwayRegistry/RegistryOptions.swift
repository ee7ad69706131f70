/// How registries are talked to.
package struct RegistryOptions: Sendable, Equatable {
    /// Registries, as `host[:port]`, that are spoken to over plain http, credentials included.
    ///
    /// Loopback needs no entry.
    package var insecureHosts: Set<String>
    /// PEM files of the authorities to trust, by `host[:port]`; such a host is always spoken to over TLS.
    package var certificateFiles: [String: String]
    /// Servers that give tokens for a registry, as `host[:port]`, by its own `host[:port]`: its credential goes there.
    package var tokenServers: [String: Set<String>]
    /// Where the content of a registry's blobs lies, as `host[:port]`, by its own `host[:port]`, besides hosts at
    /// port 443; no credential goes there.
    package var blobStores: [String: Set<String>]
    package var connectTimeout: Duration
    /// For one request from its start to the last byte of the answer.
    package var requestTimeout: Duration
    /// For all pages of a list of tags.
    package var listTimeout: Duration
    /// For one layer that is copied to another repository.
    package var transferTimeout: Duration = .seconds(1800)
    /// Tags taken of one repository at most; more is an error, as the newest might be among those left out.
    package var maxTags: Int
    /// Hosts that the configuration names, as `host[:port]`: they may have any address.
    package var namedHosts: Set<String> = []
    /// Whether connections to addresses that are not public are closed before anything is sent.
    package var reachesPublicOnly = false

    package init(
        insecureHosts: Set<String> = [],
        certificateFiles: [String: String] = [:],
        tokenServers: [String: Set<String>] = [:],
        blobStores: [String: Set<String>] = [:],
        connectTimeout: Duration = .seconds(10),
        requestTimeout: Duration = .seconds(30),
        listTimeout: Duration = .seconds(300),
        maxTags: Int = 100_000
    ) {
        self.insecureHosts = insecureHosts
        self.certificateFiles = certificateFiles
        self.tokenServers = tokenServers
        self.blobStores = blobStores
        self.connectTimeout = connectTimeout
        self.requestTimeout = requestTimeout
        self.listTimeout = listTimeout
        self.maxTags = maxTags
    }
}
