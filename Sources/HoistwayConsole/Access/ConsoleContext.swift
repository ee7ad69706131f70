package import Hummingbird
package import NIOCore

/// The connection of a request, for work that must end when the client disconnects.
package struct ClientConnection: Sendable {
    let channel: any Channel

    /// Calls `act` once, when the connection is closed by either side.
    ///
    /// A client that closes its half counts as disconnected: otherwise this would only be noticed at the next write. If
    /// the option cannot be set, a later write notices it.
    package func whenClosed(_ act: @escaping @Sendable () -> Void) async {
        try? await channel.setOption(ChannelOptions.allowRemoteHalfClosure, value: false).get()
        channel.closeFuture.whenComplete { _ in act() }
    }
}

/// The console's data about a request.
package struct ConsoleContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The authenticated caller; later handlers read it here.
    private(set) var admitted: Caller?

    /// Identifies this request in the answer's `X-Request-Id`, in problems and in the log.
    package let requestID: String

    /// The other end of the connection, which may be a proxy.
    package let peer: SocketAddress?
    /// The connection.
    let channel: any Channel

    package var connection: ClientConnection { ClientConnection(channel: channel) }

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
