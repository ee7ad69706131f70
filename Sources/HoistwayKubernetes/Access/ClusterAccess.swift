package import HoistwayCrypto
package import HoistwayModel

/// How a cluster's API server is reached, and how we prove ourselves there.
///
/// Files that it names are read when they are needed, and again and again: tokens and certificates are renewed.
package struct ClusterAccess: Sendable, Equatable {
    /// Bytes in a file, or given as they are.
    package enum Source: Sendable, Equatable {
        case file(String)
        case data(Secret)
    }

    /// Whose certificates are taken for the server's.
    package enum Trust: Sendable, Equatable {
        /// The authorities of this machine.
        case system
        /// These only, as PEM.
        case authority(Source)
        /// Anybody's: whoever is on the way reads and changes everything.
        case anybody
    }

    package enum Login: Sendable, Equatable {
        /// None but a client certificate, if there is one.
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

    /// With the path that all requests begin with; `/` for none.
    package var server: WebAddress
    package var trust: Trust
    package var login: Login
    package var certificate: ClientCertificate?
    /// The name that the server's certificate is for; `nil`: the host of ``server``.
    ///
    /// One that is for the address that was connected to is taken too: the TLS library accepts either.
    package var serverName: String?
    package var proxy: Proxy?
    /// Headers that let the login act as somebody else.
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
