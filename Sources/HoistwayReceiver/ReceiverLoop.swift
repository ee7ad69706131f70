import HoistwayModel
import HoistwayPorts
import NIOCore
import Synchronization

/// The connections of one event loop, and the answers that they wait for.
///
/// `@unchecked Sendable`: all of it is used only on its event loop, which each method checks; `answered` first moves to
/// that loop.
final class ReceiverLoop: InboxReply, @unchecked Sendable {
    /// How often deadlines are checked.
    ///
    /// One check of all connections costs less than a timer for each request.
    private static let tick = TimeAmount.milliseconds(50)

    let core: ReceiverCore
    private let eventLoop: any EventLoop
    private var connections: [ObjectIdentifier: ReceiverConnection] = [:]
    private var waiting: [UInt64: ReceiverConnection] = [:]
    private var lastTicket: UInt64 = 0
    private var isTicking = false
    private var drained: EventLoopPromise<Void>?
    private var dateText = ""
    private var dateSecond: Int64 = -1

    init(core: ReceiverCore, eventLoop: any EventLoop) {
        self.core = core
        self.eventLoop = eventLoop
    }

    var isDraining: Bool {
        eventLoop.assertInEventLoop()
        return drained != nil
    }

    /// One switch to the loop for all answers of a commit; answers for closed connections are dropped.
    func answered(_ answers: [(ticket: UInt64, answer: InboxAnswer)]) {
        eventLoop.execute { [self] in
            for answer in answers { waiting.removeValue(forKey: answer.ticket)?.answered(answer.answer) }
        }
    }

    func ticket(for connection: ReceiverConnection) -> UInt64 {
        eventLoop.assertInEventLoop()
        lastTicket += 1
        waiting[lastTicket] = connection
        return lastTicket
    }

    func forget(ticket: UInt64) {
        eventLoop.assertInEventLoop()
        waiting[ticket] = nil
    }

    func opened(_ connection: ReceiverConnection) {
        eventLoop.assertInEventLoop()
        connections[ObjectIdentifier(connection)] = connection
        startTicking()
    }

    func closed(_ connection: ReceiverConnection) {
        eventLoop.assertInEventLoop()
        connections[ObjectIdentifier(connection)] = nil
        if connections.isEmpty { drained?.succeed() }
    }

    /// Lets running requests finish; the future completes when no connection is left.
    func drain() -> EventLoopFuture<Void> {
        eventLoop.flatSubmit { [self] in
            if let drained { return drained.futureResult }
            let promise = eventLoop.makePromise(of: Void.self)
            drained = promise
            if connections.isEmpty { promise.succeed() }
            for connection in connections.values { connection.drain() }
            eventLoop.scheduleTask(in: core.settings.limits.drainTime) { [self] in closeAll() }
            return promise.futureResult
        }
    }

    private func closeAll() {
        for connection in connections.values { connection.cutOff() }
    }

    /// The present time for the `Date` of answers; made once a second.
    func date() -> String {
        let second = core.clock.now().seconds
        if second != dateSecond {
            dateSecond = second
            dateText = HTTPDate.text(second)
        }
        return dateText
    }

    private func startTicking() {
        guard !isTicking else { return }
        isTicking = true
        eventLoop.scheduleTask(in: Self.tick) { [self] in
            isTicking = false
            let now = NIODeadline.now()
            for connection in connections.values { connection.check(now) }
            core.metrics.record(
                connections: core.connections.load(ordering: .relaxed),
                bodyBytes: core.budget.bytes
            )
            if !connections.isEmpty { startTicking() }
        }
    }
}
