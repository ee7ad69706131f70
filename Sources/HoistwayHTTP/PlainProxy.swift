package import AsyncHTTPClient
package import NIOCore
import NIOHTTP1

/// Sends requests for plain http through a proxy in the way that proxies expect: to the proxy itself, with the whole
/// URL in the request line (<https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2>).
///
/// The client library asks every proxy for a tunnel (CONNECT), which most proxies allow only to port 443.
package enum PlainProxy {
    /// For a client whose requests are made with ``request(for:proxy:)``.
    package static let initializer: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
        channel.eventLoop.submit {
            let encoder = try channel.pipeline.syncOperations.handler(type: HTTPRequestEncoder.self)
            try channel.pipeline.syncOperations.addHandler(AbsoluteForm(), position: .after(encoder))
        }
    }

    /// A request to the proxy for `url`, which begins with `http://`.
    package static func request(for url: String, proxy: String) -> HTTPClientRequest {
        let rest = url.dropFirst("http://".count)
        let end = rest.firstIndex(of: "/") ?? rest.endIndex
        var request = HTTPClientRequest(url: "http://\(proxy)\(rest[end...])")
        request.headers.add(name: "host", value: String(rest[..<end]))
        return request
    }
}

/// Adds the scheme and the host before the path of each request.
private final class AbsoluteForm: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data), let host = head.headers.first(name: "host") else {
            return context.write(data, promise: promise)
        }
        head.uri = "http://\(host)\(head.uri)"
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}
