import NIOCore
import NIOHTTP1

/// Writes answers, and continues after them.
extension ReceiverConnection {
    /// Answers a request that was read to its end, and continues with data that the client has sent since.
    func finish(_ request: PendingRequest, since: NIODeadline, _ response: ReceiverResponse) {
        request.route.metrics.answered(afterNanoseconds: (.now() - since).nanoseconds)
        release()
        if loop.isDraining { closesAfterAnswer = true }
        let closes = closesAfterAnswer || (hasInputEnded && backlog.isEmpty)
        send(response, closes: closes)
        guard !closes else {
            phase = .closed
            return cutOff()
        }
        phase = .idle
        hasBegun = false
        rawBytes = 0
        deadline = .now() + limits.idleTime
        takeBacklog()
    }

    /// Whether new parts must wait.
    var isHeld: Bool {
        if case .storing = phase { return true }
        return context.map { !$0.channel.isWritable } ?? false
    }

    func takeBacklog() {
        // Each answer would otherwise call this method again, one level deeper each time.
        guard !isTakingBacklog else { return }
        isTakingBacklog = true
        while !isHeld, let part = backlog.popFirst() { take(part) }
        isTakingBacklog = false
        if isHeld { return }
        if parserFailure != nil { return answerParserFailure() }
        if hasInputEnded { return cutOff() }
        if isReadHeld {
            isReadHeld = false
            context?.read()
        }
    }

    /// Answers before the request was read to its end.
    ///
    /// The connection cannot continue after it.
    func refuse(
        _ response: ReceiverResponse,
        _ outcome: RequestOutcome,
        _ route: LiveRoute?,
        _ headers: HTTPHeaders
    ) {
        (route?.metrics ?? core.metrics.withoutRoute).count(outcome)
        // Requests without a route are mostly from scanners; their lines would hide the important ones in the log.
        if let route {
            let announced = headers.first(name: "content-length").flatMap { Int($0) } ?? 0
            logRefusal(route, scheme: "http", reason: outcome.rawValue, headers, bytes: announced)
        }
        guard outcome == .unavailable || outcome == .overBudget || outcome == .shuttingDown else {
            return answerEarly(response)
        }
        // Such a sender is valid, and sends its whole body before it reads an answer; closing early would break the
        // connection.
        let announced = headers.first(name: "content-length").flatMap { Int($0) }
        let expected = announced ?? route?.route.maxBodyBytes ?? 0
        answerEarly(response, dropping: min(max(expected, limits.lingerBytes), limits.drainBytes), for: limits.bodyTime)
    }

    /// Answers a request whose path no receiver has.
    ///
    /// If the path begins like a receiver's, the refusal is kept for people who search why a webhook does not work: the
    /// sender may have a wrong path. The path itself is not kept, since it may be a secret one with only its last
    /// letter wrong.
    func refuseUnknownPath(_ head: HTTPRequestHead) {
        core.metrics.withoutRoute.count(.notFound)
        if core.isLikeReceiver(head.uri) {
            core.metrics.withoutRoute.refused(RequestOutcome.notFound.rawValue)
            let announced = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
            core.keepRefusal(
                receiver: RefusalBook.withoutReceiver,
                scheme: "http",
                reason: RequestOutcome.notFound.rawValue,
                peer: peer(head.headers),
                bytes: announced
            )
        }
        answerEarly(.notFound)
    }

    /// Answers a check whether there is a receiver, without a signature, as Gogs' "Test delivery" sends it.
    func answerProbe(_ route: LiveRoute) {
        route.metrics.count(.probe)
        answerEarly(.reachable)
    }

    private func answerEarly(_ response: ReceiverResponse) {
        answerEarly(response, dropping: limits.lingerBytes, for: limits.lingerTime)
    }

    private func answerEarly(_ response: ReceiverResponse, dropping bytes: Int, for time: TimeAmount) {
        release()
        send(response, closes: true)
        rawBytes = 0
        let now = NIODeadline.now()
        phase = .lingering(Lingering(bytes: bytes, rawLimit: bytes + Self.slack, end: now + time))
        deadline = min(now + limits.lingerTime, now + time)
    }

    func answerParserFailure() {
        guard let response = parserFailure else { return }
        parserFailure = nil
        switch phase {
        case .idle, .reading:
            core.metrics.withoutRoute.count(.malformed)
            answerAndClose(response)
        case .storing, .lingering, .closed: cutOff()
        }
    }

    func answerAndClose(_ response: ReceiverResponse) {
        release()
        send(response, closes: true)
        phase = .closed
        cutOff()
    }

    func send(_ response: ReceiverResponse, closes: Bool) {
        guard let context else { return }
        var buffer = context.channel.allocator.buffer(capacity: 256)
        response.write(to: &buffer, date: loop.date(), closes: closes, hasBody: !isHead)
        send(buffer)
    }

    func send(_ buffer: ByteBuffer) {
        context?.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    /// Returns the body's bytes to the budget.
    func release() {
        switch phase {
        case .reading(let request), .storing(let request, _, _): core.budget.give(request.releaseBody(), of: share)
        case .idle, .lingering, .closed: return
        }
    }
}
