extension Intake {
    /// A chart's version was pushed; `.some(nil)`: the event matches, but nothing changes or an answer is missing.
    ///
    /// A proven event is trusted; otherwise the repository is asked. `nil`: the event is about another chart.
    func accept(
        _ event: ChartEvent,
        _ subscription: ChartSubscription,
        in warehouse: Warehouse,
        source: EventSource,
        state: PipelineState,
        into result: inout Result
    ) -> SubscriptionRecord?? {
        guard subscription.key == event.repository, subscription.isOCI || subscription.name == event.chart else {
            return nil
        }
        return accept(
            version: event.version,
            isProven: source.isEvidence,
            subscription,
            in: warehouse,
            state: state,
            into: &result
        )
    }

    /// Most registries do not distinguish a chart from an image: a tag of the chart's repository may be a version of
    /// it, so the registry is asked.
    func accept(
        _ event: ImageEvent,
        _ subscription: ChartSubscription,
        in warehouse: Warehouse,
        state: PipelineState,
        into result: inout Result
    ) -> SubscriptionRecord?? {
        guard subscription.isOCI, subscription.key == event.image else { return nil }
        // Each tag is a separate event.
        guard let tag = event.tags.first else {
            let key = SubscriptionKey(warehouse: warehouse.key, subscription: Subscription.chart(subscription).id)
            result.trace.append("\(key): pushed without a tag, and tags are what is followed")
            return .some(nil)
        }
        return accept(
            version: ChartSelection.version(ofTag: tag),
            isProven: false,
            subscription,
            in: warehouse,
            state: state,
            into: &result
        )
    }

    private func accept(
        version: String,
        isProven: Bool,
        _ subscription: ChartSubscription,
        in warehouse: Warehouse,
        state: PipelineState,
        into result: inout Result
    ) -> SubscriptionRecord? {
        let key = SubscriptionKey(warehouse: warehouse.key, subscription: Subscription.chart(subscription).id)
        var record = state.subscriptions[key] ?? SubscriptionRecord(key: key, updatedAt: now)
        if case .rejected(let reason) = ChartSelection.verdict(on: version, for: subscription) {
            result.trace.append("\(key): \(reason)")
            return nil
        }
        if !isProven {
            let question = Confirmation.chart(key, version: version)
            guard case .chart(let answer)? = answers[question] else {
                result.needs.append(question)
                result.trace.append("\(key): asks the repository for \(version) (the event alone does not prove it)")
                return nil
            }
            switch answer {
            case .found: break
            case .absent:
                result.trace.append("\(key): the repository does not list \(version)")
                return nil
            case .unwanted(let reason):
                result.trace.append("\(key): \(reason)")
                return nil
            }
        }
        guard take(version, of: subscription, into: &record, result: &result) else { return nil }
        record.updatedAt = now
        return record
    }

    /// False where the same version, or a newer one, is known.
    private func take(
        _ version: String,
        of subscription: ChartSubscription,
        into record: inout SubscriptionRecord,
        result: inout Result
    ) -> Bool {
        let name = "\(record.key): \(version)"
        let artifact = ChartArtifact(repoURL: subscription.repoURL, name: subscription.name, version: version)
        guard case .chart(let current)? = record.newest else {
            record.newest = .chart(artifact)
            result.trace.append("\(name) is the first that is known")
            return true
        }
        guard ChartSelection.verdict(on: current.version, for: subscription).isEligible else {
            record.newest = .chart(artifact)
            result.trace.append("\(name) replaces \(current.version), which the rules no longer accept")
            return true
        }
        switch ChartSelection.compare(version, to: current.version, for: subscription) {
        case .newer:
            record.newest = .chart(artifact)
            result.trace.append("\(name) is newer than \(current.version)")
            return true
        case .same: result.trace.append("\(name) is known already")
        case .older: result.trace.append("\(name) is older than \(current.version), the newest: not promoted")
        }
        return false
    }
}
