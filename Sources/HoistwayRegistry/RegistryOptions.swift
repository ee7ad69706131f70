/// How to reach registries.
package struct RegistryOptions: Sendable, Equatable {
    /// Registries, as `host[:port]`, that are reached over plain http, credentials included.
    ///
    /// Loopback needs no entry.
    package var insecureHosts: Set<String>
    /// PEM files of the authorities to trust, by `host[:port]`; such a host is always reached over TLS.
    package var certificateFiles: [String: String]
    /// Servers that issue tokens for a registry, as `host[:port]`, by its own `host[:port]`: its credential is sent
    /// there.
    package var tokenServers: [String: Set<String>]
    /// Hosts with the content of a registry's blobs, as `host[:port]`, by its own `host[:port]`, besides hosts at port
    /// 443; no credential is sent there.
    package var blobStores: [String: Set<String>]
    package var connectTimeout: Duration
    /// For one request from its start to the last byte of the answer.
    package var requestTimeout: Duration
    /// For all pages of a list of tags.
    package var listTimeout: Duration
    /// For one layer that is copied to another repository.
    package var transferTimeout: Duration = .seconds(1800)
    /// Limit of tags in one repository; more is an error, as the newest might be among the missing ones.
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
