import HoistwayModel
import NIOCore
import NIOHTTP1

/// Answers 400 to a request whose form a proxy in front may read in another way, and closes the connection.
///
/// It stands right behind the parser: what comes after it has lost whether a target named a host, and which of two
/// `Host` headers came first.
final class StrictHeads: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// Nothing that follows on the connection is believed: it may be a body that was taken for a request.
    private var isRefused = false
    /// Between a head and the end of its body.
    private var isInRequest = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            if let problem = Self.problem(of: head) { return refuse(context, problem, isHead: head.method == .HEAD) }
            isInRequest = true
        case .body: break
        case .end: isInRequest = false
        }
        context.fireChannelRead(data)
    }

    /// Answers where the parser gave up, whose own answer would have no body.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Where the body is at fault, whoever answers the request has the word.
        guard let error = error as? HTTPParserError, !isInRequest else { return context.fireErrorCaught(error) }
        guard !isRefused else { return }
        let isLong = error == .headerOverflow
        refuse(context, isLong ? "the request's line or its header fields are too long" : "the request is no HTTP")
    }

    private func refuse(_ context: ChannelHandlerContext, _ problem: String, isHead: Bool = false) {
        isRefused = true
        let body = APIError(.malformedRequest, problem).text(requestID: nil)
        var headers = HTTPHeaders([("content-type", "application/problem+json"), ("connection", "close")])
        headers.add(name: "content-length", value: "\(body.utf8.count)")
        let answer = HTTPResponseHead(version: .http1_1, status: .badRequest, headers: headers)
        context.write(wrapOutboundOut(.head(answer)), promise: nil)
        if !isHead { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil) }
        let promise = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
    }

    /// The reason in words; `nil` if the request has no fault.
    static func problem(of head: HTTPRequestHead) -> String? {
        guard head.version == .http1_1 || head.version == .http1_0 else {
            return "the request's version of HTTP is neither 1.0 nor 1.1"
        }
        var form = RequestForm()
        for (name, value) in head.headers { form.add(name, value) }
        do throws(RequestForm.Problem) {
            _ = try form.finish(target: head.uri, isOld: head.version == .http1_0)
            return nil
        } catch {
            return error.text
        }
    }
}

/// Puts ``StrictHeads`` behind the parser: the library has room for handlers behind its own conversion only.
final class StrictHeadsInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any
    typealias InboundOut = Any

    func handlerAdded(context: ChannelHandlerContext) {
        do {
            let pipeline = context.pipeline.syncOperations
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(StrictHeads(), position: .after(parser))
        } catch {
            // Without the check nothing is served.
            context.close(promise: nil)
        }
    }
}
