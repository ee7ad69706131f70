import HoistwayModel
import HoistwayPorts
import NIOCore
import NIOHTTP1
import Synchronization

/// One connection: reads a request, verifies and stores it, answers, and begins again.
///
/// Used on its event loop only. Requests are handled one at a time. Pipelined parts wait in `backlog` while a request
/// is being stored, or while the client does not read its answers. While something waits there, the socket is not read,
/// so that the backlog cannot grow beyond the data of two reads.
final class ReceiverConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    enum Phase {
        case idle
        case reading(PendingRequest)
        /// Submitted to the inbox; the ticket identifies the answer.
        case storing(PendingRequest, ticket: UInt64, since: NIODeadline)
        /// Answered early: further data are dropped, so that the client can read the answer.
        case lingering(Lingering)
        case closed
    }

    struct Lingering {
        /// Bytes of the body that must still be dropped.
        var bytes: Int
        /// The limit of all bytes, with the parts between the body's bytes.
        var rawLimit: Int
        var end: NIODeadline
    }

    let loop: ReceiverLoop
    var core: ReceiverCore { loop.core }
    var limits: ReceiverLimits { core.settings.limits }
    var context: ChannelHandlerContext?
    var phase = Phase.idle
    var backlog = CircularBuffer<HTTPServerRequestPart>()
    var isReadHeld = false
    var isTakingBacklog = false
    /// The client has closed its side, and may still wait for answers.
    var hasInputEnded = false
    var closesAfterAnswer = false
    /// Whether bytes of the next request were received.
    var hasBegun = false
    /// Sent after the answers to all requests before it.
    var parserFailure: ReceiverResponse?
    var deadline = NIODeadline.distantFuture
    /// How many bytes beyond a request's own may arrive: one read takes all available data, of later requests too.
    static let slack = 256 << 10
    /// Bytes received since the last request began or ended.
    var rawBytes = 0
    /// Whether the request is a HEAD, whose answer has no body.
    var isHead = false
    /// The route of the last request: a sender that keeps its connection posts to one path.
    private var lastRoute: (target: String, version: Int, route: LiveRoute)?
    /// The share of the peer's address, over all its connections; `nil` for a trusted proxy.
    var share: PeerShares.Share?

    init(loop: ReceiverLoop) {
        self.loop = loop
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelActive(context: ChannelHandlerContext) {
        let open = core.connections.add(1, ordering: .relaxed).newValue
        loop.opened(self)
        deadline = .now() + limits.headerTime
        share = core.shares.enter(context.remoteAddress)
        let own = share?.connections.load(ordering: .relaxed) ?? 0
        // Connections above the limit get no answer: under TLS that would first need a handshake.
        if !PeerShares.isFair(own: own, total: open, limit: limits.connections) { context.close(promise: nil) }
        if loop.isDraining { drain() }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        core.connections.subtract(1, ordering: .relaxed)
        if case .storing(_, let ticket, _) = phase { loop.forget(ticket: ticket) }
        release()
        share.map(core.shares.leave)
        share = nil
        phase = .closed
        self.context = nil
        loop.closed(self)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if isHeld || !backlog.isEmpty {
            backlog.append(part)
        } else {
            take(part)
        }
    }

    func read(context: ChannelHandlerContext) {
        // Most clients send nothing before they have their answer. Removing the socket from the selector and adding it
        // again would cost two system calls for each request.
        if isHeld, !backlog.isEmpty {
            isReadHeld = true
        } else {
            context.read()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        // Later, since this may be called while an answer is being written.
        if context.channel.isWritable { context.eventLoop.assumeIsolated().execute { self.takeBacklog() } }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            hasInputEnded = true
            if !isHeld, backlog.isEmpty { cutOff() }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let failure = error as? HTTPParserError else {
            cutOff()
            return
        }
        parserFailure = failure == .headerOverflow ? .headersTooLarge : .malformed
        // Sent after the answers to earlier requests.
        if !isHeld, backlog.isEmpty { answerParserFailure() }
    }

    /// Called by the handler for raw bytes; false if there are too many and the connection ends.
    ///
    /// Empty lines before a request, and bytes around the data of a chunk, are part of no header or body. Without this
    /// limit, they would be read at full speed until the time is over.
    func bytesArrived(_ count: Int) -> Bool {
        rawBytes += count
        switch phase {
        case .idle:
            guard rawBytes <= 2 * limits.headerBytes + Self.slack else {
                core.metrics.withoutRoute.count(.tooLarge)
                answerAndClose(.headersTooLarge)
                return false
            }
            guard !hasBegun else { return true }
            hasBegun = true
            deadline = .now() + limits.headerTime
        case .reading(let request):
            // Eight for each byte of a body: a chunk of one byte takes six, and two are added.
            guard rawBytes <= 8 * request.route.route.maxBodyBytes + Self.slack else {
                refuse(.tooLarge, .tooLarge, request.route, request.head.headers)
                return false
            }
        case .lingering(let lingering):
            guard rawBytes <= lingering.rawLimit else {
                cutOff()
                return false
            }
            deadline = min(.now() + limits.lingerTime, lingering.end)
        case .storing, .closed: return true
        }
        return true
    }

    // MARK: Calls from the loop

    func check(_ now: NIODeadline) {
        guard now >= deadline else { return }
        switch phase {
        case .idle:
            guard hasBegun else { return cutOff() }
            core.metrics.withoutRoute.count(.tooSlow)
            answerAndClose(.tooSlow)
        case .reading(let request):
            request.route.metrics.count(.tooSlow)
            answerAndClose(.tooSlow)
        case .storing(let request, let ticket, let since):
            loop.forget(ticket: ticket)
            request.route.metrics.count(.timedOut)
            logRefusal(request, scheme: "inbox", reason: RequestOutcome.timedOut.rawValue)
            finish(request, since: since, .unavailable)
        case .lingering: cutOff()
        case .closed: return
        }
    }

    func drain() {
        closesAfterAnswer = true
        if case .idle = phase, !hasBegun { cutOff() }
    }

    func cutOff() {
        context?.close(promise: nil)
    }

    func answered(_ answer: InboxAnswer) {
        guard case .storing(let request, _, let since) = phase else { return }
        switch answer {
        case .stored(let id):
            request.route.metrics.count(.accepted)
            request.route.eventArrived(at: since)
            finish(request, since: since, .accepted(id.description))
        case .duplicate(let id, _):
            request.route.metrics.count(.duplicate)
            request.route.eventArrived(at: since)
            finish(request, since: since, .duplicate(of: id.description))
        case .unavailable:
            request.route.metrics.count(.unavailable)
            finish(request, since: since, .unavailable)
        }
    }

    // MARK: Reading

    func take(_ part: HTTPServerRequestPart) {
        switch (part, phase) {
        case (.head(let head), .idle): begin(head)
        case (.body(let bytes), .reading(let request)): append(bytes, to: request)
        case (.end, .reading(let request)): store(request)
        case (.body(let bytes), .lingering(var lingering)):
            guard bytes.readableBytes <= lingering.bytes else { return cutOff() }
            lingering.bytes -= bytes.readableBytes
            phase = .lingering(lingering)
        case (.end, .lingering): cutOff()
        case (_, .closed), (.head, _), (.body, _), (.end, _): return
        }
    }

    /// Decides by the headers alone: route, method, type and announced size, in this order.
    private func begin(_ head: HTTPRequestHead) {
        hasBegun = false
        rawBytes = 0
        isHead = head.method == .HEAD
        let request: RequestHead
        do {
            request = try RequestHead(head)
        } catch {
            let isMalformed = error == .malformed
            return refuse(
                isMalformed ? .malformed : .unsupported,
                isMalformed ? .malformed : .unsupported,
                nil,
                head.headers
            )
        }
        guard !loop.isDraining else { return refuse(.unavailable, .shuttingDown, nil, head.headers) }
        guard let route = route(for: head.uri) else { return refuseUnknownPath(head) }
        guard core.addresses?.takes(peer(head.headers), at: .now()) ?? true else {
            return refuse(.tooMany, .limited, route, head.headers)
        }
        guard !isHead else { return answerProbe(route) }
        guard head.method == .POST else { return refuse(.wrongMethod, .wrongMethod, route, head.headers) }
        guard route.route.accepts(contentType: request.contentType) else {
            return refuse(.unsupported, .unsupported, route, head.headers)
        }
        guard (request.contentLength ?? 0) <= route.route.maxBodyBytes else {
            return refuse(.tooLarge, .tooLarge, route, head.headers)
        }
        // The decoder stops after a request that asks for another protocol, and this server offers no other.
        if !request.keepAlive || head.headers.contains(name: "upgrade") { closesAfterAnswer = true }
        deadline = .now() + limits.bodyTime
        phase = .reading(PendingRequest(head: request, route: route))
        if request.expectsContinue { send(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")) }
    }

    /// A plain comparison with the client's last path, which was valid, shows the client nothing new.
    private func route(for target: String) -> LiveRoute? {
        let version = core.routesVersion
        if let lastRoute, lastRoute.version == version, lastRoute.target == target { return lastRoute.route }
        guard let route = core.route(for: target) else { return nil }
        lastRoute = (target, version, route)
        return route
    }

    private func append(_ bytes: ByteBuffer, to request: PendingRequest) {
        let count = bytes.readableBytes
        guard request.body.count + count <= request.route.route.maxBodyBytes else {
            return refuse(.tooLarge, .tooLarge, request.route, request.head.headers)
        }
        guard core.budget.take(count, for: share, largest: request.route.route.maxBodyBytes) else {
            return refuse(.unavailable, .overBudget, request.route, request.head.headers)
        }
        request.append(bytes)
    }
}
