import NIOCore
import NIOHTTP1
import NIOPosix

/// A client that sends a request and never reads what is answered.
struct SilentReader {
    private let channel: any Channel

    static func open(port: Int, path: String, token: String) async throws -> SilentReader {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(ChannelOptions.autoRead, value: false)
            .channelOption(ChannelOptions.socketOption(.so_rcvbuf), value: 4096)
            .connect(host: "127.0.0.1", port: port)
            .get()
        let head = "GET \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n\r\n"
        try await channel.writeAndFlush(ByteBuffer(string: head)).get()
        return SilentReader(channel: channel)
    }

    /// The other side may have closed it already.
    func close() async throws { try? await channel.close().get() }
}
