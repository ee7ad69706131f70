import HoistwayModel
import HoistwayPorts

/// One subscription's part of one event of a delivery.
struct DeliveryPart: Hashable, Sendable {
    /// The event's position within the delivery.
    var event: Int
    var subscription: SubscriptionKey
}

/// Why a part could not be decided in this round.
struct Setback: Sendable {
    var reason: String
    /// `nil`: it has failed for good.
    var nextTry: Timestamp?
    /// Whether it counts as a try: waiting for a turn does not.
    var isTry = true
    var kind: DeliveryFailureKind = .outside
    /// `nil`: it is only waiting for its turn.
    var failure: FailureRecord?
}

/// The input of a round of decisions about one delivery.
struct DeliveryRound: Sendable {
    /// Its state when the last round was stored.
    var delivery: StoredDelivery
    /// Each is about one object.
    var events: [Event]
    /// Why its events could not be read.
    var failure: Setback?
    var answers: [Confirmation: Confirmation.Answer] = [:]
    var setbacks: [DeliveryPart: Setback] = [:]
    /// Parts whose questions are being asked.
    var asked: Set<DeliveryPart> = []
    /// The part whose answers have just come: questions that they raise are asked at once.
    var answered: DeliveryPart?
    /// Whether parts may ask before their next try.
    var isEarly = false
}

extension EngineCore {
    /// The result of a round: the questions that are left, and the stored decisions.
    struct RoundOutcome: Sendable {
        var needs: [DeliveryPart: [Confirmation]] = [:]
        var decisions: [SubscriptionDecision] = []
    }

    /// Decides the parts of one delivery that can be decided, into the transaction.
    ///
    /// Each subscription's part of each event is decided separately, once. Decided parts are not changed, and parts
    /// with questions wait.
    func take(
        _ round: DeliveryRound,
        into transaction: inout Ledger.Transaction
    ) -> RoundOutcome {
        let delivery = round.delivery
        if let failure = round.failure {
            let outcome = Self.failed(delivery, with: failure)
            transaction.conclude(delivery, outcome)
            return RoundOutcome(decisions: outcome.decisions)
        }
        let now = ports.clock.now()
        let present = configurations.present
        let intake = Intake(
            pipelines: present.pipelines,
            subscribers: present.index.subscribers,
            now: now,
            answers: round.answers,
            criteria: expressions.criteria,
            sha1: ports.sha1
        )
        let source = Self.source(of: delivery, policy: present.configuration.receivers[delivery.receiver])
        var book = DecisionBook(round, now: now)
        var general: [String] = []
        var isMatched = false
        var freight: [FreightKey] = []
        for (index, event) in round.events.enumerated() {
            let decision = intake.decide(
                event,
                from: source,
                except: book.settled(index, event),
                on: transaction.state,
                matcher: ports.matcher
            )
            general += decision.general
            isMatched = isMatched || decision.isMatched
            for part in decision.parts {
                transaction.put(part.result.needs.isEmpty ? part.result.changes : [])
                freight += part.result.needs.isEmpty ? part.result.freight : []
                book.add(part, of: index, event)
            }
            book.leave(index, event, present: Set(decision.parts.map(\.subscription)))
            // Consequences of the whole event happen once.
            guard delivery.decisions.isEmpty else { continue }
            manifestNews.add(decision.manifests)
        }
        if delivery.decisions.isEmpty {
            // These come first: people see the last sentence, which explains why the event makes no freight.
            general = tellOfBranches(round.events, from: source, state: transaction.state) + general
            let woken = wake(round.events, from: source, into: &transaction)
            general += woken.lines
            isMatched = isMatched || woken.isMatched
            let refreshes = noteRefreshes(round.events, from: source, into: &transaction)
            general += refreshes
            isMatched = isMatched || !refreshes.isEmpty
        }
        let outcome = book.outcome(general: general, isMatched: isMatched)
        transaction.conclude(delivery, outcome, freight: freight)
        return RoundOutcome(needs: book.needs, decisions: outcome.decisions)
    }

    /// A delivery whose events cannot be read; earlier decisions of its subscriptions stay.
    private static func failed(_ delivery: StoredDelivery, with failure: Setback) -> DeliveryOutcome {
        DeliveryOutcome(
            id: delivery.id,
            state: .failed,
            reason: failure.reason,
            attempts: delivery.attempts + 1,
            failureKind: failure.kind,
            decisions: delivery.decisions.map { decision in
                guard decision.state == .waiting else { return decision }
                var ended = decision
                ended.state = .failed
                ended.reason = failure.reason
                ended.nextTry = nil
                ended.failureKind = failure.kind
                ended.failure = failure.failure
                return ended
            }
        )
    }

    /// Requests a look at branches that somebody else has pushed to, reset or deleted.
    ///
    /// - Returns: one sentence for each push.
    private func tellOfBranches(_ events: [Event], from source: EventSource, state: PipelineState) -> [String] {
        var lines: [String] = []
        for event in events {
            guard let (push, written) = pushToWritten(event, from: source), !Self.isEcho(push, state: state) else {
                continue
            }
            branchNews.tell(written)
            let names = written.map(\.text).sorted()
            lines.append(
                "the branches that stages write in \(Listing.text(names)) are checked for changes by others"
            )
        }
        return lines
    }

    /// The same for deliveries that must wait before they are decided; Hoistway's own pushes lead to a look too.
    func tellOfDrift(_ events: [Event], from source: EventSource) {
        for event in events {
            if let written = pushToWritten(event, from: source)?.written { branchNews.tell(written) }
        }
    }

    /// A push to repositories that stages write, with those repositories; `nil` for other events.
    private func pushToWritten(
        _ event: Event,
        from source: EventSource
    ) -> (push: PushEvent, written: Set<RepositoryKey>)? {
        guard case .push(let push) = event, source.scope.map({ $0.limiting(event) != nil }) ?? true else { return nil }
        let reach = configurations.present.index.reach
        let written = Set(push.repoKeys.filter(reach.writes))
        return written.isEmpty ? nil : (push, written)
    }

    /// Whether the event is about Hoistway's own push.
    static func isEcho(_ push: PushEvent, state: PipelineState) -> Bool {
        guard let commit = push.commit.flatMap({ ObjectID($0) }) else { return false }
        let name = push.ref.hasPrefix("refs/heads/") ? String(push.ref.dropFirst("refs/heads/".count)) : push.ref
        return state.branches.index.branches(named: name).compactMap { state.branches[$0] }.contains { record in
            RepositoryKey(url: record.key.remote).map(push.repoKeys.contains) ?? false
                && record.isEcho(
                    before: push.before.flatMap { ObjectID($0) },
                    commit: commit,
                    isForced: push.forced ?? false
                )
        }
    }

    static func source(of delivery: StoredDelivery, policy: EngineConfiguration.ReceiverPolicy?) -> EventSource {
        EventSource(
            receiver: delivery.receiver,
            scope: policy.map(\.scope) ?? SourceScope([]),
            projects: policy?.projects,
            isEvidence: delivery.isEvidence,
            receivedAt: delivery.receivedAt,
            name: "\(delivery.receiver) delivery \(delivery.id)",
            delivery: delivery.id.number
        )
    }
}
