import NIOCore

/// Reports received bytes to the connection: the HTTP decoder reports whole headers only, and a client that sends one
/// byte a second must not look idle.
final class ByteWatcher: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: ReceiverConnection

    init(_ connection: ReceiverConnection) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard connection.bytesArrived(unwrapInboundIn(data).readableBytes) else { return }
        context.fireChannelRead(data)
    }
}
