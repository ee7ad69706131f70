import FoundationEssentials
import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import Synchronization

/// Gives the `Authorization` for reading a repository: none, basic, or a token from the server that its registry names
/// (<https://distribution.github.io/distribution/spec/auth/token/>).
final class RegistryAuthorizer: Sendable {
    private struct Grant {
        var header: String
        /// `nil`: it does not expire.
        var expires: ContinuousClock.Instant?
    }

    private struct TokenAnswer: Decodable {
        var token: String?
        var access_token: String?
        var expires_in: Lifetime?
    }

    /// Seconds; some servers send them as text or with decimals.
    private struct Lifetime: Decodable {
        var seconds: Int?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            // Any other value is ignored, and the token is valid for the shortest time.
            let number =
                (try? container.decode(Double.self)) ?? (try? container.decode(String.self)).flatMap(Double.init)
            seconds = number.flatMap { Int(exactly: $0.rounded(.down)) }
        }
    }

    /// The beginning of a login's `Authorization`; that of a token differs.
    private static let basic = "Basic "
    /// Limit of stored grants; above it, all are removed and requested again.
    private static let maxGrants = 4096
    private static let maxTokenBytes = 256 * 1024
    /// Shortest life of a token, and the default where the answer has no time, in seconds, as in the protocol.
    private static let defaultLifetime = 60
    /// A token that ends within this time is no longer used.
    private static let margin = Duration.seconds(10)

    private let transport: RegistryTransport
    private let credentials: any CredentialBook
    private let redactor: Redactor
    private let loginGuard: LoginGuard?
    private let grants = Mutex<[RegistryRepository: Grant]>([:])
    private let clock = ContinuousClock()

    init(
        transport: RegistryTransport,
        credentials: any CredentialBook,
        redactor: Redactor,
        loginGuard: LoginGuard?
    ) {
        self.transport = transport
        self.loginGuard = loginGuard
        self.redactor = redactor
        self.credentials = credentials
    }

    /// The header that was accepted last, so that most reads take one request.
    func known(for repository: RegistryRepository) -> String? {
        grants.withLock { grants in
            guard let grant = grants[repository] else { return nil }
            guard let expires = grant.expires, expires < clock.now else { return grant.header }
            grants[repository] = nil
            return nil
        }
    }

    func forget(_ repository: RegistryRepository) {
        grants.withLock { $0[repository] = nil }
    }

    /// The header for the next try after a 401 of the registry itself; `nil` where nothing is left to try.
    func answer(
        _ headers: HTTPHeaders,
        from address: WebAddress,
        for repository: RegistryRepository
    ) async throws(RegistryFailure) -> String? {
        let challenges = headers["www-authenticate"].flatMap(AuthenticationChallenge.parse)
        let login = login(for: repository)
        let takesBasic = challenges.contains { $0.scheme == "basic" }
        if let bearer = challenges.first(where: { $0.scheme == "bearer" }) {
            switch realm(of: bearer, from: address, for: repository) {
            case .success(let server):
                return try await token(bearer, of: server, login: login, for: repository)
            // The registry itself accepts the login too: it is sent nowhere else.
            case .failure(let failure): guard takesBasic, login != nil else { throw failure }
            }
        }
        guard takesBasic, let login else { return nil }
        keep(Grant(header: login), for: repository)
        return login
    }

    /// Texts that an answer might repeat and that must not be shown.
    func secrets(of repository: RegistryRepository, sent: [String]) -> [String] {
        var secrets = sent
        let credential = credentials.credential(repository.kind, for: repository.repoURL, project: repository.project)
        if case .password(_, let password)? = credential?.login {
            secrets += [login(for: repository) ?? "", password.revealText(), Hex.encode(password.reveal())]
            secrets += [Base64.encode(password.reveal()), Self.escaped(password.revealText())]
        }
        // The token alone as well, without `Basic ` or `Bearer ` before it.
        return secrets + secrets.compactMap { $0.split(separator: " ").last.map(String.init) }
    }

    /// Sends a request, under the login guard: a login that has just been refused is not sent, and the status shows
    /// whether it is accepted.
    ///
    /// - Parameter header: the request's `Authorization`; only a login is guarded, not a token.
    func sending(
        _ header: String?,
        to address: WebAddress,
        for repository: RegistryRepository,
        _ send: () async throws(RegistryFailure) -> RegistryAnswer
    ) async throws(RegistryFailure) -> RegistryAnswer {
        guard let loginGuard, let header, header.hasPrefix(Self.basic) else { return try await send() }
        let key = LoginGuard.Key(host: address.authority, digest: SHA256.hex(header))
        let name = "\(repository.host)/\(repository.path)"
        if let refusal = await loginGuard.enter(key, for: name) { throw .notAsked(host: repository.host, refusal) }
        var outcome = LoginGuard.Outcome.unknown
        defer { loginGuard.leave(key, for: name, outcome) }
        let answer = try await send()
        // The target of a redirect did not get the login, so its answer does not show anything about it.
        if !answer.isRedirected {
            switch answer.status {
            case 200..<300: outcome = .accepted
            case 401:
                let words = RegistryWords.read(answer, hiding: secrets(of: repository, sent: [header]))
                outcome = .refused("\(address.host) answered 401\(words.map { "; it says: \($0)" } ?? "")")
            default: break
            }
        }
        return answer
    }

    /// The login for the repository.
    func sentLogin(for repository: RegistryRepository) -> SentLogin {
        let kind = repository.kind
        let credential = credentials.credential(kind, for: repository.repoURL, project: repository.project)
        guard let credential, case .password = credential.login else { return .none(kind: kind.rawValue) }
        return .secret(credential.name)
    }

    /// The `Authorization` of the configured login; `nil`: there is none.
    func login(for repository: RegistryRepository) -> String? {
        guard
            let credential = credentials.credential(
                repository.kind,
                for: repository.repoURL,
                project: repository.project
            ),
            case .password(let username, let password) = credential.login
        else { return nil }
        redactor.add(password, username: username)
        return "\(Self.basic)\(Base64.encode(Array("\(username):".utf8) + password.reveal()))"
    }

    private func token(
        _ challenge: AuthenticationChallenge,
        of server: WebAddress,
        login: String?,
        for repository: RegistryRepository
    ) async throws(RegistryFailure) -> String {
        var headers: HTTPHeaders = ["accept": "application/json"]
        if let login { headers.add(name: "authorization", value: login) }
        let answer = try await sending(login, to: server, for: repository) { () async throws(RegistryFailure) in
            try await transport.send(
                .GET,
                question(server, challenge: challenge, scopes: repository.scopes),
                headers: headers,
                for: repository,
                limit: Self.maxTokenBytes
            )
        }
        try RegistryStatus.check(
            answer,
            host: repository.host,
            asked: "a token of \(server.host)",
            login: sentLogin(for: repository),
            hiding: secrets(of: repository, sent: headers["authorization"])
        )
        // An answer without a token is never quoted: it may hold one in another form.
        guard
            let body = try? JSONDecoder().decode(TokenAnswer.self, from: Data(answer.body)),
            let token = body.token ?? body.access_token, !token.isEmpty,
            token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw .malformed(host: repository.host, detail: "\(server.host) gave no token that can be sent") }
        let seconds = max(Self.defaultLifetime, min(body.expires_in?.seconds ?? Self.defaultLifetime, 24 * 3600))
        let header = "Bearer \(token)"
        redactor.add(shortLived: Secret(token))
        keep(Grant(header: header, expires: clock.now + .seconds(seconds) - Self.margin), for: repository)
        return header
    }

    /// The token server, if the login may be sent to it.
    private func realm(
        of challenge: AuthenticationChallenge,
        from address: WebAddress,
        for repository: RegistryRepository
    ) -> Result<WebAddress, RegistryFailure> {
        let host = repository.host
        guard let realm = challenge.parameters["realm"].flatMap(WebAddress.init) else {
            return .failure(
                .malformed(host: host, detail: "it wants a token and names no address to ask for one")
            )
        }
        guard repository.trust.isTokenServer(realm, for: address) else {
            return .failure(.untrusted(host: host, tokenServer: realm.authority))
        }
        return .success(realm)
    }

    private func question(_ server: WebAddress, challenge: AuthenticationChallenge, scopes: [String]) -> WebAddress {
        var query = scopes.map { "scope=\(Self.escaped($0))" }.joined(separator: "&")
        if let service = challenge.parameters["service"] { query = "service=\(Self.escaped(service))&\(query)" }
        let target = server.target + (server.target.contains("?") ? "&" : "?") + query
        return WebAddress(isSecure: server.isSecure, host: server.host, port: server.port, target: target)
    }

    private func keep(_ grant: Grant, for repository: RegistryRepository) {
        grants.withLock { grants in
            if grants.count >= Self.maxGrants { grants.removeAll() }
            grants[repository] = grant
        }
    }

    /// Percent-encodes all except the characters that a query may hold unchanged.
    private static func escaped(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/".utf8)
        return text.utf8.map { byte in
            plain.contains(byte)
                ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
