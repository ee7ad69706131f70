/// What a look at a registry or a repository found for one subscription.
package struct Observation: Sendable, Equatable {
    package var subscription: SubscriptionKey
    /// The newest by the subscription's rules; `nil` where nothing fits.
    package var newest: Artifact?

    package init(subscription: SubscriptionKey, newest: Artifact?) {
        self.subscription = subscription
        self.newest = newest
    }
}

extension Intake {
    /// What a discovery comes to: the same rules as for events, in one piece for a whole warehouse.
    package func decide(
        _ observations: [Observation],
        of warehouse: Warehouse,
        on state: PipelineState,
        cause: String
    ) -> Result {
        var result = Result(isMatched: true)
        var state = state
        for observation in observations {
            guard let record = take(observation, of: warehouse, state: state, into: &result) else { continue }
            state.apply(.putSubscription(record))
            result.changes.append(.putSubscription(record))
        }
        guard !result.changes.isEmpty else { return result }
        let formed = FreightAssembly(warehouse: warehouse, now: now, sha1: sha1).form(from: state, cause: cause)
        result.trace.append(formed.reason)
        if let record = formed.record {
            result.changes.append(.putFreight(record))
            result.freight.append(record.key)
        }
        return result
    }

    private func take(
        _ observation: Observation,
        of warehouse: Warehouse,
        state: PipelineState,
        into result: inout Result
    ) -> SubscriptionRecord? {
        let key = observation.subscription
        guard let newest = observation.newest else {
            result.trace.append("\(key): nothing there fits the rules")
            return nil
        }
        var record = state.subscriptions[key] ?? SubscriptionRecord(key: key, updatedAt: now)
        let before = record
        switch newest {
        case .image(let image):
            guard case .image(let subscription)? = warehouse.subscription(key.subscription) else { return nil }
            take(image, into: &record, subscription: subscription, result: &result)
        case .commit(let commit):
            guard case .git(let subscription)? = warehouse.subscription(key.subscription) else { return nil }
            take(commit, into: &record, subscription: subscription)
        case .chart: return nil
        }
        guard record != before else { return nil }
        record.updatedAt = now
        return record
    }

    private func take(
        _ commit: CommitArtifact,
        into record: inout SubscriptionRecord,
        subscription: GitSubscription
    ) {
        if commit.tag == nil {
            // The head may only have moved over files that are not followed: then what is there stays.
            guard record.head != commit.id || record.newest == nil else { return }
            record.head = commit.id
        } else if case .commit(let current)? = record.newest,
            CommitSelection.compare(commit, to: current, for: subscription) != .newer
        {
            return
        }
        record.newest = .commit(commit)
    }
}

extension Warehouse {
    /// By its id within the warehouse.
    package func subscription(_ id: String) -> Subscription? {
        subscriptions.first { $0.id == id }
    }
}
