import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Listens on the loopback interface, and calls a function for each request; a connection has one request at a time.
final class ForgeListener: Sendable {
    typealias Answer = @concurrent @Sendable (ForgeServerRequest) async -> Outcome

    enum Outcome: Sendable {
        case answer(ForgeServerAnswer)
        /// The connection is closed without an answer.
        case cut
    }

    let port: Int
    private let channel: Mutex<(any Channel)?>
    private let connections: OpenConnections

    init(_ answer: @escaping Answer) async throws {
        let connections = OpenConnections()
        // Another process may take the free port before this one does.
        var (listening, port): ((any Channel)?, Int) = (nil, 0)
        for attempt in 1...5 where listening == nil {
            port = try LoopbackPort.free()
            do {
                listening = try await Self.listen(on: port, connections, answer)
            } catch  where attempt < 5 {
                continue
            }
        }
        channel = Mutex(listening)
        self.connections = connections
        self.port = port
    }

    private static func listen(
        on port: Int,
        _ connections: OpenConnections,
        _ answer: @escaping Answer
    ) async throws -> any Channel {
        // These loops never end: an answer may be ready only after the server was stopped.
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                connections.add(channel)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
                    try channel.pipeline.syncOperations.addHandler(ForgeConnection(answer))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    func stop() {
        channel.withLock { $0.take() }?.close(promise: nil)
        connections.closeAll()
    }
}

/// One connection.
private final class ForgeConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let serving: ForgeServing
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    /// Larger bodies end the connection, in bytes.
    private static let maxBody = 4 << 20

    init(_ answer: @escaping ForgeListener.Answer) {
        serving = ForgeServing(answer: answer)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let part):
            body += part.readableBytesView
            if body.count > Self.maxBody { context.close(promise: nil) }
        case .end:
            guard let head else { return }
            self.head = nil
            let request = ForgeServerRequest(
                method: head.method.rawValue,
                target: head.uri,
                headers: Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { $1 },
                body: body
            )
            serving.serve(request, on: context.channel, isKept: head.isKeepAlive)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// Answers requests outside of the event loop, because answers wait for Git.
private struct ForgeServing: Sendable {
    let answer: ForgeListener.Answer

    func serve(_ request: ForgeServerRequest, on channel: any Channel, isKept: Bool) {
        Task {
            switch await answer(request) {
            case .cut: channel.close(promise: nil)
            case .answer(let answer): Self.send(answer, on: channel, isKept: isKept)
            }
        }
    }

    private static func send(_ answer: ForgeServerAnswer, on channel: any Channel, isKept: Bool) {
        let bytes = answer.body?.bytes ?? []
        var headers = HTTPHeaders(answer.headers.map { ($0.key, $0.value) })
        if answer.body != nil { headers.add(name: "content-type", value: "application/json; charset=utf-8") }
        if answer.status != 204 && answer.status != 304 {
            headers.add(name: "content-length", value: String(bytes.count))
        }
        if !isKept { headers.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: answer.status),
            headers: headers
        )
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        if !bytes.isEmpty {
            channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes))), promise: nil)
        }
        let sent = channel.writeAndFlush(HTTPServerResponsePart.end(nil))
        if !isKept { sent.whenComplete { _ in channel.close(promise: nil) } }
    }
}
