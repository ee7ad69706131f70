import HoistwayModel
import HoistwayPorts

extension EngineCore {
    /// Decides one delivery's events into the transaction; gives the questions that must be answered first.
    func take(
        _ events: [Event],
        of delivery: StoredDelivery,
        answers: [Confirmation: Confirmation.Answer],
        configuration: EngineConfiguration,
        into transaction: inout Ledger.Transaction
    ) -> [Confirmation] {
        let now = ports.clock.now()
        let intake = Intake(pipelines: configuration.pipelines, now: now, answers: answers, sha1: ports.sha1)
        let source = Self.source(of: delivery, policy: configuration.receivers[delivery.receiver])
        var results: [Intake.Result] = []
        var attempt = transaction
        for event in events {
            let result = intake.decide(event, from: source, on: attempt.state, matcher: ports.matcher)
            attempt.put(result.changes)
            results.append(result)
        }
        let needs = results.flatMap(\.needs)
        let trace = results.flatMap(\.trace)
        guard needs.isEmpty else {
            // Nothing is kept: with the answers everything is decided anew, in one piece.
            transaction.conclude(
                delivery,
                DeliveryOutcome(
                    id: delivery.id,
                    state: .waiting,
                    reason: trace.last ?? "waits for an answer from outside",
                    trace: trace,
                    nextTry: now + IntakeService.askingPause,
                    attempts: delivery.attempts
                )
            )
            return needs
        }
        if events.contains(where: { tellsOfOurBranch($0, from: source, state: attempt.state) }) { branchNews.ring() }
        manifestNews.add(results.flatMap(\.manifests))
        transaction = attempt
        transaction.conclude(
            delivery,
            Self.outcome(of: delivery, results: results, trace: trace),
            freight: results.flatMap(\.freight)
        )
        return []
    }

    /// Whether somebody else has pushed to a repository that stages write.
    private func tellsOfOurBranch(_ event: Event, from source: EventSource, state: PipelineState) -> Bool {
        guard case .push(let push) = event, push.repoKeys.contains(where: writtenRepositories.contains),
            source.scope.map({ $0.limiting(event) != nil }) ?? true
        else { return false }
        return !(push.commit.flatMap { ObjectID($0) }.map(state.isOwn) ?? false)
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

    private static func outcome(
        of delivery: StoredDelivery,
        results: [Intake.Result],
        trace: [String]
    ) -> DeliveryOutcome {
        let isMatched = results.contains(where: \.isMatched)
        let freight = results.flatMap(\.freight)
        let telling = trace.last(where: { $0.hasPrefix("freight ") }) ?? trace.last
        return DeliveryOutcome(
            id: delivery.id,
            state: isMatched || !freight.isEmpty ? .done : .ignored,
            reason: telling ?? "the delivery holds no event",
            trace: trace,
            attempts: delivery.attempts
        )
    }
}
