import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One connection: reads requests one after another, and passes them on.
///
/// If a client sends a request before the answer to the last one, the order of the answers is undefined.
final class KubernetesConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let core: KubernetesCore
    /// User names, by the bytes of their certificates.
    private let users: [[UInt8]: String]
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    /// As in the real server: 3 MiB.
    private static let maxBody = 3 << 20

    init(core: KubernetesCore, users: [[UInt8]: String]) {
        self.core = core
        self.users = users
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
            let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { $1 }
            let request = KubernetesRequest(
                method: head.method.rawValue,
                target: head.uri,
                headers: headers,
                body: body
            )
            let responder = ChannelResponder(context.channel, isKept: head.isKeepAlive)
            core.respond(to: request, certificate: user(context), responder)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func user(_ context: ChannelHandlerContext) -> String? {
        // Without TLS there is no such handler, and no certificate.
        let tls = try? context.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
        guard let bytes = try? tls?.peerCertificate?.toDERBytes() else { return nil }
        return users[bytes]
    }
}

/// Sends answers through a channel.
private final class ChannelResponder: KubernetesResponder {
    private let channel: any Channel
    private let isKept: Bool

    init(_ channel: any Channel, isKept: Bool) {
        self.channel = channel
        self.isKept = isKept
    }

    func answer(_ status: Int, type: String, headers: [String: String], body: [UInt8]) {
        begin(status, type: type, headers: headers.merging(["Content-Length": String(body.count)]) { $1 })
        chunk(body)
        end()
    }

    func begin() { begin(200, type: "application/json", headers: ["Transfer-Encoding": "chunked"]) }

    private func begin(_ status: Int, type: String, headers: [String: String]) {
        var fields = HTTPHeaders([("Content-Type", type)])
        for (name, value) in headers { fields.add(name: name, value: value) }
        if !isKept { fields.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: status),
            headers: fields
        )
        send(.head(head))
    }

    func chunk(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        send(.body(.byteBuffer(ByteBuffer(bytes: bytes))))
    }

    func end() {
        inOrder { [isKept] channel in
            let sent = channel.writeAndFlush(HTTPServerResponsePart.end(nil))
            if !isKept { sent.whenComplete { _ in channel.close(promise: nil) } }
        }
    }

    func close() { inOrder { $0.close(promise: nil) } }

    private func send(_ part: HTTPServerResponsePart) {
        inOrder { $0.writeAndFlush(part, promise: nil) }
    }

    /// On the channel's own loop, a call would be sent at once, before earlier calls from other threads.
    private func inOrder(_ call: @escaping @Sendable (any Channel) -> Void) {
        channel.eventLoop.execute { [channel] in call(channel) }
    }

    func whenClosed(_ call: @escaping @Sendable () -> Void) {
        channel.closeFuture.whenComplete { _ in call() }
    }

    func after(seconds: Int, _ call: @escaping @Sendable () -> Void) {
        let timer = channel.eventLoop.scheduleTask(in: .seconds(Int64(seconds))) { call() }
        channel.closeFuture.whenComplete { _ in timer.cancel() }
    }
}
