package import HoistwayModel

/// How the APIs of Git hosts are reached.
package struct ForgeSettings: Sendable, Equatable {
    package struct Proxy: Sendable, Hashable {
        package var host: String
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// `host:port`.
        var text: String { "\(host):\(port)" }
    }

    /// The settings of one host.
    package struct Host: Sendable, Equatable {
        /// PEM file of the authorities that are trusted instead of the system's.
        package var caFile: String?
        package var proxy: Proxy?
        /// The URL of its API; `nil`: the usual one for the kind of host.
        package var apiURL: String?
        /// The software that it runs, where neither its name nor the caller shows it.
        package var provider: ForgeProvider?

        package init(caFile: String? = nil, proxy: Proxy? = nil, apiURL: String? = nil) {
            self.caFile = caFile
            self.proxy = proxy
            self.apiURL = apiURL
        }
    }

    /// By lower-case host of the repositories, with its port where their URLs have one.
    package var hosts: [String: Host]
    /// Credentials may be sent in clear text to a host that is not this machine.
    package var allowInsecureHTTP: Bool
    package var connectTimeout: Duration
    /// For one request from its start to the last byte of the answer.
    package var requestTimeout: Duration

    package init(
        hosts: [String: Host] = [:],
        allowInsecureHTTP: Bool = false,
        connectTimeout: Duration = .seconds(10),
        requestTimeout: Duration = .seconds(30)
    ) {
        self.hosts = hosts
        self.allowInsecureHTTP = allowInsecureHTTP
        self.connectTimeout = connectTimeout
        self.requestTimeout = requestTimeout
    }
}
