package import HoistwayCrypto
package import HoistwayModel

/// How to reach a cluster's API server, and how to authenticate there.
///
/// Its files are read again and again when they are needed: tokens and certificates are renewed.
package struct ClusterAccess: Sendable, Equatable {
    /// Bytes from a file, or the bytes themselves.
    package enum Source: Sendable, Equatable {
        case file(String)
        case data(Secret)
    }

    /// Which certificates of the server are trusted.
    package enum Trust: Sendable, Equatable {
        /// The authorities of this machine.
        case system
        /// These only, as PEM.
        case authority(Source)
        /// Any certificate: somebody on the network path could read and change everything.
        case anybody
    }

    package enum Login: Sendable, Equatable {
        /// No authorization; only a client certificate, if there is one.
        case none
        case token(Secret)
        case tokenFile(String)
        case password(username: String, password: Secret)
        case plugin(ExecPlugin)
    }

    package struct ClientCertificate: Sendable, Equatable {
        /// PEM, the client's own first.
        package var chain: Source
        /// PEM, without a passphrase.
        package var key: Source

        package init(chain: Source, key: Source) {
            self.chain = chain
            self.key = key
        }
    }

    package struct Proxy: Sendable, Equatable {
        package enum Form: Sendable {
            case http, socks5
        }

        package var form: Form
        package var host: String
        package var port: Int
        package var username: String?
        package var password: Secret?
    }

    /// With the path of all requests; `/` where there is no path.
    package var server: WebAddress
    package var trust: Trust
    package var login: Login
    package var certificate: ClientCertificate?
    /// The name in the server's certificate; `nil`: the host of ``server``.
    ///
    /// A certificate for the address of the connection is accepted too: the TLS library allows either.
    package var serverName: String?
    package var proxy: Proxy?
    /// Headers for impersonation.
    package var impersonation: [HeaderLine] = []
    /// The namespace of the context, or of the pod.
    package var namespace: String?

    package init(
        server: WebAddress,
        trust: Trust = .system,
        login: Login = .none,
        certificate: ClientCertificate? = nil
    ) {
        self.server = server
        self.trust = trust
        self.login = login
        self.certificate = certificate
    }
}
