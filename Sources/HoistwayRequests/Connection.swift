import AsyncHTTPClient
import HoistwayHTTP
import HoistwayModel
import HoistwayPorts
import NIOCore
import NIOSSL

/// The target of one connection: this address of that host, whatever its name resolves to later.
struct Connection {
    /// The host of the server, or of the proxy.
    let host: String
    let pinned: ResolvedAddress
    let proxy: WebAddress?

    func configuration(for request: StepHTTPRequest) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout = .init(connect: .seconds(10))
        var tls = SystemTrust.clientConfiguration()
        if request.skipsVerification { tls.certificateVerification = .none }
        configuration.tlsConfiguration = tls
        guard let proxy else {
            configuration.dnsOverride = [host: pinned.text]
            configuration.http1_1ConnectionDebugInitializer = guarding()
            return configuration
        }
        if request.address.isSecure {
            // The client does not use `dnsOverride` for its proxy's name.
            configuration.proxy = .server(host: pinned.text, port: proxy.effectivePort)
            return configuration
        }
        configuration.dnsOverride = [host: pinned.text]
        let absolute = PlainProxy.initializer
        let guarding = guarding()
        configuration.http1_1ConnectionDebugInitializer = { channel in
            guarding(channel).flatMap { absolute(channel) }
        }
        return configuration
    }

    /// Refuses a connection to another address, before anything is sent over it.
    private func guarding() -> @Sendable (any Channel) -> EventLoopFuture<Void> {
        { [pinned] channel in
            guard channel.remoteAddress?.ipAddress == pinned.text else {
                return channel.eventLoop.makeFailedFuture(ConnectedElsewhere())
            }
            return channel.eventLoop.makeSucceededVoidFuture()
        }
    }
}

/// The client has connected to an address that was not checked.
struct ConnectedElsewhere: Error {}
