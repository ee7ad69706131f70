import AsyncHTTPClient
import FoundationEssentials
import HoistwayCrypto
import HoistwayHTTP
import HoistwayModel
import HoistwayPorts
import NIOCore
import NIOHTTP1
import NIOSSL

/// The installation of a GitHub App, and the App's private key.
struct GitHubApp: Sendable {
    /// May be the older numeric app id.
    var clientID: String
    var installationID: String
    var privateKey: Secret
}

/// Requests tokens for one repository:
/// <https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app>.
///
/// May be called concurrently; one token serves all callers until it is old or the server refuses it.
actor GitHubAppTokens {
    /// GitHub's tokens are valid for an hour; a long push must end before its token does.
    private static let lifetime = Duration.seconds(40 * 60)
    /// Largest answer read, in bytes.
    private static let maxAnswer = 1 << 20

    private let app: GitHubApp
    private let url: String
    private let repository: String
    /// The permissions of its tokens, in GitHub's terms.
    private let permissions: [String: String]
    private let options: GitTransportOptions
    private let clock: any WallClock
    private var current: (login: GitTransportOptions.Login, mintedAt: Timestamp)?
    private var minting: Task<Result<GitTransportOptions.Login, GitFailure>, Never>?
    /// The last refusal: a wrong key is tried again only after a minute.
    private var refusal: (failure: GitFailure, at: Timestamp)?

    /// The username for Git's login with a token.
    static let username = "x-access-token"
    /// For Git itself: to fetch and to push.
    static let gitPermissions = ["contents": "write"]

    /// `apiURL` replaces GitHub's usual API URL for the host.
    init(
        app: GitHubApp,
        address: GitAddress,
        permissions: [String: String] = GitHubAppTokens.gitPermissions,
        apiURL: String?,
        options: GitTransportOptions,
        clock: any WallClock
    ) throws(GitFailure) {
        guard case .http(let http) = address, let name = Self.repositoryName(http.path) else {
            throw .unsupported(url: address.displayURL, what: "a GitHub App's token for a URL that is not http(s)")
        }
        let digits = Set("0123456789".utf8)
        guard !app.installationID.isEmpty, app.installationID.utf8.allSatisfy(digits.contains) else {
            throw .invalidContent("a GitHub App's installation id is a number")
        }
        let base = apiURL ?? Self.apiURL(of: http)
        guard case .http(let api) = try GitAddress("\(base)/app") else {
            throw .invalidURL(base, reason: "the GitHub App's API is reached over http(s)")
        }
        guard api.isSecure || api.isLoopback || options.allowInsecureHTTP else {
            throw .unsupported(url: address.displayURL, what: "a GitHub App's token over plain http")
        }
        self.app = app
        self.options = options
        self.clock = clock
        self.permissions = permissions
        repository = name
        url = "\(base)/app/installations/\(app.installationID)/access_tokens"
    }

    /// The present token; a new one where `refused` is the present one.
    func login(refused: GitTransportOptions.Login?) async throws(GitFailure) -> GitTransportOptions.Login {
        if let current, current.login != refused, clock.now() - current.mintedAt < Self.lifetime {
            return current.login
        }
        if let refusal, clock.now() >= refusal.at, clock.now() - refusal.at < LoginGuard.rest { throw refusal.failure }
        if let minting { return try await minting.value.get() }
        // Unstructured, since others may wait for it after this caller was cancelled.
        let task = Task { await self.minted() }
        minting = task
        let result = await task.value
        minting = nil
        if case .failure(let failure) = result, case .unauthorized = failure { refusal = (failure, clock.now()) }
        let login = try result.get()
        current = (login, clock.now())
        return login
    }

    private func minted() async -> Result<GitTransportOptions.Login, GitFailure> {
        do throws(GitFailure) {
            let token = try await mint()
            return .success(GitTransportOptions.Login(username: Self.username, password: token))
        } catch {
            return .failure(error)
        }
    }

    private func mint() async throws(GitFailure) -> Secret {
        let answer: (status: Int, headers: HTTPHeaders, body: [UInt8])
        do {
            answer = try await post(signed())
        } catch let failure as GitFailure {
            throw failure
        } catch {
            let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
            throw .unreachable(
                url: url,
                detail: ConnectionWords.words(
                    for: error,
                    host: String(rest.prefix { $0 != "/" }),
                    proxy: options.proxy?.text
                )
            )
        }
        switch answer.status {
        case 201: return try token(in: answer.body)
        // GitHub's rate limits come as 403 as well; such an answer does not mean that the key is wrong.
        case 403 where HTTPFailures.isLimit(answer.headers), 429:
            throw .limited(url: url, after: HTTPFailures.pause(answer.headers))
        case 422:
            // "The permissions requested are not granted to this installation."
            let wanted = permissions.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            throw .unauthorized(
                url: url,
                detail: "no token for the GitHub App's installation (422): it has to include the repository, and to be "
                    + "granted \(wanted.joined(separator: ", "))"
            )
        case 401, 403, 404:
            throw .unauthorized(url: url, detail: "no token for the GitHub App's installation (\(answer.status))")
        case 500...:
            guard let pause = HTTPFailures.pause(answer.headers) else { fallthrough }
            throw .busy(url: url, status: answer.status, after: pause, detail: "no token was minted")
        default: throw .serverError(url: url, status: answer.status, detail: "no token was minted")
        }
    }

    /// The JWT that the App signs.
    ///
    /// GitHub requires its start in the past, as clocks differ, and ten minutes at most.
    private func signed() throws(GitFailure) -> Secret {
        let now = clock.now().seconds
        do {
            let proof = try JSONWebToken.make(
                issuer: app.clientID,
                issuedAt: now - 60,
                expiresAt: now + 540,
                privateKey: app.privateKey
            )
            options.redactor.add(shortLived: proof)
            return proof
        } catch {
            throw .invalidContent("the GitHub App's private key cannot sign: \(error.message)")
        }
    }

    private func post(_ proof: Secret) async throws -> (status: Int, headers: HTTPHeaders, body: [UInt8]) {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: try configuration())
        do {
            let answer = try await answer(proof, client)
            try await client.shutdown()
            return answer
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    private func answer(
        _ proof: Secret,
        _ client: HTTPClient
    ) async throws -> (status: Int, headers: HTTPHeaders, body: [UInt8]) {
        var request =
            if let proxy = options.proxy, url.hasPrefix("http://") {
                PlainProxy.request(for: url, proxy: proxy.text)
            } else {
                HTTPClientRequest(url: url)
            }
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(proof.revealText())")
        request.headers.add(name: "Accept", value: "application/vnd.github+json")
        request.headers.add(name: "X-GitHub-Api-Version", value: "2022-11-28")
        request.headers.add(name: "User-Agent", value: "hoistway")
        request.headers.add(name: "Content-Type", value: "application/json")
        let asked = TokenRequestBody(repositories: [repository], permissions: permissions)
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(asked)))
        let response = try await client.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: Self.maxAnswer)
        return (Int(response.status.code), response.headers, Array(body.readableBytesView))
    }

    private func configuration() throws -> HTTPClient.Configuration {
        var tls = SystemTrust.clientConfiguration()
        if let file = options.caFile { tls.trustRoots = .file(file) }
        if options.insecureSkipTLSVerify { tls.certificateVerification = .none }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        if url.hasPrefix("https://") {
            configuration.proxy = options.proxy.map { .server(host: $0.host, port: $0.port) }
        } else if options.proxy != nil {
            configuration.http1_1ConnectionDebugInitializer = PlainProxy.initializer
        }
        configuration.timeout.connect = .seconds(10)
        return configuration
    }

    private func token(in body: [UInt8]) throws(GitFailure) -> Secret {
        guard let grant = try? JSONDecoder().decode(Grant.self, from: Data(body)), !grant.token.isEmpty else {
            // The decoder's error message would quote the answer.
            throw .protocolViolation(url: url, detail: "the answer holds no token")
        }
        let token = Secret(grant.token)
        options.redactor.add(shortLived: token, username: Self.username)
        return token
    }

    private struct TokenRequestBody: Encodable {
        var repositories: [String]
        var permissions: [String: String]
    }

    private struct Grant: Decodable {
        var token: String
    }

    private static func apiURL(of address: HTTPAddress) -> String {
        if address.host == "github.com" { return "https://api.github.com" }
        if address.host.hasSuffix(".ghe.com") { return "https://api.\(address.host)" }
        let scheme = address.isSecure ? "https" : "http"
        return "\(scheme)://\(address.host)\(address.port.map { ":\($0)" } ?? "")/api/v3"
    }

    /// The last part of the path, without `.git`.
    private static func repositoryName(_ path: String) -> String? {
        guard var name = path.split(separator: "/").last else { return nil }
        if name.hasSuffix(".git") { name = name.dropLast(4) }
        return name.isEmpty ? nil : String(name)
    }
}
