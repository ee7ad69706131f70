extension Intake {
    /// Decides on the results of a discovery: the same rules as for events, together for a whole warehouse.
    package func decide(
        _ observations: [Observation],
        of warehouse: Warehouse,
        on state: PipelineState,
        cause: String,
        matcher: some PatternMatcher
    ) -> Result {
        var result = Result(isMatched: true)
        var state = state
        var isForward = false
        for observation in observations {
            let key = observation.subscription
            let before = state.subscriptions[key]
            var record = before ?? SubscriptionRecord(key: key, updatedAt: now)
            let step = take(observation, of: warehouse, into: &record, matcher: matcher, result: &result)
            guard record != before ?? SubscriptionRecord(key: key, updatedAt: now) else { continue }
            record.updatedAt = now
            isForward = isForward || step == .forward
            state.apply(.putSubscription(record))
            result.changes.append(.putSubscription(record))
        }
        if isForward || isHeldBack(warehouse, state: &state, matcher: matcher, into: &result) {
            form(of: warehouse, cause: cause, state: &state, matcher: matcher, into: &result)
        }
        return result
    }

    /// Whether criteria held back the newest freight: the time, or the criteria, may have changed.
    ///
    /// Freight that was held back and is no longer the newest is forgotten.
    private func isHeldBack(
        _ warehouse: Warehouse,
        state: inout PipelineState,
        matcher: some PatternMatcher,
        into result: inout Result
    ) -> Bool {
        guard let heldBack = state.warehouses[warehouse.key]?.heldBack else { return false }
        let assembly = FreightAssembly(warehouse: warehouse, now: now, criteria: criteria, sha1: sha1)
        if assembly.candidate(in: state, matcher: matcher) == heldBack.freight { return true }
        note(nil, of: warehouse, state: &state, into: &result)
        return false
    }

    /// The change of a subscription's newest artifact.
    private enum Step {
        /// Another artifact is the newest, or there is a first one.
        case forward
        /// The newest artifact is gone; the next one is older, and makes no freight automatically.
        case back
        case none
    }

    /// Decides by a look at all artifacts, where an event is about the newest one.
    func check(
        again key: SubscriptionKey,
        why: String,
        in warehouse: Warehouse,
        _ record: inout SubscriptionRecord,
        _ matcher: some PatternMatcher,
        _ result: inout Result
    ) {
        guard case .look(let observation)? = answers[.look(key)] else {
            result.needs.append(.look(key))
            result.trace.append("\(key): looks at all that is there (\(why))")
            return
        }
        let step = take(observation, of: warehouse, into: &record, matcher: matcher, result: &result)
        result.isStepBack = step == .back
        if let failure = observation.failure { result.trace.append("\(key): \(failure)") }
    }

    private func take(
        _ observation: Observation,
        of warehouse: Warehouse,
        into record: inout SubscriptionRecord,
        matcher: some PatternMatcher,
        result: inout Result
    ) -> Step {
        let key = observation.subscription
        guard let subscription = warehouse.subscription(key.subscription) else { return .none }
        let isOutdated = observation.isOutdated(by: record)
        // Without any order except time, an older result of the look must not replace a newer one from an event.
        if isOutdated, !subscription.hasOrder {
            result.trace.append("\(key): an event reported it during the look; the next look compares again")
            return .none
        }
        for held in observation.held where record.digest(of: held.tag) == held.known {
            record.hold(held)
            result.trace.append("\(key): \(held.tag) was moved from \(held.known) to \(held.found): held")
        }
        if let reason = observation.leftOut { result.trace.append("\(key): \(reason)") }
        record.head = observation.head ?? record.head
        record.note(observation.merges)
        let current = record.newest.flatMap { subscription.admits($0, matcher: matcher) ? $0 : nil }
        // An artifact that could not be looked at may be newer, and so may one from an event during the look.
        let isWhole = !isOutdated && observation.failure == nil
        guard let newest = observation.newest else {
            guard isWhole, record.newest != nil else {
                if observation.failure == nil { result.trace.append("\(key): nothing there fits the rules") }
                return .none
            }
            record.newest = nil
            result.trace.append("\(key): nothing there fits the rules now")
            return .back
        }
        guard note(newest, held: observation.held, of: subscription, in: &record, result: &result) else { return .none }
        guard let current else {
            record.newest = newest
            result.trace.append("\(key): \(newest.version) is the newest")
            return .forward
        }
        guard !newest.isSame(as: current) else {
            // Older versions of Hoistway stored the time of the push.
            if isWhole { record.newest = newest.keepingTime(of: current, for: subscription) }
            return .none
        }
        let isNewer = subscription.isNewer(newest, than: current)
        guard isNewer || isWhole else { return .none }
        record.newest = newest
        let place = isNewer ? "is newer than" : "is the newest, now without"
        result.trace.append("\(key): \(newest.version) \(place) \(current.version)")
        return isNewer ? .forward : .back
    }

    /// Stores the digest of a tag; false where the tag was moved, and the new content is refused.
    private func note(
        _ artifact: Artifact,
        held: [SubscriptionRecord.HeldTag],
        of subscription: Subscription,
        in record: inout SubscriptionRecord,
        result: inout Result
    ) -> Bool {
        guard case .image(let image) = artifact, case .image(let wanted) = subscription else { return true }
        // The look itself holds this tag, with its known content.
        if held.contains(where: { $0.tag == image.tag && $0.known == image.digest }) { return true }
        return settle(image, of: wanted, in: &record, result: &result)
    }
}

extension Subscription {
    fileprivate func isNewer(_ artifact: Artifact, than current: Artifact) -> Bool {
        switch (self, artifact, current) {
        case (.image(let image), .image(let one), .image(let other)):
            ImageSelection.compare(one, to: other, for: image) == .newer
        case (.git(let git), .commit(let one), .commit(let other)):
            CommitSelection.compare(one, to: other, for: git) == .newer
        case (.chart(let chart), .chart(let one), .chart(let other)):
            ChartSelection.compare(one.version, to: other.version, for: chart) == .newer
        default: false
        }
    }
}

extension Artifact {
    /// The tag, or the beginning of the commit's id, for people.
    fileprivate var version: String {
        switch self {
        case .image(let image): image.tag
        case .commit(let commit): commit.tag ?? "commit \(commit.id.short)"
        case .chart(let chart): chart.version
        }
    }

    /// Whether both are the same version, whatever other details are known.
    fileprivate func isSame(as other: Artifact) -> Bool {
        switch (self, other) {
        case (.image(let one), .image(let two)): one.tag == two.tag && one.digest == two.digest
        case (.commit(let one), .commit(let two)): one.id == two.id && one.tag == two.tag
        default: self == other
        }
    }

    /// The same version, with the recorded time that orders it.
    fileprivate func keepingTime(of other: Artifact, for subscription: Subscription) -> Artifact {
        if case .image(let image) = subscription, image.looksUpBuildTime { return self }
        if case .git(let git) = subscription, git.strategy == .newestTag { return self }
        return other
    }
}

extension Warehouse {
    /// By its id within the warehouse.
    package func subscription(_ id: String) -> Subscription? {
        subscriptions.first { $0.id == id }
    }
}
