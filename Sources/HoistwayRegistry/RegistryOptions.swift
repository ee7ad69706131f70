/// How registries are talked to.
package struct RegistryOptions: Sendable, Equatable {
    /// Registries, as `host[:port]`, that are spoken to over plain http, credentials included.
    ///
    /// Loopback needs no entry.
    package var insecureHosts: Set<String>
    /// PEM files of the authorities to trust, by `host[:port]`; such a host is always spoken to over TLS.
    package var certificateFiles: [String: String]
    package var connectTimeout: Duration
    /// For one request from its start to the last byte of the answer.
    package var requestTimeout: Duration
    /// Tags taken of one repository at most; more is an error, as the newest might be among those left out.
    package var maxTags: Int

    package init(
        insecureHosts: Set<String> = [],
        certificateFiles: [String: String] = [:],
        connectTimeout: Duration = .seconds(10),
        requestTimeout: Duration = .seconds(30),
        maxTags: Int = 100_000
    ) {
        self.insecureHosts = insecureHosts
        self.certificateFiles = certificateFiles
        self.connectTimeout = connectTimeout
        self.requestTimeout = requestTimeout
        self.maxTags = maxTags
    }
}
