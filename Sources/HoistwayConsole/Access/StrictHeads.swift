import HoistwayModel
import NIOCore
import NIOHTTP1

/// Answers 400 to a request that a proxy in front may parse differently, and closes the connection.
///
/// It comes directly after the parser: later handlers can no longer see whether a target had a host, and which of two
/// `Host` headers came first.
final class StrictHeads: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// Ignores later data on the connection: it may be a body that was parsed as a request.
    private var isRefused = false
    /// Whether the connection is between a head and the end of its body.
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

    /// Answers when the parser fails, since the library's own answer would have no body.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // If the body is invalid, the handler of the request answers.
        guard let error = error as? HTTPParserError, !isInRequest else { return context.fireErrorCaught(error) }
        guard !isRefused else { return }
        let isLong = error == .headerOverflow
        let problem = isLong ? "the request's line or its header fields are too long" : "the request is not valid HTTP"
        refuse(context, problem)
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

    /// The problem in words; `nil` if the request is valid.
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

/// Adds ``StrictHeads`` after the parser: the library only allows handlers after its own conversion.
final class StrictHeadsInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any
    typealias InboundOut = Any

    func handlerAdded(context: ChannelHandlerContext) {
        do {
            let pipeline = context.pipeline.syncOperations
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(StrictHeads(), position: .after(parser))
        } catch {
            // Without the check, no request is answered.
            context.close(promise: nil)
        }
    }
}
