import AsyncHTTPClient
package import HoistwayCrypto
import HoistwayHTTP
package import HoistwayModel
package import HoistwayPorts
import NIOCore
import NIOHTTP1
import Synchronization

/// Sends notices to webhooks.
///
/// Safe to use from any task. Each call is one request: it is not repeated here, no redirect is followed, certificates
/// are verified, and the answer is read up to a limit and dropped. No error names a URL, since it may hold a token.
package final class WebhookNotifier: Notifier {
    /// From the start of a request to the end of its answer, in seconds.
    package static let timeout: Int64 = 10
    /// Number of bytes of an answer that are read.
    static let maxAnswerBytes = 64 * 1024

    private struct State {
        var targets: [String: NotifyTarget]
        var publicURL: String?
    }

    private let state: Mutex<State>
    private let client: HTTPClient
    private let clock: any WallClock
    private let version: String
    private let redactor: Redactor
    private let timeout: Int64

    /// - Parameters:
    ///   - redactor: gets every secret that is sent.
    ///   - timeout: from the beginning of a request to the end of its answer, in seconds.
    package init(
        targets: [NotifyTarget],
        publicURL: String?,
        clock: any WallClock,
        version: String,
        redactor: Redactor = Redactor(),
        timeout: Int64 = WebhookNotifier.timeout
    ) {
        state = Mutex(State(targets: Self.byName(targets), publicURL: publicURL))
        self.clock = clock
        self.version = version
        self.redactor = redactor
        self.timeout = timeout
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(connect: .seconds(5), read: .seconds(timeout))
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        // For an owner that was cancelled before it could close: a client must be shut down before it is released.
        client.shutdown { _ in }
    }

    package func shutdown() async {
        // It throws only where it is already shut down, which is fine.
        try? await client.shutdown()
    }

    /// Takes effect with the next notice.
    package func replace(targets: [NotifyTarget], publicURL: String?) {
        state.withLock { $0 = State(targets: Self.byName(targets), publicURL: publicURL) }
    }

    private static func byName(_ targets: [NotifyTarget]) -> [String: NotifyTarget] {
        Dictionary(targets.map { ($0.name, $0) }) { _, last in last }
    }

    package func send(_ notice: Notice) async throws(NotifyFailure) {
        let (target, publicURL) = state.withLock { ($0.targets[notice.target], $0.publicURL) }
        guard let target else { throw .unknownTarget(notice.target) }
        redactor.add(target.url)
        if let secret = target.secret { redactor.add(secret) }
        let request: HTTPClientRequest
        do {
            request = try self.request(notice, to: target, publicURL: publicURL)
        } catch {
            throw .unreachable(
                target: target.name,
                detail: "the message could not be made: \(PlainError.text(of: error))"
            )
        }
        let (status, pause) = try await answer(to: request, of: target.name)
        switch status {
        case 200..<300: return
        case 429: throw .limited(target: target.name, after: pause)
        default: throw .refused(target: target.name, status: status)
        }
    }

    private func request(_ notice: Notice, to target: NotifyTarget, publicURL: String?) throws -> HTTPClientRequest {
        let text = NoticeText(occurrence: notice.occurrence, publicURL: publicURL)
        let body =
            switch target.format {
            case .generic: try GenericMessage(notice, text).bytes
            case .slack: try SlackMessage(text).bytes
            }
        var request = HTTPClientRequest(url: target.url.revealText())
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "hoistway/\(version)")
        request.headers.add(name: "Hoistway-Event", value: notice.occurrence.event.rawValue)
        if let secret = target.secret {
            let headers = try NoticeSignature.headers(id: notice.id, body: body, secret: secret, at: clock.now())
            for (name, value) in headers { request.headers.add(name: name, value: value) }
        } else {
            request.headers.add(name: "webhook-id", value: notice.id)
        }
        request.body = .bytes(ByteBuffer(bytes: body))
        return request
    }

    private func answer(
        to request: HTTPClientRequest,
        of target: String
    ) async throws(NotifyFailure) -> (status: Int, pause: Duration?) {
        do {
            let answer = try await client.execute(request, timeout: .seconds(timeout))
            let pause = answer.headers.first(name: "retry-after").flatMap {
                RetryAfter.pause($0, now: clock.now())
            }
            var bytes = 0
            for try await part in answer.body {
                bytes += part.readableBytes
                // The rest is dropped with the connection.
                if bytes > Self.maxAnswerBytes { break }
            }
            return (Int(answer.status.code), pause)
        } catch {
            throw .unreachable(target: target, detail: words(for: error))
        }
    }

    /// The library's own message is left out where it could quote the address.
    private func words(for error: any Error) -> String {
        switch error {
        case let error as HTTPClientError where error == .connectTimeout: "no connection within 5 s"
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
            "no answer within \(timeout) s"
        default: ConnectionWords.words(for: error, host: "the host of its url")
        }
    }
}
