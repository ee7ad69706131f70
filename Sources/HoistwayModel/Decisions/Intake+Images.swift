extension Intake {
    /// `.some(nil)`: the event matches, but nothing changes or an answer is missing.
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
            let told = Told(tag: tag, event: event, source: source)
            guard let found = found(told, subscription: subscription, record: record, into: &result) else { continue }
            let name = "\(key): \(tag)"
            let isCurrent = record.newest?.imageTag.map { $0.utf8.elementsEqual(tag.utf8) } ?? false
            guard let digest = found.answer.digest else {
                result.trace.append(
                    "\(key): \(found.answer.reason(tag: tag, platform: subscription.platform) ?? "not found")"
                )
                // The newest artifact is gone: another one becomes the newest.
                if isCurrent {
                    check(again: key, why: "\(tag) was the newest", in: warehouse, &record, matcher, &result)
                }
                continue
            }
            let isMoved = record.digest(of: tag).map { $0 != digest } ?? false
            if isCurrent, isMoved, subscription.onTagMoved == .follow, subscription.strategy == .newestBuild {
                result.trace.append("\(name) was moved: followed")
                check(again: key, why: "\(tag) was the newest", in: warehouse, &record, matcher, &result)
                continue
            }
            let artifact = ImageArtifact(
                repoURL: subscription.repoURL,
                tag: tag,
                digest: digest,
                createdAt: found.builtAt
            )
            take(artifact, into: &record, subscription: subscription, matcher: matcher, result: &result)
        }
        guard record != before else { return .some(nil) }
        record.updatedAt = now
        return record
    }

    /// The content of an event about one tag.
    private struct Told {
        var tag: String
        var digest: String?
        var isEvidence: Bool
        /// When it was pushed, or at the latest when it arrived, since the sender's clock may be ahead.
        var at: Timestamp

        init(tag: String, event: ImageEvent, source: EventSource) {
            self.tag = tag
            digest = event.digest
            isEvidence = source.isEvidence
            at = min(event.occurredAt ?? source.receivedAt, source.receivedAt)
        }
    }

    /// The image of a tag, from a proven event or from the registry; `nil` where the registry must be asked first.
    ///
    /// An event is trusted about a new tag, where the order depends on tags only. Events come late and in any order, so
    /// for a moved tag the registry is asked. And an event has the time of the push, while NewestBuild needs the time
    /// of the build.
    private func found(
        _ told: Told,
        subscription: ImageSubscription,
        record: SubscriptionRecord,
        into result: inout Result
    ) -> (answer: ImageAnswer, builtAt: Timestamp?)? {
        let known = record.digest(of: told.tag)
        let isByTime = subscription.looksUpBuildTime
        if told.isEvidence, let digest = told.digest, !isByTime, known ?? digest == digest {
            return (.found(digest), told.at)
        }
        let question: Confirmation =
            isByTime ? .build(record.key, tag: told.tag) : .digest(record.key, tag: told.tag)
        let found: (answer: ImageAnswer, builtAt: Timestamp?)
        switch answers[question] {
        case .image(let answer)?: found = (answer, told.at)
        case .build(let answer, let time)?: found = (answer, time)
        default:
            result.needs.append(question)
            let why =
                told.digest == nil
                ? "the event names no digest"
                : !told.isEvidence
                    ? "the sender is proven, the content is not"
                    : isByTime ? "the event does not say when it was built" : "the event says that it was moved"
            result.trace.append("\(record.key): asks the registry for the digest of \(told.tag) (\(why))")
            return nil
        }
        if let digest = told.digest, let other = found.answer.digest, digest != other {
            result.trace.append(
                "\(record.key): the event says \(told.tag) is \(digest), the registry says \(other): the registry is right"
            )
        }
        return found
    }

    /// Takes an artifact that the rules admit, unless it is older than the present one or its tag was moved.
    ///
    /// A present artifact that the rules no longer admit does not count: the rules may have changed since.
    func take(
        _ artifact: ImageArtifact,
        into record: inout SubscriptionRecord,
        subscription: ImageSubscription,
        matcher: some PatternMatcher,
        result: inout Result
    ) {
        let name = "\(record.key): \(artifact.tag)"
        guard settle(artifact, of: subscription, in: &record, result: &result) else { return }
        guard case .image(let current)? = record.newest else {
            record.newest = .image(artifact)
            result.trace.append("\(name) is the first that is known")
            return
        }
        guard Subscription.image(subscription).admits(.image(current), matcher: matcher) else {
            record.newest = .image(artifact)
            result.trace.append("\(name) replaces \(current.tag), which the rules no longer accept")
            return
        }
        switch ImageSelection.compare(artifact, to: current, for: subscription) {
        case .newer:
            record.newest = .image(artifact)
            result.trace.append("\(name) is newer than \(current.tag)")
        case .same:
            result.trace.append("\(name) is known already")
        case .older:
            result.trace.append("\(name) is older than \(current.tag), the newest: not promoted")
        }
    }

    /// Stores the digest of a tag; false where the tag was moved, and the new content is refused.
    func settle(
        _ artifact: ImageArtifact,
        of subscription: ImageSubscription,
        in record: inout SubscriptionRecord,
        result: inout Result
    ) -> Bool {
        let name = "\(record.key): \(artifact.tag)"
        if let known = record.digest(of: artifact.tag), known != artifact.digest {
            let move = "was moved from \(known) to \(artifact.digest)"
            guard subscription.onTagMoved == .follow else {
                record.hold(.init(tag: artifact.tag, known: known, found: artifact.digest))
                result.trace.append(
                    subscription.onTagMoved == .hold
                        ? "\(name) \(move): held (onTagMoved: hold; the new content is not promoted)"
                        : "\(name) \(move): refused (onTagMoved: refuse)"
                )
                return false
            }
            result.trace.append("\(name) \(move): followed")
        }
        record.release(artifact.tag)
        if record.digest(of: artifact.tag) != artifact.digest {
            record.remember(tag: artifact.tag, digest: artifact.digest)
        }
        return true
    }
}

extension Artifact {
    /// The tag of an image.
    var imageTag: String? { if case .image(let image) = self { image.tag } else { nil } }
    /// The tag that names a commit.
    var commitTag: String? { if case .commit(let commit) = self { commit.tag } else { nil } }
}
