import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Answers as a test wants: for what a real registry does not do when asked to.
final class FakeRegistry: Sendable {
    struct Request: Sendable, Equatable {
        var method: String
        var uri: String
        var authorization: String?
        var accepts: [String]
        /// The server's own.
        var port: String
        var body = ""
        /// `If-None-Match`, `If-Modified-Since`.
        var conditions: [String] = []
    }

    struct Answer: Sendable {
        var status: Int
        var headers: [(String, String)] = []
        var body: [UInt8] = []

        static func json(_ text: String, _ headers: (String, String)...) -> Answer {
            Answer(status: 200, headers: headers, body: Array(text.utf8))
        }
    }

    typealias Script = @Sendable (Request) -> Answer

    let port: Int
    private let channel: any Channel
    private let log: RequestLog

    private init(port: Int, channel: any Channel, log: RequestLog) {
        self.port = port
        self.channel = channel
        self.log = log
    }

    static func start(_ script: @escaping Script) async throws -> FakeRegistry {
        let log = RequestLog()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(FakeHandler(script: script, log: log))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        return FakeRegistry(port: channel.localAddress?.port ?? 0, channel: channel, log: log)
    }

    /// No further connection is taken.
    func stop() {
        channel.close(promise: nil)
    }

    var host: String { "127.0.0.1:\(port)" }

    /// All that was asked so far.
    var requests: [Request] { log.all }
}

/// What was asked, in its order.
private final class RequestLog: Sendable {
    private let requests = Mutex<[FakeRegistry.Request]>([])

    var all: [FakeRegistry.Request] { requests.withLock(\.self) }

    func add(_ request: FakeRegistry.Request) {
        requests.withLock { $0.append(request) }
    }
}

private final class FakeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let script: FakeRegistry.Script
    private let log: RequestLog
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(script: @escaping FakeRegistry.Script, log: RequestLog) {
        self.script = script
        self.log = log
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(var part): body.writeBuffer(&part)
        case .end:
            guard let head else { return }
            let request = FakeRegistry.Request(
                method: head.method.rawValue,
                uri: head.uri,
                authorization: head.headers.first(name: "authorization"),
                accepts: head.headers["accept"],
                port: context.localAddress?.port.map(String.init) ?? "",
                body: String(buffer: body),
                conditions: head.headers["if-none-match"] + head.headers["if-modified-since"]
            )
            log.add(request)
            write(script(request), isHead: head.method == .HEAD, context: context)
        }
    }

    private func write(_ answer: FakeRegistry.Answer, isHead: Bool, context: ChannelHandlerContext) {
        var headers = HTTPHeaders(answer.headers)
        headers.add(name: "content-length", value: String(answer.body.count))
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
