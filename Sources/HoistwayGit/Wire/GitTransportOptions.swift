package import HoistwayCrypto
import HoistwayModel
package import HoistwayPorts

/// How to reach a repository.
package struct GitTransportOptions: Sendable {
    package enum Kind: String, Sendable {
        /// Our own client.
        case native
        /// The `git` program, slower, for servers that our client does not work with.
        case program
    }

    package struct Proxy: Sendable, Equatable {
        package var host: String
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// `host:port`.
        var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    package struct Login: Sendable, Equatable {
        package var username: String
        package var password: Secret

        package init(username: String, password: Secret) {
            self.username = username
            self.password = password
        }
    }

    package typealias Failure = GitFailure

    /// Gives the login for http, or `nil`.
    ///
    /// `isRefused` is the login that the server has just refused: then a new token is requested; where there is no
    /// newer one, the same login is given again.
    package typealias Logins = @Sendable (_ isRefused: Login?) async throws(Failure) -> Login?

    package var kind = Kind.native
    /// PEM file of the authorities that are trusted *instead of* the system's.
    package var caFile: String?
    /// An http proxy, for https by CONNECT.
    package var proxy: Proxy?
    /// Credentials may be sent in clear text to a host that is not this machine.
    package var allowInsecureHTTP = false
    /// Any certificate is accepted.
    ///
    /// Only where a manifest has `insecureSkipTLSVerify`.
    package var insecureSkipTLSVerify = false
    package var logins: Logins?
    /// In OpenSSH's form or as PEM.
    package var sshKey: Secret?
    /// The file of host keys; `nil`: those of the user that this program runs as.
    package var knownHosts: String?
    package var connectTimeout = Duration.seconds(10)
    /// Longest time without a byte while an answer is expected.
    package var idleTimeout = Duration.seconds(60)
    /// Limit for the whole list of refs: a limit without bytes is not enough, since a server may always send a little
    /// more.
    package var refsTimeout = Duration.seconds(120)
    /// Limit for a whole fetch or push.
    package var transferTimeout = Duration.seconds(900)
    /// How long an unused ssh process is kept.
    package var sessionIdleTime = Duration.seconds(10)
    /// Largest pack taken, in bytes.
    package var maxPackBytes = 4 << 30
    /// Largest list of refs taken, in bytes: some half a million of them.
    package var maxRefBytes = 64 << 20
    /// The folder for private keys and the `git` program's repository while they are needed; `nil`: the system's.
    package var temporaryFolder: String?
    /// Gets the secrets that are sent to a server, and hides them in answers.
    package var redactor = Redactor()
    /// Keeps refused logins from being tried again at once; `nil`: no protection.
    package var loginGuard: LoginGuard?
    /// The clients of all transports that may share connections; `nil`: this transport shares none.
    var httpClients: SharedHTTPClients?

    package init() {}
}

extension GitTransportOptions {
    /// The login for a request to `address`, if there is one.
    ///
    /// Throws where it would be sent in clear text to another machine.
    func login(for address: GitAddress, refused: Login?) async throws(GitFailure) -> Login? {
        guard let logins, case .http(let place) = address, let login = try await logins(refused) else { return nil }
        guard place.isSecure || place.isLoopback || allowInsecureHTTP else {
            throw .invalidURL(
                place.text,
                reason: "credentials are not sent over plain http: use https, or allow it for this host"
            )
        }
        redactor.add(shortLived: login.password, username: login.username)
        return login
    }

    /// Begins a request with a login; throws where the host has refused it a moment ago.
    ///
    /// A refusal by the same repository becomes `unauthorized`, that of another repository becomes `notAsked`.
    ///
    /// - Parameters:
    ///   - place: host and port.
    ///   - waits: whether to wait while another request finds out if the login is accepted.
    func begin(
        _ login: Login?,
        at place: String,
        repository: String,
        waits: Bool = true
    ) async throws(GitFailure) -> LoginTrial? {
        guard let loginGuard, let secret = login?.password ?? sshKey else { return nil }
        let digest = SHA256.hex(Array("\(login?.username ?? "")\n".utf8) + secret.reveal())
        let key = LoginGuard.Key(host: place, digest: digest)
        if let refusal = await loginGuard.enter(key, for: repository, waits: waits) {
            guard refusal.repository == repository else { throw .notAsked(url: repository, refusal) }
            throw .unauthorized(
                url: repository,
                detail: "\(refusal.words) (the same login is not tried again before \(refusal.until.rfc3339))"
            )
        }
        return LoginTrial(loginGuard: loginGuard, key: key, repository: repository)
    }
}

/// A request that shows whether a login is accepted; it must be ended exactly once.
struct LoginTrial: Sendable {
    let loginGuard: LoginGuard
    let key: LoginGuard.Key
    let repository: String

    func end(_ outcome: LoginGuard.Outcome) { loginGuard.leave(key, for: repository, outcome) }
}
