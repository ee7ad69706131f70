/// What a look at a registry or a repository found for one subscription.
package struct Observation: Sendable, Equatable {
    package var subscription: SubscriptionKey
    /// The newest by the subscription's rules; `nil` where nothing fits.
    package var newest: Artifact?
    /// What was known when the look began: it takes a while, and events go on.
    package var known: SubscriptionRecord?
    /// Why the branch's head makes no freight; `nil` where it may.
    package var leftOut: String?

    package init(
        subscription: SubscriptionKey,
        newest: Artifact?,
        known: SubscriptionRecord?,
        leftOut: String? = nil
    ) {
        self.subscription = subscription
        self.newest = newest
        self.known = known
        self.leftOut = leftOut
    }

    /// Whether events have told of something since the look began.
    fileprivate func isOutdated(by present: SubscriptionRecord?) -> Bool {
        present?.newest != known?.newest || present?.head != known?.head
    }
}

extension Intake {
    /// What a discovery comes to: the same rules as for events, in one piece for a whole warehouse.
    package func decide(
        _ observations: [Observation],
        of warehouse: Warehouse,
        on state: PipelineState,
        cause: String,
        matcher: some PatternMatcher
    ) -> Result {
        var result = Result(isMatched: true)
        var state = state
        for observation in observations {
            guard let record = take(observation, of: warehouse, state: state, matcher: matcher, into: &result) else {
                continue
            }
            state.apply(.putSubscription(record))
            result.changes.append(.putSubscription(record))
        }
        guard !result.changes.isEmpty else { return result }
        let formed = FreightAssembly(warehouse: warehouse, now: now, sha1: sha1).form(
            from: state,
            cause: cause,
            matcher: matcher
        )
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
        matcher: some PatternMatcher,
        into result: inout Result
    ) -> SubscriptionRecord? {
        let key = observation.subscription
        guard let newest = observation.newest else {
            result.trace.append("\(key): nothing there fits the rules")
            return nil
        }
        guard let subscription = warehouse.subscription(key.subscription) else { return nil }
        // Where there is no order but that of time, what was seen first must not win over what was told since.
        if !subscription.hasOrder, observation.isOutdated(by: state.subscriptions[key]) {
            result.trace.append("\(key): an event told of it while it was looked at; the next look compares again")
            return nil
        }
        var record = state.subscriptions[key] ?? SubscriptionRecord(key: key, updatedAt: now)
        let before = record
        switch newest {
        case .image(let image):
            guard case .image(let subscription) = subscription else { return nil }
            take(image, into: &record, subscription: subscription, isWhole: true, matcher: matcher, result: &result)
        case .commit(let commit):
            guard case .git(let subscription) = subscription else { return nil }
            if let reason = observation.leftOut { result.trace.append("\(key): \(reason)") }
            take(
                commit,
                into: &record,
                subscription: subscription,
                isLeftOut: observation.leftOut != nil,
                matcher: matcher
            )
        case .chart: return nil
        }
        guard record != before else { return nil }
        record.updatedAt = now
        return record
    }

    private func take(
        _ commit: CommitArtifact,
        into record: inout SubscriptionRecord,
        subscription: GitSubscription,
        isLeftOut: Bool,
        matcher: some PatternMatcher
    ) {
        let current = record.newest.flatMap { Subscription.git(subscription).admits($0, matcher: matcher) ? $0 : nil }
        if commit.tag == nil {
            // The head may only have moved over files that are not followed: then what is there stays.
            guard record.head != commit.id || current == nil else { return }
            record.head = commit.id
            guard !isLeftOut || current == nil else { return }
        } else if case .commit(let current)? = current,
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
