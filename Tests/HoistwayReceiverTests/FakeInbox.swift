import HoistwayModel
import HoistwayPorts
import Synchronization

/// An inbox that hands each delivery to the test, which answers when it likes.
final class FakeInbox: Inbox {
    struct Submission: Sendable {
        var delivery: IncomingDelivery
        var answer: @Sendable (InboxAnswer) -> Void
    }

    enum Behaviour: Sendable {
        /// Numbers deliveries from 1.
        case stores
        case answers(InboxAnswer)
        /// Leaves it to whoever calls `nextSubmission`.
        case waits
    }

    private let submissions: AsyncStream<Submission>
    private let continuation: AsyncStream<Submission>.Continuation
    private let behaviour: Behaviour
    private let stored = Mutex<[IncomingDelivery]>([])

    init(_ behaviour: Behaviour) {
        self.behaviour = behaviour
        (submissions, continuation) = AsyncStream.makeStream()
    }

    func nextSubmission() async -> Submission? {
        await submissions.first { _ in true }
    }

    var deliveries: [IncomingDelivery] { stored.withLock { $0 } }

    func submit(_ delivery: IncomingDelivery, ticket: UInt64, reply: any InboxReply) {
        let count = stored.withLock { stored in
            stored.append(delivery)
            return stored.count
        }
        switch behaviour {
        case .stores: reply.answered([(ticket, .stored(DeliveryID(Int64(count))))])
        case .answers(let answer): reply.answered([(ticket, answer)])
        case .waits:
            continuation.yield(
                Submission(delivery: delivery) { answer in reply.answered([(ticket, answer)]) }
            )
        }
    }

    func arrivals() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
}
