import HoistwayModel
import HoistwayPorts
import NIOCore
import NIOHTTP1

/// Verifies a request and hands it to the inbox.
extension ReceiverConnection {
    func store(_ request: PendingRequest) {
        let now = NIODeadline.now()
        let clock = core.clock.now()
        let headers = request.head.headers.map { HeaderLine($0.name, $0.value) }
        let accepted: AcceptedRequest
        switch request.route.route.verifier.verify(headers: headers, body: request.body, now: clock) {
        case .accepted(let proof): accepted = proof
        case .refused(let scheme, let reason):
            request.route.metrics.count(.unauthorized)
            logRefusal(request, scheme: scheme, reason: reason)
            return finish(request, since: now, .unauthorized)
        }
        guard request.route.limit?.takes(at: now) ?? true else {
            request.route.metrics.count(.limited)
            logRefusal(request, scheme: "http", reason: RequestOutcome.limited.rawValue)
            return finish(request, since: now, .tooMany)
        }
        let delivery = request.delivery(accepted, storing: core.storedHeaders, receivedAt: clock)
        let ticket = loop.ticket(for: self)
        phase = .storing(request, ticket: ticket, since: now)
        deadline = now + limits.answerTime
        core.inbox.submit(delivery, ticket: ticket, reply: loop)
    }

    /// Logs the refusal of a request whose body was read.
    func logRefusal(_ request: PendingRequest, scheme: String, reason: String) {
        logRefusal(request.route, scheme: scheme, reason: reason, request.head.headers, bytes: request.body.count)
    }

    /// - Parameter bytes: the size of the body, read or announced.
    func logRefusal(_ route: LiveRoute, scheme: String, reason: String, _ headers: HTTPHeaders, bytes: Int) {
        let peer = peer(headers)
        route.metrics.refused(reason)
        core.refusals.refused(receiver: route.route.name, scheme: scheme, reason: reason, peer: peer)
        core.keepRefusal(receiver: route.route.name, scheme: scheme, reason: reason, peer: peer, bytes: bytes)
    }

    func peer(_ headers: HTTPHeaders) -> String {
        PeerAddress.text(
            peer: context?.remoteAddress,
            forwarded: headers[canonicalForm: "x-forwarded-for"].map(String.init),
            trusted: core.settings.trustedProxies
        )
    }
}
