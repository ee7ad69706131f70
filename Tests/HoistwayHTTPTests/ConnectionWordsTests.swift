import AsyncHTTPClient
import HoistwayHTTP
import HoistwayTestServers
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

/// Failed connections are told in plain sentences, without a library's text.
struct ConnectionWordsTests {
    private func failure(_ url: String, proxy: Int? = nil) async throws -> any Error {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.proxy = proxy.map { .server(host: "127.0.0.1", port: $0) }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let error = await #expect(throws: (any Error).self) {
            _ = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(20))
        }
        try await client.shutdown()
        return try #require(error)
    }

    @Test func `a port that nobody listens on, a name that nobody has, and a dead proxy`() async throws {
        let port = try LoopbackPort.free()
        let refused = ConnectionWords.words(
            for: try await failure("http://127.0.0.1:\(port)/"),
            host: "127.0.0.1:\(port)"
        )
        #expect(refused.contains("127.0.0.1:\(port) refused the connection: nobody listens on that port"))
        let unknown = ConnectionWords.words(for: try await failure("http://no-such-host.invalid/"), host: "x")
        #expect(unknown.contains("no-such-host.invalid is not known") || unknown.contains("DNS"))
        let dead = ConnectionWords.words(
            for: try await failure("https://git.example.com/", proxy: port),
            host: "git.example.com",
            proxy: "127.0.0.1:\(port)"
        )
        #expect(dead.contains("the proxy 127.0.0.1:\(port) refused the connection"))
        #expect(dead.contains("check hosts[].proxy"))
        for words in [refused, unknown, dead] {
            #expect(!words.contains("NIO") && !words.contains("errno") && !words.contains("HTTPClientError"))
        }
    }

    @Test func `https asked of a port that speaks http`() async throws {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(PlainAnswer()) }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let port = try #require(server.localAddress?.port)
        let words = ConnectionWords.words(
            for: try await failure("https://127.0.0.1:\(port)/"),
            host: "git.example.com"
        )
        try await server.close()
        #expect(words.contains("TLS"), "\(words)")
        #expect(!words.contains("SSL"), "\(words)")
    }

    @Test(arguments: [
        ("SSH-2.0-OpenSSH_9.9\r\n", "sent an answer that is not HTTP: is it the right port"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", "closed the connection in the middle of its answer"),
        ("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", "whose length is not valid in HTTP"),
        ("HTTP/1.1 200 OK\r\nContent Length: 1\r\n\r\n", "a header field that is not valid in HTTP"),
    ])
    func `an answer that is not HTTP, or is broken off, is told without the parser's names`(
        _ answer: String,
        _ expected: String
    ) async throws {
        let server = try ScriptedServer { _ in [.send(Array(answer.utf8)), .close] }
        defer { server.stop() }
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        let error = await #expect(throws: (any Error).self) {
            let answer = try await client.execute(HTTPClientRequest(url: server.url), timeout: .seconds(20))
            _ = try await answer.body.collect(upTo: 1000)
        }
        try await client.shutdown()
        let words = ConnectionWords.words(for: try #require(error), host: "git.example.com:80")
        #expect(words.contains("git.example.com:80 ") && words.contains(expected), "\(words)")
        #expect(!words.contains("HTTPParser") && !words.contains("invalid"), "\(words)")
    }

    @Test func `a request for plain http goes through a proxy in absolute form, not by CONNECT`() async throws {
        let proxy = try ScriptedServer.saying("200 OK", "through")
        defer { proxy.stop() }
        var configuration = HTTPClient.Configuration()
        configuration.http1_1ConnectionDebugInitializer = PlainProxy.initializer
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let request = PlainProxy.request(
            for: "http://git.example.com:8080/app.git/info/refs?service=git-upload-pack",
            proxy: "127.0.0.1:\(proxy.port)"
        )
        let answer = try await client.execute(request, timeout: .seconds(20))
        #expect(answer.status == .ok)
        try await client.shutdown()
        let head = try #require(proxy.received.first)
        #expect(
            head.head.hasPrefix(
                "GET http://git.example.com:8080/app.git/info/refs?service=git-upload-pack HTTP/1.1\r\n"
            )
        )
        #expect(head.header("host") == "git.example.com:8080")
    }
}

/// Answers whatever comes with HTTP in the clear, as a web server does to a TLS handshake.
private final class PlainAnswer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(
            wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")),
            promise: nil
        )
    }
}
