package import Hummingbird
package import NIOCore

/// What the console knows of a request on its way.
package struct ConsoleContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Set by whoever has found out who asks; routes behind it find it there.
    private(set) var admitted: Caller?

    /// Names this request in the answer's `X-Request-Id`, in problems and in the log.
    package let requestID: String

    /// The other end of the connection: a proxy's, where there is one.
    package let peer: SocketAddress?
    /// The connection.
    let channel: any Channel

    package init(source: Source) {
        channel = source.channel
        requestID = String(UInt64.random(in: .min ... .max), radix: 36)
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress
    }

    package func caller() throws -> Caller {
        guard let admitted else { throw APIError.unauthenticated }
        return admitted
    }

    package func admitting(_ caller: Caller) -> ConsoleContext {
        var copy = self
        copy.admitted = caller
        return copy
    }
}
