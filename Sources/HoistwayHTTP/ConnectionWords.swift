import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Describes in plain words why a connection failed, and what to do, instead of a library's own text.
package enum ConnectionWords {
    /// What to do, in terms of the configuration of the connection.
    package struct Advice: Sendable {
        /// For a proxy that does not work.
        package var proxy: String
        /// For a certificate that is not trusted; `nil`: the caller gives the advice.
        package var authority: String?

        package init(proxy: String, authority: String?) {
            self.proxy = proxy
            self.authority = authority
        }

        /// Advice for a Git host or a registry.
        package static let host = Advice(
            proxy: "check hosts[].proxy",
            authority: "name the file of its authority as caFile of this host"
        )
    }

    /// The part of a sentence after "… did not answer: ".
    ///
    /// - Parameters:
    ///   - host: the host of the request, with its port if one is given.
    ///   - proxy: `host:port` of the proxy in between.
    package static func words(
        for error: any Error,
        host: String,
        proxy: String? = nil,
        advice: Advice = .host
    ) -> String {
        switch error {
        case is CancellationError: "the request was cancelled"
        case let error as HTTPClientError: words(for: error, host: host, proxy: proxy, advice)
        case let error as NIOConnectionError: words(for: error, proxy: proxy, advice)
        case let error as IOError: words(for: error.errnoCode, at: proxy ?? host, proxy: proxy, advice)
        case let error as HTTPParserError: words(for: error, at: proxy.map { "the proxy \($0)" } ?? host)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: tlsWords(for: error, host: host, advice)
        default: "the connection failed"
        }
    }

    /// Whether nothing can have been sent, since there was no connection.
    package static func isUnconnected(_ error: any Error) -> Bool {
        if error is NIOConnectionError || (error as? HTTPClientError) == .connectTimeout { return true }
        return [ECONNREFUSED, ENETUNREACH, EHOSTUNREACH].contains((error as? IOError)?.errnoCode)
    }

    private static func words(
        for error: HTTPClientError,
        host: String,
        proxy: String?,
        _ advice: Advice
    ) -> String {
        let through = proxy.map { "the proxy \($0)" } ?? host
        switch error {
        case .cancelled: return "the request was cancelled"
        case .connectTimeout:
            return "no connection to \(through) was made in time: check the network, its firewalls, "
                + "and that an https port speaks TLS"
        case .remoteConnectionClosed: return "\(through) closed the connection before it had answered"
        case .proxyAuthenticationRequired:
            return "\(through) wants a login (407), and proxies with a login are not supported"
        case .invalidProxyResponse:
            return "\(through) does not let a connection to \(host) through (it refused CONNECT): check its rules"
        case .httpProxyHandshakeTimeout: return "\(through) did not answer in time: \(advice.proxy)"
        case .tlsHandshakeTimeout: return "\(host) did not finish the TLS handshake in time: does that port speak TLS?"
        case .readTimeout, .writeTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout:
            return "no answer came in time"
        default: return "the request failed (\(error.shortDescription))"
        }
    }

    private static func words(for error: NIOConnectionError, proxy: String?, _ advice: Advice) -> String {
        let place = "\(error.host):\(error.port)"
        guard let first = error.connectionErrors.first else {
            let what = proxy == nil ? "the host name \(error.host)" : "the proxy's host name \(error.host)"
            return "\(what) is not known: check its spelling and the DNS of this machine"
        }
        if let code = (first.error as? IOError)?.errnoCode {
            return words(for: code, at: place, proxy: proxy, advice)
        }
        if case .connectTimeout? = first.error as? ChannelError {
            return "no connection to \(proxy.map { "the proxy \($0)" } ?? place) was made in time: "
                + "check the network and its firewalls"
        }
        return "no connection to \(place) can be made"
    }

    private static func words(for code: CInt, at place: String, proxy: String?, _ advice: Advice) -> String {
        let place = proxy == nil ? place : "the proxy \(place)"
        let advice = proxy == nil ? "is the port right, and does the server run?" : advice.proxy
        return switch code {
        case 111: "\(place) refused the connection: nobody listens on that port (\(advice))"
        case 101, 113: "there is no route to \(place): check the network of this machine"
        case 110: "no connection to \(place) was made in time: check the network and its firewalls"
        case 104, 32: "\(place) closed the connection (\(advice))"
        default: "the connection to \(place) failed: \(IOError(errnoCode: code, reason: "connecting").description)"
        }
    }

    /// The answer is not HTTP, or is incomplete: the parser's error names do not help people.
    private static func words(for error: HTTPParserError, at place: String) -> String {
        switch error {
        case .invalidEOFState, .closedConnection: "\(place) closed the connection in the middle of its answer"
        case .headerOverflow: "\(place) sent more header fields than are accepted"
        case .invalidContentLength, .unexpectedContentLength, .invalidChunkSize:
            "\(place) sent an answer whose length is not valid in HTTP"
        case .invalidHeaderToken: "\(place) sent a header field that is not valid in HTTP"
        default: "\(place) sent an answer that is not HTTP: is it the right port, and http rather than https?"
        }
    }

    /// OpenSSL's errors only differ by their names, which are only in the description.
    private static func tlsWords(for error: any Error, host: String, _ advice: Advice) -> String {
        let text = String(describing: error)
        if text.contains("CERTIFICATE_VERIFY_FAILED") || text.contains("unableToValidateCertificate") {
            return "the certificate of \(host) is not trusted\(advice.authority.map { ": \($0)" } ?? "")"
        }
        if text.contains("failedToValidateHostname") {
            return "the certificate of \(host) is for another host name: use the name that it is made for"
        }
        if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") || text.contains("PACKET_LENGTH") {
            return "\(host) does not speak TLS on this port: is it http instead of https?"
        }
        if text.contains("PROTOCOL_VERSION") || text.contains("UNSUPPORTED_PROTOCOL") {
            return "\(host) offers only versions of TLS that are too old"
        }
        if text.contains("uncleanShutdown") || text.contains("eofDuringHandshake") {
            return "\(host) closed the connection during the TLS handshake"
        }
        if text.contains("ALERT") || text.contains("HANDSHAKE_FAILURE") {
            return "\(host) refused the TLS handshake: it may want a certificate of the client, or other ciphers"
        }
        return "the TLS handshake with \(host) failed"
    }
}
