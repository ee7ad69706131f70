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
        // With the first try: what is to be asked for may take long.
        if answers.isEmpty { tellOfBranches(events, from: source, state: transaction.state) }
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
        manifestNews.add(results.flatMap(\.manifests))
        transaction = attempt
        transaction.conclude(
            delivery,
            Self.outcome(of: delivery, results: results, trace: trace),
            freight: results.flatMap(\.freight)
        )
        return []
    }

    /// Has those branches looked at that somebody else has pushed to, put back or deleted.
    private func tellOfBranches(_ events: [Event], from source: EventSource, state: PipelineState) {
        for event in events {
            guard case .push(let push) = event, source.scope.map({ $0.limiting(event) != nil }) ?? true else {
                continue
            }
            let written = Set(push.repoKeys).intersection(writtenRepositories)
            guard !written.isEmpty, !Self.isEcho(push, state: state) else { continue }
            branchNews.tell(written)
        }
    }

    /// Whether it tells of a push of ours.
    private static func isEcho(_ push: PushEvent, state: PipelineState) -> Bool {
        guard let commit = push.commit.flatMap({ ObjectID($0) }) else { return false }
        let name = push.ref.hasPrefix("refs/heads/") ? String(push.ref.dropFirst("refs/heads/".count)) : push.ref
        return state.branches.values.contains { record in
            record.key.branch == name && RepositoryKey(url: record.key.remote).map(push.repoKeys.contains) ?? false
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
