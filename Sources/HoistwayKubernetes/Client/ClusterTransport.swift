import AsyncHTTPClient
import HoistwayCrypto
import HoistwayHTTP
import HoistwayModel
import HoistwayPorts
import NIOCore
import NIOHTTP1
import NIOSSL

/// Sends single requests to one cluster, with its login and all limits; it does not interpret the answers.
final class ClusterTransport: Sendable {
    /// A request without the login.
    struct Message: Sendable {
        var method = HTTPMethod.GET
        /// Below the server's address; begins with `/`.
        var path: String
        /// Not escaped yet.
        var query: [(String, String)] = []
        var contentType: String?
        var body: [UInt8] = []
        /// An answer that goes on for minutes.
        var isWatch = false
    }

    let cluster: String
    let options: KubernetesOptions
    private let access: ClusterAccess
    private let login: ClusterLogin
    /// Two, since the idle timeout belongs to a client.
    private let requests: HTTPClient
    private let watches: HTTPClient

    init(cluster: String, access: ClusterAccess, options: KubernetesOptions) {
        self.cluster = cluster
        self.access = access
        self.options = options
        login = ClusterLogin(access, options: options)
        requests = Self.client(access, options, silence: options.requestTimeout)
        watches = Self.client(access, options, silence: options.watchTimeout + options.watchMargin)
    }

    deinit {
        // For an owner that was cancelled before it could close: a client must be shut down before it is released.
        requests.shutdown { _ in }
        watches.shutdown { _ in }
    }

    func shutdown() async {
        // They throw only where they are already shut down, which is fine.
        try? await requests.shutdown()
        try? await watches.shutdown()
    }

    private static func client(
        _ access: ClusterAccess,
        _ options: KubernetesOptions,
        silence: Duration
    ) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(connect: amount(options.connectTimeout), read: amount(silence))
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        configuration.connectionPool.retryConnectionEstablishment = false
        if let name = access.serverName { configuration.dnsOverride = [name: bare(access.server.host)] }
        if let proxy = access.proxy {
            switch proxy.form {
            case .socks5: configuration.proxy = .socksServer(host: proxy.host, port: proxy.port)
            case .http:
                let login = proxy.username.map { username in
                    HTTPClient.Authorization.basic(
                        username: username,
                        password: proxy.password?.revealText() ?? ""
                    )
                }
                configuration.proxy = .server(host: proxy.host, port: proxy.port, authorization: login)
            }
        }
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    // MARK: Sending

    /// A 2xx answer, its body unread.
    func send(_ message: Message, for request: KubernetesRequest) async throws(KubernetesFailure) -> HTTPClientResponse
    {
        var proof = try await proof(for: request)
        for isLast in [false, true] {
            let response = try await execute(message, proof, for: request)
            if (200..<300).contains(response.status.code) { return response }
            let failure = await failure(of: response, for: request)
            guard failure.reason == .unauthorized, !isLast else { throw failure }
            // A token may have been renewed, or may have ended before its time: the request is repeated once with the
            // next token.
            let renewed = try await self.proof(instead: proof, for: request)
            guard renewed.number != proof.number else { throw failure }
            proof = renewed
        }
        preconditionFailure("the last turn returns or throws")
    }

    private func proof(
        instead refused: ClusterLogin.Proof? = nil,
        for request: KubernetesRequest
    ) async throws(KubernetesFailure) -> ClusterLogin.Proof {
        do throws(ClusterLogin.Failure) {
            return try await login.proof(instead: refused)
        } catch {
            throw KubernetesFailure(
                .login(hint: error.hint),
                cluster: cluster,
                request: request,
                detail: options.redactor.hide(error.message)
            )
        }
    }

    private func execute(
        _ message: Message,
        _ proof: ClusterLogin.Proof,
        for asked: KubernetesRequest
    ) async throws(KubernetesFailure) -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url(of: message))
        request.method = message.method
        request.headers.add(name: "host", value: access.server.authority)
        request.headers.add(name: "user-agent", value: "hoistway/\(options.version)")
        request.headers.add(name: "accept", value: "application/json")
        for line in access.impersonation { request.headers.add(name: line.name, value: line.value) }
        if let authorization = proof.authorization {
            request.headers.add(name: "authorization", value: authorization.revealText())
        }
        if let type = message.contentType {
            request.headers.add(name: "content-type", value: type)
            request.body = .bytes(ByteBuffer(bytes: message.body))
        }
        request.tlsConfiguration = proof.tls
        let client = message.isWatch ? watches : requests
        do {
            return try await client.execute(request, deadline: deadline)
        } catch let error as HTTPClientError where error == .remoteConnectionClosed && message.method == .GET {
            // The server closed a kept connection just when it was used again: a repetition is harmless.
        } catch {
            throw failure(error, for: asked)
        }
        do {
            return try await client.execute(request, deadline: deadline)
        } catch {
            throw failure(error, for: asked)
        }
    }

    /// For the head of an answer.
    private var deadline: NIODeadline { .now() + Self.amount(options.requestTimeout) }

    private func url(of message: Message) -> String {
        let server = access.server
        let host = access.serverName ?? server.host
        var text = "\(server.isSecure ? "https" : "http")://\(host)"
        if let port = server.port { text += ":\(port)" }
        text += String(server.target.prefix { $0 != "?" }.drop { $0 == "/" && server.target == "/" })
        text += message.path
        let pairs = message.query.map { "\($0)=\(PercentEncoding.escaped($1))" }
        return pairs.isEmpty ? text : "\(text)?\(pairs.joined(separator: "&"))"
    }

    // MARK: Failures

    /// Reads the message of a refusal, within limits.
    private func failure(of response: HTTPClientResponse, for request: KubernetesRequest) async -> KubernetesFailure {
        var pieces = AnswerPieces(response.body, limit: options.requestTimeout)
        // Where it cannot be read, the HTTP status is enough.
        let body = (try? await pieces.collect(upTo: ServerStatus.maxBytes)) ?? []
        return ServerStatus.failure(
            code: Int(response.status.code),
            status: ServerStatus.read(body),
            headers: response.headers,
            cluster: cluster,
            request: request,
            redactor: options.redactor,
            now: Timestamp.present
        )
    }

    func failure(_ error: any Error, for request: KubernetesRequest) -> KubernetesFailure {
        if let failure = error as? KubernetesFailure { return failure }
        var reason = KubernetesFailure.Reason.unreachable
        switch error as? HTTPClientError {
        case .readTimeout?, .writeTimeout?, .deadlineExceeded?, .getConnectionFromPoolTimeout?: reason = .timedOut
        default: break
        }
        if error is NIOSSLError || error is NIOSSLExtraError || error is BoringSSLError {
            let text = String(describing: error)
            let marks = ["CERTIFICATE_VERIFY_FAILED", "unableToValidateCertificate", "failedToValidateHostname"]
            if marks.contains(where: text.contains) { reason = .untrusted }
        }
        let place = access.serverName.map { "\($0) at \(access.server.authority)" } ?? access.server.authority
        let words = ConnectionWords.words(
            for: error,
            host: place,
            proxy: access.proxy.map { "\($0.host):\($0.port)" },
            advice: .init(proxy: "check proxy-url", authority: nil)
        )
        return KubernetesFailure(reason, cluster: cluster, request: request, detail: options.redactor.hide(words))
    }

    func garbage(_ detail: String, for request: KubernetesRequest) -> KubernetesFailure {
        KubernetesFailure(.garbage, cluster: cluster, request: request, detail: detail)
    }

    // MARK: Forms

    /// Without the brackets of an IPv6 address.
    private static func bare(_ host: String) -> String { host.filter { $0 != "[" && $0 != "]" } }

    private static func amount(_ duration: Duration) -> TimeAmount {
        let (seconds, attoseconds) = duration.components
        return .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
