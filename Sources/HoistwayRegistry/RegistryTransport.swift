import AsyncHTTPClient
import FoundationEssentials
import HoistwayHTTP
import HoistwayModel
import HoistwayPorts
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// A registry's answer, read to its end.
struct RegistryAnswer: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: [UInt8]
    /// Whether it came after a redirect: then it may come from any server, and does not get a login.
    var isRedirected = false
    /// When its head came; for `Retry-After`.
    var receivedAt = Timestamp.present

    var isPlainText: Bool {
        let type = headers.first(name: "content-type")?.prefix { $0 != ";" } ?? ""
        return type.trimmed().lowercased() == "text/plain"
    }
}

/// The body of a request.
struct RegistryBody: Sendable {
    /// Media type.
    var type: String
    var bytes: [UInt8]
}

extension Timestamp {
    /// This machine's clock.
    fileprivate static var present: Timestamp {
        Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }
}

/// Sends single requests to registries, with all limits; it does not interpret the answers.
final class RegistryTransport: Sendable {
    /// Limit of redirects for one request: a blob's content is often at another host.
    static let maxRedirects = 3

    private let client: HTTPClient
    /// Connects to public addresses only: for hosts that only an answer names.
    private let publicClient: HTTPClient
    let options: RegistryOptions
    /// By `host[:port]` of the configured registry: reading and parsing certificates once is enough.
    private let certificates = Mutex<[String: [NIOSSLCertificate]]>([:])

    init(options: RegistryOptions) {
        self.options = options
        client = Self.client(options, isPublicOnly: options.reachesPublicOnly)
        publicClient = options.reachesPublicOnly ? client : Self.client(options, isPublicOnly: true)
    }

    private static func client(_ options: RegistryOptions, isPublicOnly: Bool) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(
            connect: amount(options.connectTimeout),
            read: amount(options.requestTimeout)
        )
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.retryConnectionEstablishment = false
        if isPublicOnly {
            configuration.http1_1ConnectionDebugInitializer = { channel in
                PublicAddress.check(channel)
            }
        }
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        // For an owner that was cancelled before it could close: a client must be shut down before it is released.
        client.shutdown { _ in }
        publicClient.shutdown { _ in }
    }

    func shutdown() async {
        // It throws only where it is already shut down, which is fine.
        try? await client.shutdown()
        try? await publicClient.shutdown()
    }

    /// Follows redirects without an `Authorization`: they may lead to any server.
    ///
    /// `isBlob`: its content may be at another host.
    func send(
        _ method: HTTPMethod,
        _ address: WebAddress,
        headers: HTTPHeaders,
        for repository: RegistryRepository,
        limit: Int,
        isBlob: Bool = false,
        body: [UInt8]? = nil
    ) async throws(RegistryFailure) -> RegistryAnswer {
        var address = address
        var headers = headers
        for turn in 0...Self.maxRedirects {
            var request = try request(method, address, headers: headers, for: repository)
            if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
            var answer = try await exchange(request, to: address, for: repository, limit: limit)
            answer.isRedirected = turn > 0
            guard [301, 302, 303, 307, 308].contains(answer.status) else { return answer }
            guard method == .GET || method == .HEAD else {
                throw .malformed(host: repository.host, detail: "it redirects a request that writes")
            }
            headers.remove(name: "authorization")
            address = try target(of: answer, from: address, isBlob: isBlob, for: repository)
        }
        throw .malformed(host: repository.host, detail: "it redirects more than \(Self.maxRedirects) times")
    }

    /// Sends a GET for a large answer, and passes its body on as it arrives; follows redirects like ``send``.
    ///
    /// - Parameters:
    ///   - limit: of the body, in transferred bytes.
    ///   - take: gets the body of a 200, piece by piece; `false` when it wants no more.
    /// - Returns: the answer without that body; of other statuses with its beginning.
    func stream(
        _ address: WebAddress,
        headers: HTTPHeaders,
        for repository: RegistryRepository,
        limit: Int,
        take: @escaping @Sendable ([UInt8]) async -> Bool
    ) async throws(RegistryFailure) -> RegistryAnswer {
        var address = address
        var headers = headers
        for turn in 0...Self.maxRedirects {
            let request = try request(.GET, address, headers: headers, for: repository)
            var answer: RegistryAnswer
            do {
                answer = try await streamed(request, by: client(to: address, for: repository), limit: limit, take: take)
            } catch {
                throw failure(error, to: address, for: repository, limit: limit, within: options.listTimeout)
            }
            answer.isRedirected = turn > 0
            guard [301, 302, 303, 307, 308].contains(answer.status) else { return answer }
            headers.remove(name: "authorization")
            address = try target(of: answer, from: address, isBlob: true, for: repository)
        }
        throw .malformed(host: repository.host, detail: "it redirects more than \(Self.maxRedirects) times")
    }

    private func streamed(
        _ request: HTTPClientRequest,
        by client: HTTPClient,
        limit: Int,
        take: @escaping @Sendable ([UInt8]) async -> Bool
    ) async throws -> RegistryAnswer {
        try await Deadline.within(options.listTimeout) { [options] in
            let deadline = NIODeadline.now() + Self.amount(options.listTimeout)
            let response = try await client.execute(request, deadline: deadline)
            var answer = RegistryAnswer(status: Int(response.status.code), headers: response.headers, body: [])
            guard response.status == .ok else {
                // For a refusal, the beginning is enough.
                let body = try await response.body.collect(upTo: OCIRegistryClient.maxManifestBytes)
                answer.body = Array(body.readableBytesView)
                return answer
            }
            var count = 0
            for try await part in response.body {
                count += part.readableBytes
                guard count <= limit else { throw NIOTooManyBytesError(maxBytes: limit) }
                guard await take(Array(part.readableBytesView)) else { break }
            }
            return answer
        }
    }

    /// The client that may connect to an address.
    func client(to address: WebAddress, for repository: RegistryRepository) -> HTTPClient {
        repository.mayHaveAnyAddress(address) ? client : publicClient
    }

    func target(
        of answer: RegistryAnswer,
        from address: WebAddress,
        isBlob: Bool,
        for repository: RegistryRepository
    ) throws(RegistryFailure) -> WebAddress {
        let host = repository.host
        guard let location = answer.headers.first(name: "location"), let next = address.resolving(location) else {
            throw .malformed(host: host, detail: "it redirects to an address that is not valid")
        }
        guard repository.trust.follows(from: address, to: next, isBlob: isBlob) else {
            throw .notAllowed(
                host: host,
                detail: "redirects to \(next.authority), where a request must not go",
                hint: isBlob && next.isSecure ? repository.trust.advice(on: next) : nil
            )
        }
        return next
    }

    func request(
        _ method: HTTPMethod,
        _ address: WebAddress,
        headers: HTTPHeaders,
        for repository: RegistryRepository
    ) throws(RegistryFailure) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.text)
        request.method = method
        request.headers = headers
        request.headers.replaceOrAdd(name: "user-agent", value: "hoistway")
        if address.isSecure { request.tlsConfiguration = try tls(to: address, for: repository) }
        return request
    }

    private func exchange(
        _ request: HTTPClientRequest,
        to address: WebAddress,
        for repository: RegistryRepository,
        limit: Int
    ) async throws(RegistryFailure) -> RegistryAnswer {
        let client = client(to: address, for: repository)
        do {
            do {
                return try await exchange(request, by: client, limit: limit)
            } catch let error as HTTPClientError where error == .remoteConnectionClosed {
                // The server closed a kept connection just when it was used again: a repetition is harmless.
                return try await exchange(request, by: client, limit: limit)
            }
        } catch {
            throw failure(error, to: address, for: repository, limit: limit)
        }
    }

    private func exchange(
        _ request: HTTPClientRequest,
        by client: HTTPClient,
        limit: Int
    ) async throws -> RegistryAnswer {
        // The client's own deadline ends with the head: without this one, a very slow body would take for ever.
        try await Deadline.within(options.requestTimeout) { [options] in
            let deadline = NIODeadline.now() + Self.amount(options.requestTimeout)
            let response = try await client.execute(request, deadline: deadline)
            let hasBody = request.method != .HEAD
            let body = hasBody ? Array(try await response.body.collect(upTo: limit).readableBytesView) : []
            return RegistryAnswer(status: Int(response.status.code), headers: response.headers, body: body)
        }
    }

    private func tls(
        to address: WebAddress,
        for repository: RegistryRepository
    ) throws(RegistryFailure) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let file = options.certificateFiles[repository.host] {
            let certificates = try certificates(in: file, host: repository.host)
            if repository.isServed(by: address) {
                configuration.trustRoots = .certificates(certificates)
            } else {
                // A token server or a blob store may have a public certificate.
                configuration.additionalTrustRoots = [.certificates(certificates)]
            }
        }
        if repository.skipsVerification { configuration.certificateVerification = .none }
        return configuration
    }

    private func certificates(in file: String, host: String) throws(RegistryFailure) -> [NIOSSLCertificate] {
        if let known = certificates.withLock({ $0[host] }) { return known }
        do {
            let read = try NIOSSLCertificate.fromPEMFile(file)
            certificates.withLock { $0[host] = read }
            return read
        } catch {
            throw .unreachable(
                host: host,
                detail: "its certificate file \(file) cannot be read: \(PlainError.text(of: error))"
            )
        }
    }

    /// - Parameter address: the address of the request.
    func failure(
        _ error: any Error,
        to address: WebAddress,
        for repository: RegistryRepository,
        limit: Int,
        within time: Duration? = nil
    ) -> RegistryFailure {
        let host = repository.host
        if error is DeadlineExceeded {
            return .unreachable(host: host, detail: "no whole answer within \(time ?? options.requestTimeout)")
        }
        if let error = error as? PublicAddress.Refusal {
            guard address.host == repository.root.host else {
                return .notAllowed(
                    host: host,
                    detail: "leads to \(address.authority), which has a \(error.reach.rawValue) address",
                    hint: repository.trust.advice(on: address)
                )
            }
            return .notAllowed(host: host, detail: error.words, hint: PublicAddress.Refusal.hint(on: host))
        }
        if error is NIOTooManyBytesError {
            return .malformed(host: host, detail: "its answer has more than \(limit) bytes")
        }
        switch error as? HTTPClientError {
        case .connectTimeout?:
            return .unreachable(host: host, detail: "no connection within \(options.connectTimeout)")
        case .readTimeout?, .writeTimeout?, .deadlineExceeded?, .getConnectionFromPoolTimeout?:
            return .unreachable(host: host, detail: "no answer within \(options.requestTimeout)")
        default: return .unreachable(host: host, detail: ConnectionWords.words(for: error, host: host))
        }
    }

    static func amount(_ duration: Duration) -> TimeAmount {
        let (seconds, attoseconds) = duration.components
        return .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
