package import Hummingbird
package import NIOCore

/// The connection of a request, for what must end when its client leaves.
package struct ClientConnection: Sendable {
    let channel: any Channel

    /// Calls once, when the connection is closed from either end.
    ///
    /// A client that closes its half has left: nothing it could still want would reach it otherwise before a write.
    /// Where that cannot be set, a write finds it out later.
    package func whenClosed(_ act: @escaping @Sendable () -> Void) async {
        try? await channel.setOption(ChannelOptions.allowRemoteHalfClosure, value: false).get()
        channel.closeFuture.whenComplete { _ in act() }
    }
}

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
