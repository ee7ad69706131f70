import NIOCore
import NIOPosix

/// A client that sends the very bytes it is told to, and reads what comes back.
final class TestClient: Sendable {
    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let continuation: AsyncStream<String>.Continuation

        init(_ continuation: AsyncStream<String>.Continuation) {
            self.continuation = continuation
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            continuation.yield(String(buffer: unwrapInboundIn(data)))
        }

        func channelInactive(context: ChannelHandlerContext) {
            continuation.finish()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }

    let channel: any Channel
    private let received: AsyncStream<String>

    private init(channel: any Channel, received: AsyncStream<String>) {
        self.channel = channel
        self.received = received
    }

    static func connect(
        to port: Int,
        prepare: @escaping @Sendable (any Channel) throws -> Void = { _ in }
    ) async throws -> TestClient {
        let (received, continuation) = AsyncStream.makeStream(of: String.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try prepare(channel)
                    try channel.pipeline.syncOperations.addHandler(Collector(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return TestClient(channel: channel, received: received)
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text))
    }

    /// Everything until the server closes.
    func readToEnd() async -> String {
        var text = ""
        for await piece in received { text += piece }
        return text
    }

    /// Reads until as many answers have come, bodies included, or the server closes.
    func read(answers: Int) async -> [String] {
        var found: [String] = []
        var rest = ""
        for await piece in received {
            let (complete, begun) = Self.cut(rest + piece)
            found += complete
            rest = String(begun)
            if found.count >= answers { break }
        }
        return found
    }

    static func split(_ text: String) -> [String] { cut(text).answers }

    /// Whole answers, and the beginning of the next; the body's end is told by its length.
    private static func cut(_ text: String) -> (answers: [String], rest: Substring) {
        var rest = Substring(text)
        var answers: [String] = []
        while let headEnd = rest.firstRange(of: "\r\n\r\n") {
            let head = rest[..<headEnd.lowerBound]
            let length =
                head.split(separator: "\r\n").lazy
                .filter { $0.hasPrefix("content-length: ") }
                .compactMap { Int($0.dropFirst("content-length: ".count)) }
                .first ?? 0
            guard let end = rest.utf8.index(headEnd.upperBound, offsetBy: length, limitedBy: rest.endIndex) else {
                break
            }
            answers.append(String(rest[..<end]))
            rest = rest[end...]
        }
        return (answers, rest)
    }

    func close() async {
        // The server may have closed first.
        try? await channel.close()
    }
}
