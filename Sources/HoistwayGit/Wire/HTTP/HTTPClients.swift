import AsyncHTTPClient
import HoistwayHTTP
import HoistwayModel
import HoistwayPorts
import NIOCore
import NIOSSL

/// Makes the clients of Git's transports.
enum HTTPClients {
    /// - Parameter isSecure: whether its requests are for https: only these go through a proxy's tunnel.
    static func make(_ options: GitTransportOptions, url: String, isSecure: Bool) throws(GitFailure) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = try tls(options, url: url)
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(
            connect: amount(options.connectTimeout),
            read: amount(options.idleTimeout)
        )
        // Shorter than the keep-alive of the usual servers (nginx: 75 s), so that they seldom close first.
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.retryConnectionEstablishment = false
        // All repositories of a host share it: some that answer slowly must not hold up the others.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 512
        configuration.httpVersion = .http1Only
        if isSecure {
            configuration.proxy = options.proxy.map { .server(host: $0.host, port: $0.port) }
        } else if options.proxy != nil {
            configuration.http1_1ConnectionDebugInitializer = PlainProxy.initializer
        }
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    private static func tls(_ options: GitTransportOptions, url: String) throws(GitFailure) -> TLSConfiguration {
        var configuration = SystemTrust.clientConfiguration()
        if let file = options.caFile {
            do {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file))
            } catch {
                throw .local(
                    operation: "reading the certificates for \(url)",
                    detail: "\(file) cannot be read as certificates in PEM form: \(PlainError.text(of: error))"
                )
            }
        }
        if options.insecureSkipTLSVerify { configuration.certificateVerification = .none }
        return configuration
    }

    private static func amount(_ duration: Duration) -> TimeAmount {
        let (seconds, attoseconds) = duration.components
        return .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
