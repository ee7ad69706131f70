extension Intake {
    /// `.some(nil)`: concerned, but nothing changes or an answer is missing.
    func accept(
        _ event: ImageEvent,
        _ subscription: ImageSubscription,
        in warehouse: Warehouse,
        source: EventSource,
        state: PipelineState,
        matcher: some PatternMatcher,
        into result: inout Result
    ) -> SubscriptionRecord?? {
        let key = SubscriptionKey(warehouse: warehouse.key, subscription: Subscription.image(subscription).id)
        var record = state.subscriptions[key] ?? SubscriptionRecord(key: key, updatedAt: now)
        guard !event.tags.isEmpty else {
            result.trace.append("\(key): pushed without a tag, and tags are what is followed")
            return .some(nil)
        }
        let before = record
        for tag in event.tags {
            let verdict = ImageSelection.verdict(on: tag, for: subscription, matcher: matcher)
            guard case .eligible = verdict else {
                result.trace.append("\(key): \(verdict.reason)")
                continue
            }
            guard
                let digest = digest(
                    of: tag,
                    event: event,
                    key: key,
                    platform: subscription.platform,
                    source: source,
                    into: &result
                )
            else { continue }
            let artifact = ImageArtifact(
                repoURL: subscription.repoURL,
                tag: tag,
                digest: digest,
                // A clock that is ahead, or a body that anybody wrote, must not make it the newest for good.
                createdAt: min(event.occurredAt ?? source.receivedAt, source.receivedAt)
            )
            take(artifact, into: &record, subscription: subscription, matcher: matcher, result: &result)
        }
        guard record != before else { return .some(nil) }
        record.updatedAt = now
        return record
    }

    private func digest(
        of tag: String,
        event: ImageEvent,
        key: SubscriptionKey,
        platform: String?,
        source: EventSource,
        into result: inout Result
    ) -> String? {
        if source.isEvidence, let digest = event.digest { return digest }
        let question = Confirmation.digest(key, tag: tag)
        guard case .image(let said)? = answers[question] else {
            result.needs.append(question)
            let why = event.digest == nil ? "the event names no digest" : "the sender is proven, the content is not"
            result.trace.append("\(key): asks the registry for the digest of \(tag) (\(why))")
            return nil
        }
        guard let found = said.digest else {
            result.trace.append("\(key): \(said.reason(tag: tag, platform: platform) ?? "not found")")
            return nil
        }
        if let told = event.digest, told != found {
            result.trace.append(
                "\(key): the event says \(tag) is \(told), the registry says \(found): the registry is right"
            )
        }
        return found
    }

    /// Takes an artifact that the rules admit, unless it is older than what is there or its tag was moved.
    ///
    /// What is there and no longer admitted counts for nothing: the rules may have changed since. `isWhole`: the
    /// artifact was found by comparing all that the registry has.
    func take(
        _ artifact: ImageArtifact,
        into record: inout SubscriptionRecord,
        subscription: ImageSubscription,
        isWhole: Bool = false,
        matcher: some PatternMatcher,
        result: inout Result
    ) {
        let name = "\(record.key): \(artifact.tag)"
        if let known = record.digest(of: artifact.tag), known != artifact.digest {
            let move = "was moved from \(known) to \(artifact.digest)"
            switch subscription.onTagMoved {
            case .hold:
                result.trace.append("\(name) \(move): held (onTagMoved: hold; the new content is not promoted)")
                return
            case .refuse:
                result.trace.append("\(name) \(move): refused (onTagMoved: refuse)")
                return
            case .follow:
                result.trace.append("\(name) \(move): followed")
            }
        }
        record.remember(tag: artifact.tag, digest: artifact.digest)
        guard case .image(let current)? = record.newest else {
            record.newest = .image(artifact)
            result.trace.append("\(name) is the first that is known")
            return
        }
        guard Subscription.image(subscription).admits(.image(current), matcher: matcher) else {
            record.newest = .image(artifact)
            result.trace.append("\(name) takes the place of \(current.tag), which the rules admit no longer")
            return
        }
        // Events tell when an image was pushed, the registry when it was built: the two cannot be compared.
        let isOtherTime = isWhole && subscription.strategy == .newestBuild && artifact.tag != current.tag
        switch isOtherTime ? .newer : ImageSelection.compare(artifact, to: current, for: subscription) {
        case .newer:
            record.newest = .image(artifact)
            result.trace.append("\(name) is newer than \(current.tag)")
        case .same:
            result.trace.append("\(name) is known already")
        case .older:
            result.trace.append("\(name) is older than \(current.tag), the newest: not promoted")
        }
    }
}
