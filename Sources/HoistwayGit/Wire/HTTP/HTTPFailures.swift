import AsyncHTTPClient
import FoundationEssentials
import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import NIOCore
import NIOHTTP1

/// Turns what goes wrong over HTTP into the failures that the engine knows.
enum HTTPFailures {
    static func failure(
        _ answer: HTTPAnswer,
        url: String,
        service: GitService,
        login: GitTransportOptions.Login?
    ) async -> GitFailure {
        let said = await words(of: answer, hiding: login)
        let detail = said.isEmpty ? "\(answer.status.code) \(answer.status.reasonPhrase)" : said
        switch answer.status.code {
        case 401:
            let reason = login == nil ? "it wants credentials and there are none" : detail
            return .unauthorized(url: url, detail: reason)
        case 403:
            if isLimit(answer) { return .limited(url: url, after: pause(answer)) }
            return service == .receivePack
                ? .refused(url: url, words: detail) : .unauthorized(url: url, detail: detail)
        case 404, 410: return .notFound(url: url)
        case 407: return .unreachable(url: url, detail: "the proxy wants credentials")
        case 413: return .refused(url: url, words: "the push is larger than it takes (413)")
        case 429: return .limited(url: url, after: pause(answer))
        default: return .serverError(url: url, status: Int(answer.status.code), detail: detail)
        }
    }

    static func failure(_ error: any Error, url: String, options: GitTransportOptions) -> GitFailure {
        if error as? HTTPClientError == .connectTimeout {
            return .timedOut(url: url, seconds: Int(options.connectTimeout.components.seconds))
        }
        return failure(error, url: url, idleTimeout: options.idleTimeout)
    }

    static func failure(_ error: any Error, url: String, idleTimeout: Duration) -> GitFailure {
        if let failure = error as? GitFailure { return failure }
        if error is CancellationError { return .unreachable(url: url, detail: "the request was cancelled") }
        guard let error = error as? HTTPClientError else {
            // The error of a refused or unresolved connection names only host, port and reason.
            let words = ServerWords.clean(String(describing: error))
            guard !words.contains("CERTIFICATE_VERIFY_FAILED") else {
                return .unreachable(url: url, detail: "its certificate is not trusted; name its authority's caFile")
            }
            return .unreachable(url: url, detail: words)
        }
        switch error {
        case .readTimeout, .writeTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout:
            return .timedOut(url: url, seconds: Int(idleTimeout.components.seconds))
        case .cancelled: return .unreachable(url: url, detail: "the request was cancelled")
        default: return .unreachable(url: url, detail: error.shortDescription)
        }
    }

    static func isStaleConnection(_ error: any Error) -> Bool {
        if error as? HTTPClientError == .remoteConnectionClosed { return true }
        guard let error = error as? IOError else { return false }
        return error.errnoCode == 104 || error.errnoCode == 32
    }

    /// The beginning of a plain-text answer; a page for a browser says nothing that is of use.
    private static func words(of answer: HTTPAnswer, hiding login: GitTransportOptions.Login?) async -> String {
        var bytes: [UInt8] = []
        while bytes.count < WireLimits.errorBody, let more = try? await answer.next() { bytes += more }
        await answer.drain()
        guard answer.contentType?.hasPrefix("text/plain") == true else { return "" }
        let text = ServerWords.clean(String(decoding: bytes.prefix(WireLimits.errorBody), as: UTF8.self))
        return ServerWords.hide(login?.password, in: text)
    }

    private static func isLimit(_ answer: HTTPAnswer) -> Bool {
        answer.headers.contains(name: "retry-after") || answer.headers.first(name: "x-ratelimit-remaining") == "0"
    }

    private static func pause(_ answer: HTTPAnswer) -> Duration? {
        let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        return answer.headers.first(name: "retry-after").flatMap {
            RetryAfter.pause($0, now: now, limit: 24 * 60 * 60)
        }
    }
}
