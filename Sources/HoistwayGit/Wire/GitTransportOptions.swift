import AsyncHTTPClient
package import HoistwayCrypto
import HoistwayModel
package import HoistwayPorts

/// How a repository is reached.
package struct GitTransportOptions: Sendable {
    package enum Kind: String, Sendable {
        /// The protocol spoken by ourselves.
        case native
        /// The `git` program, slower, for servers that the native client does not get along with.
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

    /// Gives what to log in with over http, or `nil`.
    ///
    /// `isRefused` is the login that the server has just refused: a token is minted again; where nothing newer can be
    /// had, the same one is given again.
    package typealias Logins = @Sendable (_ isRefused: Login?) async throws(Failure) -> Login?

    package var kind = Kind.native
    /// PEM file of the authorities that are trusted *instead of* the system's.
    package var caFile: String?
    /// An http proxy, for https by CONNECT.
    package var proxy: Proxy?
    /// Credentials may travel in clear text to a host that is not this machine.
    package var allowInsecureHTTP = false
    /// Any certificate is taken.
    ///
    /// Only where a manifest says `insecureSkipTLSVerify`.
    package var insecureSkipTLSVerify = false
    package var logins: Logins?
    /// OpenSSH's form or PEM.
    package var sshKey: Secret?
    /// The file of host keys; `nil`: those of the user that this program runs as.
    package var knownHosts: String?
    package var connectTimeout = Duration.seconds(10)
    /// Longest silence while an answer is awaited.
    package var idleTimeout = Duration.seconds(60)
    /// How long a list of refs may take in all: silence alone is no bound, a server may always send a little more.
    package var refsTimeout = Duration.seconds(120)
    /// How long a fetch or a push may take in all.
    package var transferTimeout = Duration.seconds(900)
    /// How long an unused process over ssh is kept.
    package var sessionIdleTime = Duration.seconds(10)
    /// Largest pack taken, in bytes.
    package var maxPackBytes = 4 << 30
    /// Largest list of refs taken, in bytes: some half a million of them.
    package var maxRefBytes = 64 << 20
    /// Where private keys and the `git` program's repository go while they are needed; `nil`: the system's.
    package var temporaryFolder: String?
    /// Learns what is sent to a server, so that it is hidden when it comes back.
    package var redactor = Redactor()
    /// Keeps refused logins from being tried at once again; `nil`: they are.
    package var loginGuard: LoginGuard?
    /// Made once per transport where it is not given; a given one is not shut down.
    var httpClient: HTTPClient?

    package init() {}
}

extension GitTransportOptions {
    /// The login for a request to `address`, where there is one.
    ///
    /// Fails rather than sending it in clear text to another machine.
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
    /// A refusal by this repository is its answer, whoever asked. Where another one was asked, this one was not.
    ///
    /// - Parameters:
    ///   - place: host and port.
    ///   - waits: whether to wait while another request finds out if the login is taken.
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

/// A request that tells whether a login is taken; ended exactly once.
struct LoginTrial: Sendable {
    let loginGuard: LoginGuard
    let key: LoginGuard.Key
    let repository: String

    func end(_ outcome: LoginGuard.Outcome) { loginGuard.leave(key, for: repository, outcome) }
}
