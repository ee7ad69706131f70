import NIOCore
import NIOHTTP1

/// Writing answers, and going on after them.
extension ReceiverConnection {
    /// Answers a request that was read to its end, and goes on with what the client sent meanwhile.
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

    /// Whether what comes has to wait.
    var isHeld: Bool {
        if case .storing = phase { return true }
        return context.map { !$0.channel.isWritable } ?? false
    }

    func takeBacklog() {
        // An answer to one of its requests would go on with the next one: a step deeper each time.
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
    /// The connection cannot go on after it.
    func refuse(
        _ response: ReceiverResponse,
        _ outcome: RequestOutcome,
        _ route: LiveRoute?,
        _ headers: HTTPHeaders
    ) {
        (route?.metrics ?? core.metrics.withoutRoute).count(outcome)
        // What has no route is mostly scanners, who would push the lines that matter out of the log.
        if let route {
            let announced = headers.first(name: "content-length").flatMap { Int($0) } ?? 0
            logRefusal(route, scheme: "http", reason: outcome.rawValue, headers, bytes: announced)
        }
        guard outcome == .unavailable || outcome == .overBudget || outcome == .shuttingDown else {
            return answerEarly(response)
        }
        // A good sender, who sends all of it before it looks for an answer; what is closed on it is a broken connection.
        let announced = headers.first(name: "content-length").flatMap { Int($0) }
        let expected = announced ?? route?.route.maxBodyBytes ?? 0
        answerEarly(response, dropping: min(max(expected, limits.lingerBytes), limits.drainBytes), for: limits.bodyTime)
    }

    /// A path that no receiver has.
    ///
    /// Where it looks like a receiver's it is kept for whoever asks why a webhook does not work: it may be misspelt at
    /// the sender. The path itself is not kept, since it may be all but the last letter of a secret one.
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

    /// Somebody looks whether there is a receiver: Gogs' "Test delivery" does, without a signature.
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

    /// Gives the body's bytes back to the budget.
    func release() {
        switch phase {
        case .reading(let request), .storing(let request, _, _): core.budget.give(request.releaseBody(), of: share)
        case .idle, .lingering, .closed: return
        }
    }
}
