import AsyncHTTPClient
import FoundationEssentials
import HoistwayHTTP
import HoistwayModel
import HoistwayPorts
import NIOCore
import NIOHTTP1
import NIOSSL

/// A host's answer, read to its end.
struct ForgeAnswer: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: [UInt8]
}

/// Sends single requests to one host's API, with all limits; it does not interpret the answers.
final class ForgeTransport: Sendable {
    /// The values that connections depend on.
    struct Setup: Sendable, Hashable {
        var caFile: String?
        var proxy: ForgeSettings.Proxy?
        var insecureSkipTLSVerify: Bool
        var isSecure: Bool
        var connectTimeout: Duration
        var requestTimeout: Duration
    }

    /// Largest answer, in bytes: GitHub's list of 100 pull requests has some 2 MiB, without their descriptions.
    static let maxAnswer = 16 << 20
    /// Redirects for one request: a repository that was renamed has one.
    private static let maxRedirects = 3

    private let client: HTTPClient
    private let setup: Setup

    /// - Parameter host: the first host that it is used for, for people.
    init(_ setup: Setup, host: String) throws(ForgeFailure) {
        self.setup = setup
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = try Self.tls(setup, host: host)
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(
            connect: Self.amount(setup.connectTimeout),
            read: Self.amount(setup.requestTimeout)
        )
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        if setup.isSecure {
            configuration.proxy = setup.proxy.map { .server(host: $0.host, port: $0.port) }
        } else if setup.proxy != nil {
            configuration.http1_1ConnectionDebugInitializer = PlainProxy.initializer
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        // Running requests have kept it alive until now.
        client.shutdown { _ in }
    }

    /// Follows redirects within the same origin only: the credential must go nowhere else.
    ///
    /// - Parameter host: for people.
    func send(
        _ method: HTTPMethod,
        _ address: WebAddress,
        headers: HTTPHeaders,
        body: [UInt8]?,
        host: String
    ) async throws(ForgeFailure) -> ForgeAnswer {
        var address = address
        for _ in 0...Self.maxRedirects {
            let answer = try await exchange(method, address, headers: headers, body: body, host: host)
            // Other statuses change a POST into a GET.
            let isKept = [307, 308].contains(answer.status)
            guard isKept || [301, 302].contains(answer.status) else { return answer }
            guard let location = answer.headers.first(name: "location"), let next = address.resolving(location) else {
                throw .garbage(host: host, detail: "it redirects to an address that is not valid")
            }
            guard next.hasSameOrigin(as: address) else {
                throw .refused(
                    host: host,
                    detail: "it redirects to \(next.authority), where the credential must not go",
                    hint: "check repoURL, and apiURL of this host"
                )
            }
            guard isKept || method == .GET else {
                throw .refused(
                    host: host,
                    detail: "the repository has moved",
                    hint: "write its new URL in repoURL"
                )
            }
            address = next
        }
        throw .garbage(host: host, detail: "it redirects more than \(Self.maxRedirects) times")
    }

    private func exchange(
        _ method: HTTPMethod,
        _ address: WebAddress,
        headers: HTTPHeaders,
        body: [UInt8]?,
        host: String
    ) async throws(ForgeFailure) -> ForgeAnswer {
        var request =
            if let proxy = setup.proxy, !address.isSecure {
                PlainProxy.request(for: address.text, proxy: proxy.text)
            } else {
                HTTPClientRequest(url: address.text)
            }
        request.method = method
        request.headers.add(contentsOf: headers)
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            do {
                return try await exchange(request)
            } catch let error as HTTPClientError where error == .remoteConnectionClosed && method == .GET {
                // The server closed a kept connection just when it was used again: a repetition is harmless.
                return try await exchange(request)
            }
        } catch {
            throw failure(error, host: host)
        }
    }

    private func exchange(_ request: HTTPClientRequest) async throws -> ForgeAnswer {
        // The client's own deadline ends with the head: without this one, a very slow body would take for ever.
        try await Deadline.within(setup.requestTimeout) { [client, setup] in
            let deadline = NIODeadline.now() + Self.amount(setup.requestTimeout)
            let response = try await client.execute(request, deadline: deadline)
            let body = try await response.body.collect(upTo: Self.maxAnswer)
            return ForgeAnswer(
                status: Int(response.status.code),
                headers: response.headers,
                body: Array(body.readableBytesView)
            )
        }
    }

    private func failure(_ error: any Error, host: String) -> ForgeFailure {
        if error is DeadlineExceeded {
            return .unreachable(host: host, detail: "no whole answer within \(setup.requestTimeout)")
        }
        if error is NIOTooManyBytesError {
            return .garbage(host: host, detail: "it has more than \(Self.maxAnswer) bytes")
        }
        switch error as? HTTPClientError {
        case .connectTimeout?:
            return .unreachable(host: host, detail: "no connection within \(setup.connectTimeout)")
        case .readTimeout?, .writeTimeout?, .deadlineExceeded?, .getConnectionFromPoolTimeout?:
            return .unreachable(host: host, detail: "no answer within \(setup.requestTimeout)")
        default:
            return .unreachable(
                host: host,
                detail: ConnectionWords.words(for: error, host: host, proxy: setup.proxy?.text)
            )
        }
    }

    private static func tls(_ setup: Setup, host: String) throws(ForgeFailure) -> TLSConfiguration {
        var configuration = SystemTrust.clientConfiguration()
        if let file = setup.caFile {
            do {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file))
            } catch {
                throw .unreachable(
                    host: host,
                    detail: "its certificate file \(file) cannot be read: \(PlainError.text(of: error))"
                )
            }
        }
        if setup.insecureSkipTLSVerify { configuration.certificateVerification = .none }
        return configuration
    }

    private static func amount(_ duration: Duration) -> TimeAmount {
        let (seconds, attoseconds) = duration.components
        return .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
