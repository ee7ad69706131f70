import AsyncHTTPClient
import FoundationEssentials
import HoistwayHTTP
import HoistwayModel
import HoistwayPorts
import NIOCore
import NIOHTTP1

/// Turns HTTP errors into failures of the engine.
enum HTTPFailures {
    static func failure(
        _ answer: HTTPAnswer,
        url: String,
        login: GitTransportOptions.Login?
    ) async -> GitFailure {
        let said = await words(of: answer)
        let detail = said.isEmpty ? "\(answer.status.code) \(answer.status.reasonPhrase)" : said
        // Used where the status is already in front of it.
        let words = said.isEmpty ? answer.status.reasonPhrase : said
        switch answer.status.code {
        case 401:
            let reason =
                login == nil ? "it asks for a login, and the project has no Secret for this repository" : detail
            return .unauthorized(url: url, detail: reason)
        case 403:
            if isLimit(answer.headers) { return .limited(url: url, after: pause(answer.headers)) }
            return .unauthorized(url: url, detail: detail)
        case 404, 410: return .notFound(url: url)
        case 407:
            return .unreachable(
                url: url,
                detail: "the proxy wants a login (407), and proxies with a login are not supported"
            )
        case 413: return .packRefused(url: url, words: "the push is larger than it takes (413)")
        case 429: return .limited(url: url, after: pause(answer.headers))
        default:
            if answer.status.code >= 500, let pause = pause(answer.headers) {
                return .busy(url: url, status: Int(answer.status.code), after: pause, detail: words)
            }
            return .serverError(url: url, status: Int(answer.status.code), detail: words)
        }
    }

    static func failure(_ error: any Error, url: String, options: GitTransportOptions) -> GitFailure {
        if error as? HTTPClientError == .connectTimeout {
            return .timedOut(url: url, seconds: Int(options.connectTimeout.components.seconds))
        }
        return failure(error, url: url, idleTimeout: options.idleTimeout, proxy: options.proxy)
    }

    static func failure(
        _ error: any Error,
        url: String,
        idleTimeout: Duration,
        proxy: GitTransportOptions.Proxy? = nil
    ) -> GitFailure {
        if let failure = error as? GitFailure { return failure }
        switch error as? HTTPClientError {
        case .readTimeout?, .writeTimeout?, .deadlineExceeded?, .getConnectionFromPoolTimeout?:
            return .timedOut(url: url, seconds: Int(idleTimeout.components.seconds))
        default:
            return .unreachable(
                url: url,
                detail: ConnectionWords.words(for: error, host: host(of: url), proxy: proxy?.text)
            )
        }
    }

    /// The host of a URL for people, with its port.
    private static func host(of url: String) -> String {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        return String(rest.prefix { $0 != "/" })
    }

    static func isStaleConnection(_ error: any Error) -> Bool {
        if error as? HTTPClientError == .remoteConnectionClosed { return true }
        guard let error = error as? IOError else { return false }
        return error.errnoCode == 104 || error.errnoCode == 32
    }

    /// The beginning of an answer in plain text or JSON; a page for browsers has no useful text.
    private static func words(of answer: HTTPAnswer) async -> String {
        var bytes: [UInt8] = []
        while bytes.count < WireLimits.errorBody, let more = try? await answer.next() { bytes += more }
        let isWhole = bytes.count < WireLimits.errorBody
        await answer.drain()
        guard ["text/plain", "application/json"].contains(answer.contentType) else { return "" }
        let text = String(decoding: bytes.prefix(WireLimits.errorBody), as: UTF8.self)
        return ServerWords.clean(isWhole ? text : text + "…")
    }

    static func isLimit(_ headers: HTTPHeaders) -> Bool {
        headers.contains(name: "retry-after") || headers.first(name: "x-ratelimit-remaining") == "0"
    }

    static func pause(_ headers: HTTPHeaders) -> Duration? {
        let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        return headers.first(name: "retry-after").flatMap { RetryAfter.pause($0, now: now) }
    }
}
