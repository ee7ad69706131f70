import HoistwayModel
import HoistwayPorts
import Logging

/// Takes deliveries out of the inbox, decides what they come to, and asks the dispatcher in the same transaction.
///
/// A crash at any point leaves a delivery either undecided, so that it is taken again, or decided with all that it
/// caused: freight, promotions and its own outcome are one commit.
struct IntakeService: Sendable {
    /// How many deliveries share a transaction; bodies may be large, and all of a batch are in memory at once.
    static let batch = PendingBounds(count: 64, bytes: 8 << 20)
    /// Until when a delivery whose questions are being asked is left alone: after a crash it is taken again then.
    static let askingPause: Duration = .seconds(20)

    let core: EngineCore
    /// Rings when the inbox has got something.
    let inbox: Bell

    func run() async {
        await withDiscardingTaskGroup { group in
            let asked = AskedDeliveries()
            var pace = IntakePace()
            while !Task.isCancelled {
                await asked.room()
                let seen = inbox.rings
                let begun = ContinuousClock.now
                do {
                    let waiting = try await takeBatch()
                    // A registry that is slow makes a delivery due again while it is still being asked.
                    for pending in waiting.asking where asked.begin(pending.delivery.id) {
                        group.addTask {
                            await ask(pending)
                            asked.end(pending.delivery.id)
                        }
                    }
                    let pause = pace.pause(
                        afterDeciding: waiting.count,
                        newest: waiting.newest,
                        from: begun,
                        to: .now
                    )
                    if waiting.isCut {
                        // Cancelled: the loop ends at its head.
                        if let pause { try? await core.ports.clock.sleep(for: pause) }
                        continue
                    }
                } catch {
                    guard !Task.isCancelled else { return }
                    core.report(error, "the inbox cannot be read")
                    try? await core.ports.clock.sleep(for: .seconds(1))  // Cancelled: the loop ends at its head.
                    continue
                }
                await rest(seen: seen)
            }
        }
    }

    /// Decides everything that is in the inbox now, answers from outside included.
    func drain() async throws {
        while true {
            let batch = try await takeBatch()
            for delivery in batch.asking { await ask(delivery) }
            guard batch.isCut else { return }
        }
    }

    private struct Batch {
        var asking: [Pending] = []
        var count = 0
        /// Whether more waits.
        var isCut = false
        var newest: DeliveryID?
    }

    /// A delivery with the questions that it raises.
    struct Pending: Sendable {
        var delivery: StoredDelivery
        var events: [Event]
        var needs: [Confirmation]
    }

    private func takeBatch() async throws -> Batch {
        let now = core.ports.clock.now()
        let pending = try await core.ports.store.pendingDeliveries(within: Self.batch, now: now)
        guard !pending.deliveries.isEmpty else { return Batch() }
        let configuration = core.configuration
        let decoded = pending.deliveries.map { ($0, Self.decode($0, configuration: configuration)) }
        let asking = try await decide(decoded, answers: [:], configuration: configuration)
        return Batch(
            asking: asking,
            count: pending.deliveries.count,
            isCut: pending.isCut,
            newest: pending.newest
        )
    }

    private static func decode(
        _ delivery: StoredDelivery,
        configuration: EngineConfiguration
    ) -> Result<[Event], any Error> {
        guard !delivery.isDamaged else { return .failure(IntakeFailure.bodyDamaged) }
        guard let policy = configuration.receivers[delivery.receiver] else {
            return .failure(IntakeFailure.receiverGone(delivery.receiver))
        }
        return Result { try policy.decode(delivery) }
    }

    /// Decides all in one transaction; gives back those that need an answer first.
    private func decide(
        _ decoded: [(StoredDelivery, Result<[Event], any Error>)],
        answers: [Confirmation: Confirmation.Answer],
        configuration: EngineConfiguration
    ) async throws -> [Pending] {
        try await core.transact { transaction, core in
            var asking: [Pending] = []
            for (delivery, events) in decoded {
                switch events {
                case .failure(let error):
                    transaction.conclude(delivery, Self.failed(delivery, error: error))
                case .success(let events):
                    let needs = core.take(
                        events,
                        of: delivery,
                        answers: answers,
                        configuration: configuration,
                        into: &transaction
                    )
                    if !needs.isEmpty {
                        var bodiless = delivery
                        // Decoded already, and many may wait for a slow registry.
                        bodiless.body = []
                        asking.append(Pending(delivery: bodiless, events: events, needs: needs))
                    }
                }
            }
            return asking
        }
    }

    private static func failed(_ delivery: StoredDelivery, error: any Error) -> DeliveryOutcome {
        DeliveryOutcome(
            id: delivery.id,
            state: .failed,
            reason: message(of: error),
            attempts: delivery.attempts + 1
        )
    }

    /// Gets the answers and decides again; a failure of the outside is tried again with growing pauses.
    private func ask(_ pending: Pending) async {
        let configuration = core.configuration
        let confirmer = Confirmer(
            ports: core.ports,
            pipelines: configuration.pipelines
        ) {
            await core.ledger.snapshot
        }
        var answers: [Confirmation: Confirmation.Answer] = [:]
        var needs = pending.needs
        // An answer may raise one more question (a freshly known head); never without end.
        for _ in 0..<4 where !needs.isEmpty {
            do {
                answers.merge(try await confirmer.answers(to: needs, attempts: pending.delivery.attempts)) { _, new in
                    new
                }
                needs =
                    try await decide(
                        [(pending.delivery, .success(pending.events))],
                        answers: answers,
                        configuration: configuration
                    ).first?.needs ?? []
            } catch {
                // Stopping is no failure: the delivery is taken again after the next start.
                if !Task.isCancelled { await postpone(pending.delivery, error: error) }
                return
            }
        }
    }

    private func postpone(_ delivery: StoredDelivery, error: any Error) async {
        core.metrics.outsideFailed(error)
        let retry = (error as? any Diagnosable)?.retry ?? .backoff
        let attempt = delivery.attempts + 1
        let pause = Backoff.pause(attempt: attempt, retry: retry, random: core.ports.random)
        let outcome = DeliveryOutcome(
            id: delivery.id,
            state: retry == .never ? .failed : .waiting,
            reason: message(of: error),
            nextTry: retry == .never ? nil : core.ports.clock.now() + pause,
            attempts: attempt
        )
        do {
            try await core.transact { transaction, _ in transaction.conclude(delivery, outcome) }
            // The service may rest until a later time than this delivery's next try.
            inbox.ring()
        } catch {
            core.report(error, "the outcome of a delivery cannot be stored; it is taken again")
        }
    }

    /// Until something arrives, or is due.
    private func rest(seen: UInt64) async {
        let now = core.ports.clock.now()
        var pause: Duration = .seconds(30)
        // Unreadable here shows at the next batch.
        if let due = try? await core.ports.store.nextDeliveryTry() {
            pause = min(pause, max(due - now, .milliseconds(20)))
        }
        await inbox.wait(since: seen, atMost: pause, by: core.ports.clock)
    }
}

/// Why a delivery cannot be decided.
package enum IntakeFailure: Diagnosable, Equatable {
    case receiverGone(String)
    case bodyDamaged

    package var message: String {
        switch self {
        case .receiverGone(let name): "receiver \(name) is not configured any more"
        case .bodyDamaged: "its body in the inbox is damaged"
        }
    }

    package var hint: String? {
        switch self {
        case .receiverGone: "configure it again, then retry the delivery"
        case .bodyDamaged: "let the sender deliver it again, and check the disk"
        }
    }
}

/// What a person is told of an error.
package func message(of error: any Error) -> String {
    (error as? any Diagnosable)?.description ?? "unexpected: \(type(of: error))"
}
