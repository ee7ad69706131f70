import AsyncHTTPClient
import HoistwayCrypto
import HoistwayHTTP
import HoistwayPorts
import NIOCore
import NIOHTTP1
import Synchronization

/// Smart HTTP: a GET for the greeting, a POST for each request.
///
/// The greeting of a v2 server is requested once: it lists only abilities. That of a push is requested again only after
/// a while or after problems: a push needs only its abilities, and the server itself compares the refs. Connections are
/// shared with other repositories: see ``SharedHTTPClients``.
final class HTTPConnector: GitConnector {
    private struct State {
        var base: HTTPAddress
        var greeting: Greeting?
        var pushGreeting: PushGreeting?
        var login: GitTransportOptions.Login?
        var statistics = TransportStatistics()
        /// `nil` once it was closed.
        var client: SharedHTTPClient?
    }

    /// The abilities of a receive-pack, without its refs.
    private struct PushGreeting {
        var greeting: Greeting
        var until: ContinuousClock.Instant
    }

    /// How long the abilities of a receive-pack are valid: after an upgrade it may be another program.
    private static let pushGreetingLife = Duration.seconds(600)

    let url: String
    private let options: GitTransportOptions
    private let state: Mutex<State>

    init(_ address: HTTPAddress, options: GitTransportOptions) throws(GitFailure) {
        url = address.text
        self.options = options
        let clients = options.httpClients ?? SharedHTTPClients()
        state = Mutex(
            State(
                base: address,
                client: try clients.client(options, url: address.text, isSecure: address.isSecure)
            )
        )
    }

    var statistics: TransportStatistics { state.withLock(\.statistics) }

    func open(_ purpose: SessionPurpose) async throws(GitFailure) -> any GitSession {
        HTTPSession(purpose: purpose, connector: self)
    }

    func preparePush() async {
        // The push sends this request again, and reports a refusal itself.
        _ = try? await greeting(for: .push)
    }

    func close() async { state.withLock { $0.client = nil } }

    /// The greeting: for a fetch a stored one is enough; for refs only a stored one of v2, which has no refs.
    func greeting(for purpose: SessionPurpose) async throws(GitFailure) -> Greeting {
        if let known = knownGreeting(for: purpose) { return known }
        let answer = try await get(purpose.service)
        let reader = PacketReader(answer, url: url, limit: options.maxRefBytes, count: received)
        let greeting = try await Greeting.read(from: reader, url: url)
        await reader.drain()
        state.withLock { state in
            guard purpose == .push else {
                state.greeting = greeting
                return
            }
            state.pushGreeting = PushGreeting(
                greeting: greeting.withoutRefs,
                until: .now + Self.pushGreetingLife
            )
        }
        return greeting
    }

    private func knownGreeting(for purpose: SessionPurpose) -> Greeting? {
        state.withLock { state in
            switch purpose {
            case .push: state.pushGreeting.flatMap { $0.until > .now ? $0.greeting : nil }
            case .fetch: state.greeting
            case .refs: state.greeting.flatMap { $0.version == .two ? $0 : nil }
            }
        }
    }

    /// After a failure the server may be another one: its greeting is requested again.
    func forgetGreeting() {
        state.withLock { state in
            state.greeting = nil
            state.pushGreeting = nil
        }
    }

    func post(
        _ service: GitService,
        body: [[UInt8]],
        limit: Int,
        canRepeat: Bool
    ) async throws(GitFailure) -> PacketReader {
        let base = state.withLock(\.base)
        var request = request(for: "\(base.text)/\(service.rawValue)")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/x-\(service.rawValue)-request")
        request.headers.add(name: "accept", value: "application/x-\(service.rawValue)-result")
        var buffer = ByteBuffer()
        for part in body { buffer.writeBytes(part) }
        let size = buffer.readableBytes
        state.withLock { $0.statistics.bytesSent += size }
        request.body = .bytes(buffer)
        let answer = try await send(&request, service: service, canRepeat: canRepeat)
        try check(answer, service: service, part: "result")
        return PacketReader(answer, url: url, limit: limit, count: received)
    }

    /// `info/refs`, with redirects within the host.
    private func get(_ service: GitService) async throws(GitFailure) -> HTTPAnswer {
        var base = state.withLock(\.base)
        for _ in 0...3 {
            var request = request(for: "\(base.text)/info/refs?service=\(service.rawValue)")
            let answer = try await send(&request, service: service, canRepeat: true, base: base)
            guard answer.isRedirect else {
                try await checkGreeting(answer, service: service)
                state.withLock { $0.base = base }
                return answer
            }
            base = try HTTPRedirect.follow(answer.location, from: base, service: service, url: url)
            await answer.drain()
        }
        throw .notARepository(url: url, detail: "it redirects again and again")
    }

    private func send(
        _ request: inout HTTPClientRequest,
        service: GitService,
        canRepeat: Bool,
        base: HTTPAddress? = nil
    ) async throws(GitFailure) -> HTTPAnswer {
        request.headers.add(name: "user-agent", value: "git/\(Agent.name)")
        // A receive-pack does not support v2.
        if service == .uploadPack { request.headers.add(name: "git-protocol", value: "version=2") }
        let base = base ?? state.withLock(\.base)
        var login = try await options.login(for: .http(base), refused: nil)
        for isLast in [false, true] {
            if let login {
                request.headers.remove(name: "authorization")
                request.setBasicAuth(username: login.username, password: login.password.revealText())
            }
            let trial = try await options.begin(login, at: base.place, repository: url)
            let answer: HTTPAnswer
            do throws(GitFailure) {
                answer = try await perform(request, canRepeat: canRepeat)
            } catch {
                trial?.end(.unknown)
                throw error
            }
            if answer.isSuccess || answer.isRedirect {
                trial?.end(answer.isSuccess ? .accepted : .unknown)
                return answer
            }
            let failure = await HTTPFailures.failure(answer, url: url, login: login)
            if answer.status == .unauthorized, case .unauthorized(_, let words) = failure {
                trial?.end(.refused(words))
            } else {
                trial?.end(.unknown)
            }
            // A token may become invalid before its time: another one is requested, once.
            guard case .unauthorized = failure, answer.status == .unauthorized, !isLast, let refused = login,
                let renewed = try await options.login(for: .http(base), refused: refused), renewed != refused
            else { throw failure }
            login = renewed
        }
        throw .unauthorized(url: url, detail: "it refused a second token")
    }

    private func perform(
        _ request: HTTPClientRequest,
        canRepeat: Bool
    ) async throws(GitFailure) -> HTTPAnswer {
        state.withLock { $0.statistics.roundTrips += 1 }
        let begun = ContinuousClock.now
        do {
            return HTTPAnswer(try await execute(request), url: url, idleTimeout: options.idleTimeout)
        } catch {
            // A kept connection that the server closed meanwhile.
            let isStale = canRepeat && HTTPFailures.isStaleConnection(error)
            // If one connection cannot be made, the client fails every request that waits for one, also those of other
            // repositories.
            let mayBeOthers =
                ConnectionWords.isUnconnected(error) && ContinuousClock.now - begun < options.connectTimeout / 2
            guard isStale || mayBeOthers else {
                throw HTTPFailures.failure(error, url: url, options: options)
            }
        }
        do {
            return HTTPAnswer(try await execute(request), url: url, idleTimeout: options.idleTimeout)
        } catch {
            throw HTTPFailures.failure(error, url: url, options: options)
        }
    }

    private func execute(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        guard let client = state.withLock(\.client) else { throw HTTPClientError.alreadyShutdown }
        return try await client.execute(request)
    }

    /// Plain http through a proxy is requested from the proxy itself.
    private func request(for address: String) -> HTTPClientRequest {
        guard let proxy = options.proxy, address.hasPrefix("http://") else { return HTTPClientRequest(url: address) }
        return PlainProxy.request(for: address, proxy: proxy.text)
    }

    private func checkGreeting(_ answer: HTTPAnswer, service: GitService) async throws(GitFailure) {
        do throws(GitFailure) {
            try check(answer, service: service, part: "advertisement")
        } catch {
            guard answer.contentType != "text/html", await answer.listsRefs() else { throw error }
            throw .notARepository(
                url: url,
                detail: "it only serves a repository's files (\"dumb HTTP\"): the server needs git http-backend, "
                    + "or another program that speaks Git's smart protocol"
            )
        }
    }

    private func check(_ answer: HTTPAnswer, service: GitService, part: String) throws(GitFailure) {
        let expected = "application/x-\(service.rawValue)-\(part)"
        guard answer.contentType != expected else { return }
        guard answer.contentType != "text/html" else {
            throw .notARepository(
                url: url,
                detail: "it answered with a page for browsers, which may be a page to log in"
            )
        }
        throw .notARepository(
            url: url,
            detail: "it answered with \(ServerWords.clean(answer.contentType ?? "no content type")), not \(expected)"
        )
    }

    private var received: @Sendable (Int) -> Void {
        { [self] count in state.withLock { $0.statistics.bytesReceived += count } }
    }
}

/// One conversation over HTTP: it has no state between its requests.
private final class HTTPSession: GitSession {
    private let purpose: SessionPurpose
    private let connector: HTTPConnector

    init(purpose: SessionPurpose, connector: HTTPConnector) {
        self.purpose = purpose
        self.connector = connector
    }

    func greeting() async throws(GitFailure) -> Greeting {
        try await connector.greeting(for: purpose)
    }

    func exchange(_ request: [[UInt8]], limit: Int, canRepeat: Bool) async throws(GitFailure) -> PacketReader {
        try await connector.post(purpose.service, body: request, limit: limit, canRepeat: canRepeat)
    }

    func end(_ ending: SessionEnding) async {
        if ending == .broken || ending == .doubted { connector.forgetGreeting() }
    }
}
